"""Answers in the forms that fedblog gives. Handlers call these and set no headers by hand."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from fedblog.web.kept import Kept

ACTIVITY_JSON = "application/activity+json"
_HTML = "text/html; charset=utf-8"
_PAGE_CACHING = "no-cache"
_ACTIVITY_CACHING = {True: "no-store", False: "max-age=180"}


def page(
    html: bytes, *, topics: Iterable[str], status: int = 200, is_negotiated: bool = False, query: Iterable[str] = ()
) -> Response:
    """A page that is the same for everyone. `is_negotiated`: its address has an ActivityPub form too."""
    headers = {"cache-control": _PAGE_CACHING} | ({"vary": "Accept"} if is_negotiated else {})
    return Kept(html, _HTML, topics=topics, status_code=status, headers=headers, query_names=query)


def document(body: bytes, *, topics: Iterable[str], status: int = 200, is_page_address: bool = False) -> Response:
    """An ActivityPub document. On a page's address no cache outside of ours may keep it, lest a
    browser gets it in place of the page (protocol.md d.3)."""
    headers = {"cache-control": _ACTIVITY_CACHING[is_page_address], "vary": "Accept"}
    return Kept(body, ACTIVITY_JSON, topics=topics, status_code=status, headers=headers)


def data(
    body: bytes, media_type: str, *, topics: Iterable[str], query: Iterable[str] = (), headers: Mapping[str, str] = {}
) -> Response:
    """Any other public answer that may be kept: feeds, WebFinger, NodeInfo, sitemap."""
    return Kept(body, media_type, topics=topics, headers={"cache-control": "no-cache", **headers}, query_names=query)


def private(html: bytes, *, status: int = 200, headers: Mapping[str, str] = {}) -> Response:
    """A page for one person: nobody keeps it."""
    return Response(html, status, {"cache-control": "private, no-store", **headers}, _HTML)


def see_other(address: str, *, status: int = 303) -> Response:
    """Go on with a GET at `address`, a path of this site or a full URL made of configured parts."""
    return Response(status_code=status, headers={"location": address, "cache-control": "no-cache", "vary": "Accept"})


def moved(address: str) -> Response:
    """The thing lives at `address` now, for good (308 keeps the method)."""
    return see_other(address, status=308)


def plain(status: int, text: str, headers: Mapping[str, str] = {}) -> Response:
    """A short answer in words for machines, `curl` and broken moments."""
    return Response(f"{text}\n", status, {"cache-control": "no-store", **headers}, "text/plain; charset=utf-8")


def to_json(value: Any) -> bytes:
    """JSON bytes that are also safe inside of HTML (security.md X08)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text.encode()
