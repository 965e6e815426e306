"""What a reader gets from the page cache, and when it must not be old."""

import asyncio
import gzip

import pytest
from starlette.requests import Request

from fedblog.web import respond
from fedblog.web.negotiate import Wanted, wanted_by
from fedblog.web.page_cache import PageCache
from tests.unit.web.asgi import BROWSER, HOST, ask, scope_of

ACTIVITY = "application/activity+json"
LONG = "words and more words " * 100


class Origin:
    """An app that counts how often it had to render."""

    def __init__(self):
        self.renders = 0
        self.text = LONG
        self.topics = ["frame", "post:1"]
        self.query_names: tuple[str, ...] = ()
        self.gate: asyncio.Event | None = None
        self.read = asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.renders += 1
        text = self.text
        self.read.set()
        if self.gate:
            await self.gate.wait()
        await self.answer(scope, text)(scope, receive, send)

    def answer(self, scope, text):
        if scope["path"] == "/admin":
            return respond.private(text.encode())
        if wanted_by(scope) is Wanted.DOCUMENT:
            return respond.document(b'{"text":"%s"}' % text.encode(), topics=self.topics, is_page_address=True)
        said = text + str(Request(scope).query_params.get("page", ""))
        return respond.page(said.encode(), topics=self.topics, is_negotiated=True, query=self.query_names)


@pytest.fixture
def origin():
    return Origin()


@pytest.fixture
def cache(origin):
    return PageCache(origin, {HOST})


async def test_second_reader_costs_no_rendering(origin, cache):
    first = await ask(cache, "/a")
    second = await ask(cache, "/a")
    assert first.status == second.status == 200
    assert first.body == second.body == LONG.encode()
    assert first.headers == second.headers
    assert origin.renders == 1


async def test_browser_that_has_the_page_gets_304_without_a_body(origin, cache):
    etag = (await ask(cache, "/a")).header("etag")
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await ask(cache, "/a", headers=[("if-none-match", known)])
        assert (again.status, again.body) == (304, b""), known
        assert again.header("etag") == etag
        assert again.header("vary") == "Accept, Accept-Encoding"
    assert (await ask(cache, "/a", headers=[("if-none-match", '"other"')])).status == 200


async def test_304_is_given_even_when_the_page_had_to_be_rendered_anew(origin, cache):
    etag = (await ask(cache, "/a")).header("etag")
    cache.heard(None)
    assert (await ask(cache, "/a", headers=[("if-none-match", etag)])).status == 304
    assert origin.renders == 2


async def test_gzip_goes_only_to_those_who_ask_and_has_its_own_etag(cache):
    plain = await ask(cache, "/a")
    packed = await ask(cache, "/a", headers=[("accept-encoding", "br, gzip;q=0.8")])
    refused = await ask(cache, "/a", headers=[("accept-encoding", "gzip;q=0")])
    assert packed.header("content-encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert len(packed.body) == int(packed.header("content-length"))
    assert packed.header("etag") != plain.header("etag")


async def test_either_etag_is_known_whatever_encoding_is_asked(cache):
    plain = await ask(cache, "/a")
    again = await ask(cache, "/a", headers=[("accept-encoding", "gzip"), ("if-none-match", plain.header("etag"))])
    assert again.status == 304


async def test_head_has_the_headers_of_get_and_no_body(origin, cache):
    head = await ask(cache, "/a", "HEAD")
    got = await ask(cache, "/a")
    assert head.headers == got.headers
    assert head.body == b""
    assert origin.renders == 1


async def test_page_and_document_of_one_address_are_never_mixed(cache):
    order = [BROWSER, ACTIVITY, "*/*", f"{ACTIVITY}, text/html;q=0.1", BROWSER, ACTIVITY]
    kinds = [(await ask(cache, "/a", headers=[("accept", accept)])).header("content-type") for accept in order]
    assert [kind == ACTIVITY for kind in kinds] == [False, True, False, True, False, True]


async def test_doubled_accept_header_cannot_file_the_document_under_the_page(cache):
    odd = await ask(cache, "/a", headers=[("accept", ACTIVITY), ("accept", "text/html")])
    plain = await ask(cache, "/a", headers=[("accept", "text/html")])
    assert plain.header("content-type").startswith("text/html")
    assert odd.header("content-type") == plain.header("content-type")


async def test_unknown_query_names_do_not_make_new_pages(origin, cache):
    for query in ("", "?utm_source=a", "?utm_source=b", "?page=2"):
        await ask(cache, f"/a{query}")
    assert origin.renders <= 2  # the first query on a path that has not answered yet may miss
    before = origin.renders
    await ask(cache, "/a?fbclid=xyz")
    assert origin.renders == before


async def test_a_query_that_the_route_reads_makes_its_own_page(origin, cache):
    origin.query_names = ("page",)
    one, two = await ask(cache, "/a?page=1&x=1"), await ask(cache, "/a?page=2")
    assert (one.body[-1:], two.body[-1:]) == (b"1", b"2")
    assert (await ask(cache, "/a?x=9&page=1")).body == one.body
    assert (await ask(cache, "/a")).body == LONG.encode()
    assert origin.renders == 3


async def test_change_of_a_topic_drops_its_pages_at_once_and_no_others(origin, cache):
    await ask(cache, "/a")
    origin.topics = ["frame", "post:2"]
    await ask(cache, "/b")
    origin.text = "new"
    cache.heard(frozenset({"post:1"}))
    assert (await ask(cache, "/a")).text == "new"
    assert (await ask(cache, "/b")).text == LONG


async def test_another_process_may_have_changed_anything(origin, cache):
    await ask(cache, "/a")
    origin.text = "new"
    cache.heard(None)
    assert (await ask(cache, "/a")).text == "new"


@pytest.mark.parametrize("heard", [frozenset({"post:1"}), None])
async def test_page_rendered_from_rows_of_before_a_commit_is_not_kept_after_it(origin, cache, heard):
    origin.gate = asyncio.Event()
    slow = asyncio.create_task(ask(cache, "/a"))
    await origin.read.wait()
    origin.text = "new"
    cache.heard(heard)
    origin.gate.set()
    assert (await slow).text == LONG
    assert (await ask(cache, "/a")).text == "new"


async def test_change_elsewhere_does_not_keep_a_page_out(origin, cache):
    origin.gate = asyncio.Event()
    slow = asyncio.create_task(ask(cache, "/a"))
    await origin.read.wait()
    cache.heard(frozenset({"post:7"}))
    origin.gate.set()
    await slow
    await ask(cache, "/a")
    assert origin.renders == 1


async def test_endless_topics_are_forgotten_safely(origin, cache):
    origin.gate = asyncio.Event()
    slow = asyncio.create_task(ask(cache, "/a"))
    await origin.read.wait()
    origin.text = "new"
    cache.heard(frozenset({"post:1"}))
    cache.heard(frozenset(f"post:{number}" for number in range(2, 20_000)))
    origin.gate.set()
    await slow
    assert (await ask(cache, "/a")).text == "new"


async def test_cache_stays_within_its_size_and_forgets_the_oldest(origin):
    cache = PageCache(origin, {HOST}, size=40_000)
    for path in "abcdefghijklmnop":
        await ask(cache, f"/{path}")
    before = origin.renders
    await ask(cache, "/p")
    assert origin.renders == before
    await ask(cache, "/a")
    assert origin.renders == before + 1


async def test_private_answers_and_posts_pass_through(origin, cache):
    for _ in range(2):
        answer = await ask(cache, "/admin")
        assert answer.header("cache-control") == "private, no-store"
        assert answer.header("etag") is None
    await ask(cache, "/a", "POST")
    await ask(cache, "/a", "POST")
    assert origin.renders == 4


async def test_foreign_host_never_meets_the_cache(origin, cache):
    await ask(cache, "/a")
    await ask(cache, "/a", host="evil.example")
    assert origin.renders == 2


async def test_small_and_packed_bodies_are_not_compressed(origin, cache):
    origin.text = "short"
    answer = await ask(cache, "/a", headers=[("accept-encoding", "gzip")])
    assert answer.header("content-encoding") is None
    assert answer.text == "short"


async def test_many_odd_accept_headers_do_not_grow_the_memory(cache):
    for number in range(3000):
        await ask(cache, "/a", headers=[("accept", f"text/x-{number}")])
    assert len(cache._wishes) <= 1026


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("accept", BROWSER)],
        [("accept", ACTIVITY)],
        [("accept", BROWSER), ("accept-encoding", "gzip")],
        [("if-none-match", "*")],
        [("accept-encoding", "gzip"), ("if-none-match", "*")],
        [("if-none-match", '"another"')],
    ],
)
async def test_what_is_ready_is_what_the_app_would_have_said(cache, headers):
    scope = scope_of("/a", headers=headers)
    assert cache.ready(scope) is None
    await ask(cache, "/a", headers=headers)
    said = await ask(cache, "/a", headers=headers)
    status_line, lines, body = cache.ready(scope)
    assert status_line.startswith(b"HTTP/1.1 %d " % said.status)
    assert lines == "".join(f"{name}: {value}\r\n" for name, value in said.headers).encode() + b"\r\n"
    assert body == said.body


@pytest.mark.parametrize("odd", [{"method": "HEAD"}, {"method": "POST"}, {"host": "other.example"}, {"host": ""}])
async def test_nothing_is_ready_for_what_is_no_plain_question(cache, odd):
    await ask(cache, "/a")
    assert cache.ready(scope_of("/a")) is not None
    assert cache.ready(scope_of("/a", **odd)) is None


async def test_what_has_changed_is_not_ready_any_more(cache):
    await ask(cache, "/a")
    cache.heard(frozenset({"post:1"}))
    assert cache.ready(scope_of("/a")) is None
