"""Sending a reader to their own server: from what they typed to one link there.

A template is taken only when it leads, over https, to the server that the reader named, or to the
one that this server's WebFinger names as the account's own (security.md X11).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from fedblog.ap.webfinger import INTENT, SUBSCRIBE, Acct, Jrd, is_name, parse_acct, parse_authority
from fedblog.errors import Invalid
from fedblog.urls import Url, read_url

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z0-9_.-]{1,64})\}")
_LONGEST_TEMPLATE: Final = 1000
_LONGEST_TYPED: Final = 500


class Intent(StrEnum):
    """What the reader wants to do on their own server, named as in FEP-3b86."""

    FOLLOW = "Follow"
    REPLY = "Create"
    LIKE = "Like"
    BOOST = "Announce"
    OPEN = "Object"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a reader typed: their account, or only their server. `authority` is host and port."""

    authority: str
    acct: Acct | None = None


def parse_typed(written: str) -> Typed:
    """Read `@name@host`, `name@host`, `host`, or the address of a profile or server.

    Raises `Invalid` with a text for the reader.
    """
    bare = written.strip()
    if len(bare) > _LONGEST_TYPED:
        raise Invalid("That is too long for a handle.", "Type yours like this: @name@example.org")
    try:
        return _typed(bare)
    except Invalid as error:
        raise Invalid("That is no handle or server name.", "Type yours like this: @name@example.org") from error


def interaction_url(
    intent: Intent, object_id: str, typed: Typed, jrd: Jrd | None = None, *, allow_http: bool = False
) -> str:
    """The link that opens `object_id` on the reader's server.

    In this order: the FEP-3b86 template of the intent, the one for any object, the OStatus subscribe
    template, and Mastodon's usual address when the server offers none of these or none that may be
    used. `allow_http` is for laboratories.
    """
    authorities = {typed.authority, jrd.subject.authority if jrd and jrd.subject else typed.authority}
    schemes = {"https", "http"} if allow_http else {"https"}
    for template in _templates(intent, jrd.templates if jrd else {}):
        url = read_url(_filled(template, object_id))
        if url is not None and url.scheme in schemes and url.authority in authorities:
            return str(url)
    return f"{_scheme(typed, allow_http)}://{typed.authority}/authorize_interaction?uri={quote(object_id, safe='')}"


def _templates(intent: Intent, offered: Mapping[str, str]) -> Iterator[str]:
    relations = (INTENT + intent.value, INTENT + Intent.OPEN.value, SUBSCRIBE)
    return (offered[relation] for relation in relations if relation in offered)


def _filled(template: str, object_id: str) -> str | None:
    """The template with its one placeholder for the object filled in, and all others emptied.

    None for a template with no such placeholder, or with more than one: a form that only takes a
    text (Mastodon's Create) cannot answer a post.
    """
    if len(template) > _LONGEST_TEMPLATE:
        return None
    names = [name for name in _PLACEHOLDER.findall(template) if name in _OBJECT_NAMES]
    if len(names) != 1:
        return None
    return _PLACEHOLDER.sub(lambda match: quote(object_id, safe="") if match[1] in _OBJECT_NAMES else "", template)


_OBJECT_NAMES: Final = frozenset({"uri", "object", "inReplyTo"})


def _typed(bare: str) -> Typed:
    url = read_url(bare)
    if url is not None:
        return Typed(url.authority, _profile_account(url))
    if "@" in bare:
        acct = parse_acct(bare)
        return Typed(acct.authority, acct)
    authority = parse_authority(bare.removesuffix("/"))
    if {".", ":"}.isdisjoint(authority):
        raise Invalid("A single word names no server.")
    return Typed(authority)


def _profile_account(url: Url) -> Acct | None:
    """The account of a profile page such as https://example.org/@name."""
    start, name = url.path[:2], url.path[2:].removesuffix("/")
    return Acct(name.lower(), url.authority) if start == "/@" and is_name(name) else None


def _scheme(typed: Typed, allow_http: bool) -> str:
    is_laboratory = allow_http and Url.parse(f"http://{typed.authority}").is_ip_literal
    return "http" if is_laboratory else "https"
