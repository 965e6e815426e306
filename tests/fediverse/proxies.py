"""What may stand in front of a blog in the box, each with one fault that real proxies, caches and firewalls have.

Each takes the server behind it and is a server itself: `box.servers[host] = mixing_cache(box.servers[host])`.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from fedblog.world import WireRequest, WireResponse
from tests.fediverse.box import Server

Proxy = Callable[[Server], Server]
PAGE = (("content-type", "text/html"), ("server", "shield"))


def page(status: int, words: str, **headers: str) -> WireResponse:
    """An answer of the proxy's own."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WireResponse(status, (*PAGE, *named), f"<title>{words}</title>".encode())


def mixing_cache(behind: Server) -> Server:
    """A page cache that keeps every GET by its address alone, as those of many WordPress hosts do."""
    kept: dict[tuple[str, str], WireResponse] = {}

    async def serve(request: WireRequest) -> WireResponse:
        if request.method != "GET":
            return await behind(request)
        place = (request.scheme, request.target)
        if place not in kept:
            kept[place] = await behind(request)
        return kept[place]

    return serve


def without_request_headers(*names: str) -> Proxy:
    """Drops headers of requests."""
    return changing_requests(lambda r: replace(r, headers=tuple(h for h in r.headers if h[0].lower() not in names)))


def without_answer_headers(*names: str) -> Proxy:
    """Drops headers of answers."""

    def proxy(behind: Server) -> Server:
        async def serve(request: WireRequest) -> WireResponse:
            answer = await behind(request)
            return replace(answer, headers=tuple(h for h in answer.headers if h[0] not in names))

        return serve

    return proxy


def with_answer_headers(**headers: str) -> Proxy:
    """Sets headers of answers."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())

    def proxy(behind: Server) -> Server:
        async def serve(request: WireRequest) -> WireResponse:
            answer = await behind(request)
            kept = tuple(h for h in answer.headers if h[0] not in dict(named))
            return replace(answer, headers=kept + named)

        return serve

    return proxy


def changing_requests(change: Callable[[WireRequest], WireRequest]) -> Proxy:
    """Hands on something else than came."""

    def proxy(behind: Server) -> Server:
        async def serve(request: WireRequest) -> WireResponse:
            return await behind(change(request))

        return serve

    return proxy


def answering(where: str, answer: WireResponse, method: str = "") -> Proxy:
    """Answers by itself where the address fits the pattern."""

    def proxy(behind: Server) -> Server:
        async def serve(request: WireRequest) -> WireResponse:
            is_here = re.search(where, request.target) and method in {"", request.method}
            return answer if is_here else await behind(request)

        return serve

    return proxy


def foreign_host(request: WireRequest) -> WireRequest:
    """The host of the machine behind, in place of the one that was asked."""
    return replace(request, headers=tuple((n, "127.0.0.1:8000" if n == "Host" else v) for n, v in request.headers))


def deaf_to_weights(request: WireRequest) -> WireRequest:
    """Whoever names text/html gets a page."""
    named = tuple((n, "text/html" if n == "Accept" and "text/html" in v else v) for n, v in request.headers)
    return replace(request, headers=named)


def pretty_json(request: WireRequest) -> WireRequest:
    """A firewall that reads bodies and writes them anew."""
    body = request.body.replace(b'":', b'": ') if request.body else b""
    lengths = tuple((n, str(len(body)) if n == "Content-Length" else v) for n, v in request.headers)
    return replace(request, body=body, headers=lengths)


def narrow(limit: int) -> Proxy:
    """Refuses bodies over a limit."""

    def proxy(behind: Server) -> Server:
        async def serve(request: WireRequest) -> WireResponse:
            return page(413, "413 Request Entity Too Large") if len(request.body) > limit else await behind(request)

        return serve

    return proxy


def leading_on(behind: Server) -> Server:
    """Plain http leads on to https, as it should."""

    async def serve(request: WireRequest) -> WireResponse:
        if request.scheme == "http":
            return WireResponse(301, (("location", f"https://{request.host}{request.target}"),), b"")
        return await behind(request)

    return serve
