"""Rendered answers in memory, outside of routing and middleware (design.md section 7).

The key is the checked host, the path, the form that `Accept` prefers, and of the query only what the
route reads. An entry falls when the store reports one of its topics, before the write that caused it
returns; a render that began before such a report is answered but not kept.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedblog.web.freshness import Freshness
from fedblog.web.kept import KEPT, Entry, Kept, Ready
from fedblog.web.negotiate import WANTED, Wanted, accepts_gzip, wanted

DEFAULT_SIZE = 16 << 20
_LARGEST_SHARE = 4
_MOST_MEMOS = 1024
_NO_BODY: Message = {"type": "http.response.body", "body": b""}

Key = tuple[bytes, Wanted, str, str]
RawHeaders = dict[bytes, bytes]


class Wish(NamedTuple):
    """What `Accept` and `Accept-Encoding` ask for."""

    form: Wanted
    gzip: bool


class PageCache:
    """The outermost ASGI app: answers from memory, or asks `app` and keeps what says it may be kept.

    `hosts` are the Host headers of the blog; requests to others go inside unseen, where they are
    refused. `size` bounds the kept bytes.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], size: int = DEFAULT_SIZE) -> None:
        self._app = app
        self._hosts = frozenset(host.encode("ascii") for host in hosts)
        self._size = size
        self._used = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._by_topic: defaultdict[str, set[Key]] = defaultdict(set)
        self._query_names: dict[str, frozenset[str]] = {}
        self._wishes: dict[tuple[bytes | None, bytes | None], Wish] = {}
        self._freshness = Freshness()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return await self._app(scope, receive, send)
        headers: RawHeaders = dict(scope["headers"])
        if headers.get(b"host", b"") not in self._hosts:
            return await self._app(scope, receive, send)
        wish = self._wish(headers)
        entry = self._find(scope, headers, wish)
        if entry is None:
            scope[WANTED] = wish.form
            return await self._render(_Miss(scope, headers, wish), receive, send)
        start, body = _answer(entry, scope["method"], headers, wish)
        await send(start)
        await send(body)

    def ready(self, scope: Scope) -> Ready | None:
        """What a GET would be answered, if it is in memory: for a server that need not call an app for that."""
        headers: RawHeaders = dict(scope["headers"])
        if scope["method"] != "GET" or headers.get(b"host", b"") not in self._hosts:
            return None
        wish = self._wish(headers)
        entry = self._find(scope, headers, wish)
        if entry is None:
            return None
        variant = entry.gzip if wish.gzip else entry.plain
        return variant.ready_unchanged if _is_known(entry, headers) else variant.ready

    def _wish(self, headers: RawHeaders) -> Wish:
        asked = (headers.get(b"accept"), headers.get(b"accept-encoding"))
        return self._wishes.get(asked) or self._read_wish(asked)

    def _find(self, scope: Scope, headers: RawHeaders, wish: Wish) -> Entry | None:
        path: str = scope["path"]
        query = self._read_query(path, scope["query_string"]) if scope["query_string"] else ""
        key = (headers[b"host"], wish.form, path, query)
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def heard(self, topics: frozenset[str] | None) -> None:
        """Drop what depends on these topics (None: everything). To be given to `Store.listen`."""
        self._freshness.changed(topics)
        if topics is None:
            self._entries.clear()
            self._by_topic.clear()
            self._used = 0
            return
        for topic in topics:
            for key in tuple(self._by_topic.get(topic, ())):
                self._drop(key)

    async def _render(self, miss: "_Miss", receive: Receive, send: Send) -> None:
        since = self._freshness.now
        slot: list[Kept] = []
        miss.scope[KEPT] = slot
        start: Message = {}

        async def catch(message: Message) -> None:
            nonlocal start
            if not slot:
                await send(message)
            elif message["type"] == "http.response.start":
                start = message
            else:
                entry = Entry(start, message.get("body", b""), slot[-1].topics)
                self._keep(miss, slot[-1], entry, since)
                for part in _answer(entry, miss.scope["method"], miss.headers, miss.wish):
                    await send(part)

        await self._app(miss.scope, receive, catch)

    def _keep(self, miss: "_Miss", kept: Kept, entry: Entry, since: int) -> None:
        if entry.size * _LARGEST_SHARE > self._size or not self._freshness.is_fresh(kept.topics, since):
            return
        path: str = miss.scope["path"]
        if len(self._query_names) > _MOST_MEMOS:
            self._query_names.clear()
        self._query_names[path] = kept.query_names
        query = self._read_query(path, miss.scope["query_string"])
        key = (miss.headers[b"host"], miss.wish.form, path, query)
        self._drop(key)
        self._entries[key] = entry
        self._used += entry.size
        for topic in entry.topics:
            self._by_topic[topic].add(key)
        while self._used > self._size:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._used -= entry.size
        for topic in entry.topics:
            keys = self._by_topic[topic]
            keys.discard(key)
            if not keys:
                del self._by_topic[topic]

    def _read_wish(self, asked: tuple[bytes | None, bytes | None]) -> Wish:
        accept, encoding = ((value or b"").decode("latin-1") for value in asked)
        wish = Wish(wanted(accept), accepts_gzip(encoding))
        if len(self._wishes) > _MOST_MEMOS:
            self._wishes.clear()
        self._wishes[asked] = wish
        return wish

    def _read_query(self, path: str, query: bytes) -> str:
        """The part of the query that the route at this path reads.

        A path that has not answered yet keeps the whole of it, so that it meets no entry by mistake.
        """
        names = self._query_names.get(path)
        if names is None:
            return query.decode("latin-1")
        if not names:
            return ""
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        return urlencode([pair for pair in pairs if pair[0] in names])


class _Miss(NamedTuple):
    scope: Scope
    headers: RawHeaders
    wish: Wish


def _answer(entry: Entry, method: str, headers: RawHeaders, wish: Wish) -> tuple[Message, Message]:
    """The two messages of the answer."""
    variant = entry.gzip if wish.gzip else entry.plain
    if _is_known(entry, headers):
        return variant.unchanged, _NO_BODY
    return variant.start, variant.body if method == "GET" else _NO_BODY


def _is_known(entry: Entry, headers: RawHeaders) -> bool:
    known = headers.get(b"if-none-match")
    return known is not None and entry.status == 200 and entry.is_known(known)
