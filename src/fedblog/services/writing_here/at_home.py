"""The reader's own server, through the API that Mastodon made and many others speak.

Everything that is asked goes to one origin, the one that the reader named; no answer leads anywhere else.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fedblog.domain.blog import Blog
from fedblog.domain.writing_here import ReplyApp
from fedblog.errors import BadAnswer, Gone, Missing, Refused, RemoteError
from fedblog.net.client import Reply
from fedblog.services.workshop import Workshop
from fedblog.urls import is_same_id, is_same_origin
from fedblog.world import Limits

SCOPES: Final = "read:search write:statuses"
"""The smallest that find a post and answer it."""
_METADATA: Final = "/.well-known/oauth-authorization-server"
_QUICK: Final = Limits(total=8.0, connect=4.0, body=256 << 10)
_LONGEST_SECRET: Final = 4096


class NoWayThere(Refused):
    """The reader's server cannot do this, or not now."""


class Forgotten(NoWayThere):
    """The reader's server does not know the blog any more."""


def redirect_url_of(blog: Blog, origin: str) -> str:
    """Where that server sends its people back: an address that no other server has (RFC 9700 section 4.4.2.2)."""
    return f"{blog.base_url}/reply/here/{tag_of(origin)}"


def tag_of(origin: str) -> str:
    """What stands for a server in the address that it sends people back to."""
    return hashlib.sha256(origin.encode()).hexdigest()[:24]


async def register(shop: Workshop, blog: Blog, origin: str) -> ReplyApp:
    """Make the blog known there as an application. Raises `NoWayThere`."""
    try:
        addresses = await _addresses(shop, origin)
        redirect_url = redirect_url_of(blog, origin)
        answer = await shop.net.call_api(
            f"{origin}/api/v1/apps",
            {
                "client_name": blog.title,
                "redirect_uris": redirect_url,
                "scopes": SCOPES,
                "website": f"{blog.base_url}/",
            },
            limits=_QUICK,
        )
    except RemoteError as error:
        raise NoWayThere("Your server does not answer as it should.") from error
    client_id, secret = _secret(answer, "client_id"), _secret(answer, "client_secret")
    if not answer.is_success or not client_id or not secret:
        raise NoWayThere("Your server does not offer this.")
    now = shop.now()
    return ReplyApp(origin, client_id, secret, *addresses, redirect_url, now, now)


async def _addresses(shop: Workshop, origin: str) -> tuple[str, str, str]:
    """Where to ask for leave, fetch a token and give it back: as the server says (RFC 8414), else the usual ones.

    Raises `NoWayThere` where it names another server.
    """
    usual = (f"{origin}/oauth/authorize", f"{origin}/oauth/token", f"{origin}/oauth/revoke")
    try:
        _, told = await shop.net.get_json(f"{origin}{_METADATA}", limits=_QUICK)
    except (Missing, Gone, BadAnswer):
        return usual
    names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint")
    authorize, token, revoke = (_text(told, name) or default for name, default in zip(names, usual, strict=True))
    issuer = _text(told, "issuer").removesuffix("/")
    if issuer != origin or not all(is_same_origin(address, origin) for address in (authorize, token, revoke)):
        raise NoWayThere("Your server leads to another one for this, and that is not safe.")
    return authorize, token, revoke


async def fetch_token(shop: Workshop, app: ReplyApp, code: str, verifier: str) -> str:
    """A token for the code that the reader brought. Raises `NoWayThere`."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_url,
        "code_verifier": verifier,
        "scope": SCOPES,
    }
    try:
        answer = await shop.net.call_api(app.token_url, fields, limits=_QUICK)
    except RemoteError as error:
        raise NoWayThere("Your server did not answer.") from error
    token = _secret(answer, "access_token")
    if _text(answer.document, "error") == "invalid_client":
        raise Forgotten("Your server does not know this blog any more.", "Please try again.")
    if not answer.is_success or not token:
        raise NoWayThere("Your server did not confirm that you allowed it.")
    return token


async def give_back(shop: Workshop, app: ReplyApp, token: str) -> bool:
    """Make a token worthless. Whether the server said that it is."""
    fields = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token}
    try:
        return (await shop.net.call_api(app.revoke_url, fields, limits=_QUICK)).is_success
    except RemoteError:
        return False


async def find(shop: Workshop, app: ReplyApp, token: str, object_id: str) -> str:
    """What the server calls the post or comment with that id. Raises `NoWayThere`."""
    query = urlencode({"q": object_id, "resolve": "true", "type": "statuses", "limit": "5"})
    try:
        answer = await shop.net.call_api(f"{app.origin}/api/v2/search?{query}", bearer=token)
    except RemoteError as error:
        raise NoWayThere("Your server did not answer.") from error
    for status in _statuses(answer):
        if is_same_id(_text(status, "uri"), object_id) and (found := _text(status, "id")):
            return found
    raise NoWayThere("Your server could not look at what you answer.")


async def post(shop: Workshop, app: ReplyApp, token: str, text: str, in_reply_to: str, once: str) -> str:
    """Let the server post the reply; returns the address of its page there. Raises `NoWayThere`."""
    fields = {"status": text, "in_reply_to_id": in_reply_to, "visibility": "public"}
    try:
        answer = await shop.net.call_api(f"{app.origin}/api/v1/statuses", fields, bearer=token, once=once)
    except RemoteError as error:
        raise NoWayThere(
            "Your server did not confirm your reply. Look there first whether it was posted, before you try again."
        ) from error
    if answer.status == 422:
        raise NoWayThere("Your server did not take the reply (422). Perhaps it is too long for it.")
    if not answer.is_success or not is_same_origin(_text(answer.document, "uri"), app.origin):
        raise NoWayThere(f"Your server did not take the reply ({answer.status}).")
    page = _text(answer.document, "url")
    return page if is_same_origin(page, app.origin) else _text(answer.document, "uri")


def _statuses(answer: Reply) -> list[Mapping[str, Any]]:
    found = answer.document.get("statuses")
    return [status for status in found if isinstance(status, dict)] if isinstance(found, list) else []


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST_SECRET else ""


def _secret(answer: Reply, name: str) -> str:
    """A secret that can stand in a header or form; "" for anything else."""
    value = _text(answer.document, name)
    return value if value.isascii() and value.isprintable() and " " not in value else ""
