"""What a signed request looks like when it arrives: the canary's mirror shows what a proxy made of it."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from fedblog.net.posting import request_target
from fedblog.net.probing import Ask
from fedblog.services.checking import advice
from fedblog.services.checking.documents import json_of
from fedblog.services.checking.findings import Finding, Whose, problem
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.urls import Url

SUBJECT = "inbox"
LARGE = 900_000
"""Bytes of the large body: documents of the fediverse stay below that, and inboxes take 1 MiB."""
_SIGNED = ("host", "date", "digest", "content-digest", "content-type", "signature", "signature-input")


def judge_mirror(sent: Ask, reply: Reply) -> list[Finding]:
    """What became of a signed POST on its way; empty when it arrived as it was sent."""
    asked = "A signed POST" if len(sent.body) < LARGE else f"A POST with a body of {len(sent.body) // 1000} kB"
    if reply.status == 413:
        what = f"{asked} is refused as too large (server: {reply.who}): long posts and answers will not arrive."
        return [problem(SUBJECT, what, "Make room for bodies.", Whose.YOUR_PROXY, advice.ROOM_FOR_BODIES)]
    stands = obstacle(SUBJECT, asked, reply)
    if stands:
        return [stands]
    seen = json_of(reply)
    if reply.status != 200 or not isinstance(seen.get("headers"), list):
        what = f"{asked} was answered by something else (status {reply.status}, server: {reply.who})."
        return [problem(SUBJECT, what, "Hand POST on to fedblog under every path.", Whose.YOUR_PROXY)]
    changes = list(_changes(sent, seen))
    if not changes:
        return []
    what = f"{asked} is changed on its way: {'; '.join(changes)}. No signature fits any more, so nothing gets in."
    return [problem(SUBJECT, what, "Hand requests on unchanged.", Whose.YOUR_PROXY, advice.KEEP_SIGNED)]


def _changes(sent: Ask, seen: Mapping[str, Any]) -> Iterator[str]:
    url = Url.parse(sent.url)
    if seen.get("method") != sent.method:
        yield f"the method {sent.method} became {seen.get('method')}"
    if seen.get("target") != request_target(url):
        yield f"the path {request_target(url)} became {seen.get('target')}"
    if seen.get("sha256") != hashlib.sha256(sent.body).hexdigest():
        yield f"the body arrived with {seen.get('size')} bytes in place of {len(sent.body)}, or with others"
    arrived = {str(name).lower(): str(value) for name, value in seen["headers"]}
    for name, value in (("host", url.authority), *((name.lower(), value) for name, value in sent.headers)):
        if name in _SIGNED and arrived.get(name, "").strip() != value:
            yield f"the header {name} {'is gone' if name not in arrived else 'has another value'}"
