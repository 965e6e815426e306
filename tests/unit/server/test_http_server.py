"""The server's limits, over real loopback sockets: what uvicorn alone would wait for or take, for ever."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl

import pytest
import trustme

from fedblog.config import ServerConfig
from fedblog.errors import Conflict, Invalid
from fedblog.server import HttpServer, listen
from fedblog.server.clients import CONNECTIONS_PER_CLIENT, Clients
from fedblog.server.connection import LARGEST_HEADER, Patience

PATIENT = Patience()
HURRIED = Patience(header=0.05, body=0.05, taking=0.05, idle=60)
NOT_LOCAL = (ipaddress.ip_network("192.0.2.0/24"),)


async def echo(scope, receive, send):
    """Answers with the length of the body, without reading it under /unread."""
    size = 0
    while scope["path"] != "/unread" and (message := await receive()).get("type") == "http.request":
        size += len(message["body"])
        if not message.get("more_body"):
            break
    body = b"x" * (8 << 20) if scope["path"] == "/large" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def config(trusted=(), certificate=None, key=None):
    return ServerConfig("127.0.0.1", 0, certificate, key, trusted, "info")


@contextlib.asynccontextmanager
async def serving(patience=PATIENT, server_config=None, app=echo):
    sockets = listen("127.0.0.1", 0)
    server = HttpServer(app, server_config or config(), sockets, patience)
    task = asyncio.create_task(server.run_until_stopped())
    try:
        yield sockets[0].getsockname()[1]
    finally:
        server.stop()
        await task


@contextlib.asynccontextmanager
async def connected(port, **options):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **options)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def said(port, *pieces):
    """All that the server answers before it closes the connection by itself."""
    async with connected(port) as (reader, writer):
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), 20)
    return b""


async def talk_for_ever(writer):
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def test_a_request_is_answered_and_the_connection_kept_for_the_next():
    async with serving(HURRIED) as port, connected(port) as (reader, writer):
        for _ in range(3):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(1) == b"5"
        assert b"\r\nserver:" not in answer.lower()


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"GET / HT",),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: ",),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc",),
    ],
    ids=["silent", "half a line", "half a header", "three bytes of a body"],
)
async def test_who_stops_in_the_middle_is_let_go(pieces):
    async with serving(HURRIED) as port:
        assert b"HTTP/1.1 200" not in await said(port, *pieces)


@pytest.mark.parametrize("more", [b"GET / HT", b"\r\n"], ids=["half a request", "an empty line"])
async def test_who_stops_in_the_middle_of_a_second_request_is_let_go(more):
    async with serving(HURRIED) as port, connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(more)
        assert await asyncio.wait_for(reader.read(), 20) == b"0"


@pytest.mark.parametrize("method", [b"FOO", b"get", b"BREW"])
async def test_a_method_that_nobody_knows_gets_405_and_what_is_allowed(method):
    async with serving() as port:
        answer = await said(port, method + b" / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
        assert b"\r\nallow: GET, HEAD, POST\r\n" in answer
        assert (await said(port, b"GET / HTTP/nine\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


async def test_a_body_that_nobody_reads_and_that_never_ends_is_let_go():
    async with serving(HURRIED) as port:
        answer = await said(port, b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", b"abc")
        assert answer.startswith(b"HTTP/1.1 200")


async def test_who_does_not_take_the_answer_is_let_go():
    async with serving(HURRIED) as port, connected(port, limit=1) as (reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readexactly(10)  # then nothing more is taken, until the other side has gone
        reader._transport.pause_reading()
        with pytest.raises(ConnectionError):
            await talk_for_ever(writer)


@pytest.mark.parametrize("ends", [True, False], ids=["whole", "endless"])
async def test_a_header_that_is_too_large_is_refused_and_the_connection_closed(ends):
    header = b"GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + b"x" * (LARGEST_HEADER + 1)
    async with serving() as port:
        answer = await said(port, header + (b"\r\n\r\n" if ends else b""))
        assert answer.startswith(b"HTTP/1.1 400")


async def test_a_large_body_behind_a_small_header_is_no_large_header():
    async with serving() as port, connected(port) as (reader, writer):
        body = b"x" * (2 * LARGEST_HEADER)
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_two_framings_of_one_body_are_refused_and_the_connection_closed():
    framed_twice = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    async with serving() as port:
        assert (await said(port, framed_twice)).startswith(b"HTTP/1.1 400")


async def test_one_client_has_only_so_many_connections_and_a_closed_one_counts_no_more():
    async with serving() as port, contextlib.AsyncExitStack() as open_:
        held = [await open_.enter_async_context(connected(port)) for _ in range(CONNECTIONS_PER_CLIENT)]
        assert await said(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") == b""
        held[0][1].write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await held[0][0].read()).startswith(b"HTTP/1.1 200")
        async with connected(port) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_trusted_proxy_may_hold_more():
    trusting = config(trusted=(ipaddress.ip_network("127.0.0.0/8"),))
    async with serving(server_config=trusting) as port, contextlib.AsyncExitStack() as open_:
        for _ in range(2 * CONNECTIONS_PER_CLIENT):
            reader, writer = await open_.enter_async_context(connected(port))
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


def test_a_client_is_an_ipv4_address_or_an_ipv6_network():
    clients = Clients(NOT_LOCAL)
    for number in range(CONNECTIONS_PER_CLIENT):
        assert clients.let_in(f"2001:db8:0:1::{number:x}", 1)
        assert clients.let_in("192.0.2.7", 1)
    assert not clients.let_in("2001:db8:0:1::ffff", 1)
    assert clients.let_in("2001:db8:0:2::1", 1)
    assert clients.let_in("192.0.2.7", 1)
    clients.leave("2001:db8:0:1::1")
    assert clients.let_in("2001:db8:0:1::ffff", 1)


async def test_stopping_lets_a_request_finish_and_closes_the_idle():
    arrived, answering = asyncio.Event(), asyncio.Event()

    async def slow(scope, receive, send):
        arrived.set()
        await answering.wait()
        await echo(scope, receive, send)

    async with contextlib.AsyncExitStack() as open_:
        async with serving(app=slow) as port:
            idle, _ = await open_.enter_async_context(connected(port))
            reader, writer = await open_.enter_async_context(connected(port))
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await arrived.wait()
            asyncio.get_running_loop().call_later(0.05, answering.set)
        assert (await reader.read()).endswith(b"\r\n\r\n0")
        assert await idle.read() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_tls_is_served_with_the_certificate_and_its_key(tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    for blob in issued.cert_chain_pems:
        blob.write_to_path(tmp_path / "chain.pem", append=True)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    encrypted = config(certificate=tmp_path / "chain.pem", key=tmp_path / "key.pem")
    async with serving(server_config=encrypted) as port, connected(port, ssl=context) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


def test_a_taken_port_is_refused_in_words():
    with contextlib.closing(listen("127.0.0.1", 0)[0]) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=f"port {port} already"):
            listen("127.0.0.1", port)


def test_a_foreign_address_is_refused_in_words():
    with pytest.raises(Invalid, match="no address of this machine"):
        listen("no such host", 0)


def test_in_all_there_is_an_end_too():
    clients = Clients((), most=3)
    assert [clients.let_in(f"192.0.2.{number}", number) for number in range(1, 5)] == [True, True, True, False]


class Prepared:
    """An app that has one answer ready, and counts what it is asked all the same."""

    def __init__(self):
        self.asked = 0

    def ready(self, scope):
        return (b"HTTP/1.1 200 OK\r\n", b"content-length: 5\r\n\r\n", b"ready") if scope["path"] == "/ready" else None

    async def __call__(self, scope, receive, send):
        self.asked += 1
        await echo(scope, receive, send)


READY = b"GET /ready HTTP/1.1\r\nHost: h\r\n\r\n"
LAST = b"GET /ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


async def test_what_is_ready_goes_out_at_once_with_the_date():
    app = Prepared()
    async with serving(app=app) as port, connected(port) as (reader, writer):
        for _ in range(2):
            writer.write(READY)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
            assert await reader.readexactly(5) == b"ready"
    assert app.asked == 0


async def test_many_requests_at_once_are_answered_in_order_ready_or_not():
    app = Prepared()
    body = b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    async with serving(app=app) as port:
        answers = await said(port, READY * 3 + body + READY * 1500 + body + LAST)
    bodies = [piece.partition(b"\r\n\r\n")[2] for piece in answers.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies[:4] == [b"ready", b"ready", b"ready", b"3"]
    assert (len(bodies), bodies.index(b"3", 4)) == (3 + 1 + 1500 + 1 + 1, 3 + 1 + 1500)
    assert {*bodies} == {b"ready", b"3", b"0"}  # what had to wait in the queue was asked of the app


async def test_a_client_that_wants_to_end_is_asked_of_the_app_and_let_go():
    app = Prepared()
    async with serving(app=app) as port:
        assert b"connection: close" in await said(port, LAST)
        assert b"connection: close" in await said(port, b"GET /ready HTTP/1.0\r\nHost: h\r\n\r\n")
    assert app.asked == 2


async def test_a_body_behind_a_question_that_was_answered_is_no_next_question():
    async with serving(app=Prepared()) as port, connected(port) as (reader, writer):
        writer.write(b"GET /ready HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")
        await reader.readuntil(b"ready")
        writer.write(b"abcde" + READY)
        assert (await reader.readuntil(b"ready")).startswith(b"HTTP/1.1 200 OK\r\n")
