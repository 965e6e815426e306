"""Where a form leads when it is done: always a GET, with a word about what was done."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response

HOME = "/admin/"
LOGIN = "/admin/login"
_OURS = re.compile(r"/admin/[A-Za-z0-9/_.-]*(?:\?[A-Za-z0-9=&_.%-]*)?")

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
    "answered": "Your answer stands below the post and is on its way.",
    "blocked": "Blocked. Nothing more will come in from there.",
    "lifted": "The block is lifted.",
    "let-in": "They follow the blog now.",
    "turned-down": "The request is turned down.",
    "follower-removed": "They do not follow the blog any more, and their server is told.",
    "closed": "The report is closed.",
    "retried": "Trying again now.",
    "nothing-to-retry": "There is nothing left to try again.",
}


def to(path: str, done: str = "", **query: str) -> Response:
    """Go on at a path of the admin; `done` is a key of `SAID`."""
    asked = {name: value for name, value in (query | {"done": done}).items() if value}
    location = f"{path}?{urlencode(asked)}" if asked else path
    return Response(status_code=303, headers={"location": location, "cache-control": "private, no-store"})


def safe(address: str) -> str:
    """An address of the admin to go on to; the first page for anything else (an open redirect is none of ours)."""
    return address if _OURS.fullmatch(address) else HOME
