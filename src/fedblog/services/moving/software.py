"""What runs another server, and where its people click to move."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.values import as_document, documents, text
from fedblog.errors import FedblogError
from fedblog.services.workshop import Workshop
from fedblog.urls import Url, is_same_origin
from fedblog.world import Limits

_LOOKUP = Limits(total=5.0, connect=3.0, body=64 << 10)
_NODEINFO: Final = "http://nodeinfo.diaspora.software/ns/schema/"
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Clicks:
    """`leave`: how an account there is moved to another one, whose handle stands for {there}.
    `welcome`: how an account there comes to name another one as its own, {there} or by id {id}."""

    leave: str
    welcome: str


_MASTODON = Clicks(
    "Preferences → Account → “Move to a different account”: write {there} and confirm with your password.",
    "Preferences → Account → “Moving from a different account”: write {there} and press “Create alias”.",
)
_GOTOSOCIAL = Clicks(
    "Settings → Migration → “Move account”: write {id} and confirm with your password.",
    "Settings → Migration → “Alias account”: write {id} and save.",
)
_MISSKEY = Clicks(
    "Settings → Account migration → “Move this account to another account”: write {there}.",
    "Settings → Account migration → “Migrate from another account to this one”: write {there}.",
)
_AKKOMA = Clicks(
    "Settings → Security → “Move account”: write {there} and confirm with your password.",
    "Settings → Security → “Account aliases”: write {there} and add it.",
)
_ANY = Clicks(
    "Look in its settings for “Move account” or “Migration”, and write {there}.",
    "Look in its settings for “Account aliases” or “Migration”, and write {there}.",
)
_WAYS: Final[Mapping[str, Clicks]] = {
    "mastodon": _MASTODON,
    "hometown": _MASTODON,
    "gotosocial": _GOTOSOCIAL,
    "misskey": _MISSKEY,
    "sharkey": _MISSKEY,
    "firefish": _MISSKEY,
    "pleroma": _AKKOMA,
    "akkoma": _AKKOMA,
    "pixelfed": Clicks(
        "Settings → Account → “Migrate account”: write {there} and confirm with your password.",
        "Settings → Account → “Account aliases”: write {there} and add it.",
    ),
    "wordpress": Clicks(
        "On the command line of that server: wp activitypub move OLD-ADDRESS {id}",
        "In your profile there, under “Fediverse”, add {there} to the account aliases.",
    ),
    "fedblog": Clicks(
        "On that server: fedblog move out {there}, or Settings → Moving house in its admin.",
        "On that server: fedblog alias add {there}, or Settings → Moving house in its admin.",
    ),
}


def clicks_of(software: str) -> Clicks:
    """The ways of that software; in general words where it is not known."""
    return _WAYS.get(software, _ANY)


async def software_of(shop: Workshop, actor_id: str) -> str:
    """What runs the server of an actor, as its NodeInfo says: a short name in small letters, or ""."""
    origin = Url.parse(actor_id).origin
    try:
        _, discovered = await shop.net.get_json(f"{origin}/.well-known/nodeinfo", limits=_LOOKUP)
        address = _document_of(discovered, origin)
        _, document = await shop.net.get_json(address, limits=_LOOKUP) if address else ("", {})
        return text(as_document(document.get("software") or {}).get("name"), _LONGEST_NAME).lower()
    except FedblogError:
        return ""


def _document_of(discovered: Mapping[str, object], origin: str) -> str:
    addresses = (
        text(link.get("href"))
        for link in documents(discovered.get("links"))
        if text(link.get("rel")).startswith(_NODEINFO)
    )
    return next((address for address in addresses if is_same_origin(address, origin)), "")
