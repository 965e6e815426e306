"""Where a form leads when it is done: always a GET, with a word about what was done."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response

HOME = "/admin/"
LOGIN = "/admin/login"
_OURS = re.compile(r"/admin/[A-Za-z0-9/_.-]*(?:\?[A-Za-z0-9=&_.%+~*-]*)?")

# What a page says at its top after it was reached by a form; nothing else can be put into its mouth.
SAID: Mapping[str, str] = {
    "welcome": "Welcome. The blog is yours: write the first post, and tell people its handle.",
    "saved": "Saved.",
    "draft": "The draft is saved.",
    "published": "Published. It is on its way to your followers.",
    "again": "Published again, under a new object id: other servers take it for a new post.",
    "edited": "Saved. The page shows it now, and followers get the new text within seconds.",
    "minor": "Saved. The page shows it now; nobody was told.",
    "unpublished": "Unpublished. Servers that have the post are asked to remove it. The text is kept here.",
    "deleted": "Deleted. Servers that have a copy are asked to remove it.",
    "logged-out": "You are logged out.",
    "password": "Your password is changed. Everywhere else you are logged out.",
    "settings": "Saved. Followers see the changes within a few minutes.",
    "address": "The feed has a new address; the old one shows nothing any more.",
    "approved": "The comment is shown now.",
    "hidden": "The comment is hidden.",
    "removed": "The comment is deleted.",
    "quote-allowed": "The quote is allowed, and its server is told.",
    "quote-refused": "The quote is refused. Servers that know are told; what they already show may stay.",
    "answered": "Your answer stands below the post and is on its way.",
    "blocked": "Blocked. Nothing more will come in from there.",
    "lifted": "The block is lifted.",
    "let-in": "They follow the blog now.",
    "turned-down": "The request is turned down.",
    "follower-removed": "They do not follow the blog any more, and their server is told.",
    "closed": "The report is closed.",
    "other-account": "The blog names that account now. Followers hear of it within a few minutes.",
    "other-account-gone": "The blog does not name that account any more.",
    "looked": "Looked at again just now.",
    "moved": "The move is on its way to every server of your followers. The table shows how each takes it.",
    "moved-back": "The account is here again, and whoever follows still is told.",
    "retried": "Trying again now.",
    "checked-just-now": "The last check was asked for less than a minute ago.",
    "liked": "Liked. Its author is told.",
    "unliked": "The like is taken back.",
    "boosted": "Boosted. It is on its way to your followers.",
    "unboosted": "The boost is taken back.",
    "asked-to-follow": "Asked. They may have to let you in first.",
    "unfollowed": "You do not follow them any more.",
    "said": "Your answer is on its way.",
    "resaid": "Saved. Whoever has your answer gets the new text.",
    "unsaid": "Your answer is deleted, and whoever has it is asked to remove it.",
    "pinned": "Pinned. It stands first on the profile of the blog elsewhere.",
    "unpinned": "It is not pinned any more.",
    "shared": "Shared again. It is on its way to your followers.",
    "unshared": "The share is taken back.",
    "looking": "Looking. What is found stands below the post as soon as it is there.",
    "looked-enough": "Stopped. What was found stays; the next search goes on from here.",
    "nothing-to-retry": "There is nothing left to try again.",
    "sent-again": "On its way again: the same ids, the same bytes.",
    "nothing-to-resend": "There was nothing left to send again.",
    "process-again": "It waits for the worker now; its new verdict stands here in a moment.",
    "processed-soon": "It waits for the worker already.",
    "trusted": "The comment is shown, and trust is written down.",
    "trust-undone": "Undone: the comment is where it was, and nobody is trusted for it.",
    "trust-lifted": "Trusted no more. What was shown stays.",
    "forgotten": "What was held against this server is forgotten; what waits for it goes out now.",
}


def to(path: str, done: str = "", **query: str) -> Response:
    """Go on at a path of the admin; `done` is a key of `SAID`."""
    asked = {name: value for name, value in (query | {"done": done}).items() if value}
    location = f"{path}?{urlencode(asked)}" if asked else path
    return Response(status_code=303, headers={"location": location, "cache-control": "private, no-store"})


def to_exactly(path: str, query: str) -> Response:
    """Go on at a path of the admin with a query that is encoded already."""
    location = f"{path}?{query}" if query else path
    return Response(status_code=303, headers={"location": location, "cache-control": "private, no-store"})


def safe(address: str) -> str:
    """An address of the admin to go on to; the first page for anything else (an open redirect is none of ours)."""
    return address if _OURS.fullmatch(address) else HOME
