"""Real sockets to loopback servers: keep-alive, staleness, deadlines, TLS, several addresses, shutting down."""

import asyncio
import ssl

import pytest
import uvloop

from fedblog.errors import BadAnswer, Invalid, TooLarge, Unreachable
from fedblog.net.tls import client_context
from fedblog.net.transport import SocketTransport
from fedblog.world import Limits, WireRequest
from tests.ports import free_port
from tests.unit.net.servers import OK, always_ok, hang_up, serving, tls_pair

HERE = ("127.0.0.1",)
QUICK = Limits(total=0.2, connect=0.2, body=1000)
LIMITS = Limits(total=5, connect=5, body=1000)


def get(
    port: int, scheme: str = "http", host: str = "peer.test", method: str = "GET", body: bytes = b""
) -> WireRequest:
    headers = (("Host", f"{host}:{port}"), ("Content-Length", str(len(body))))
    return WireRequest(method, scheme, host, port, "/a?b=c", headers, body)


@pytest.fixture(scope="module")
def tls():
    return tls_pair("peer.test", "127.0.0.1")


@pytest.fixture
async def transport(tls):
    transport = SocketTransport(tls[1])
    yield transport
    await transport.aclose()


async def test_the_request_arrives_as_written(transport):
    async with serving() as server:
        answer = await transport.exchange(get(server.port, method="POST", body=b"body"), HERE, LIMITS)
    assert (answer.status, answer.body) == (200, b"ok")
    assert server.calls[0].head == f"POST /a?b=c HTTP/1.1\r\nHost: peer.test:{server.port}\r\nContent-Length: 4\r\n\r\n"
    assert server.calls[0].body == b"body"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_connection_serves_many_requests(transport, tls, scheme):
    async with serving(tls=tls[0] if scheme == "https" else None) as server:
        for _ in range(5):
            await transport.exchange(get(server.port, scheme), HERE, LIMITS)
        assert len(server.calls) == 5
        assert server.accepted == 1


async def test_requests_at_once_get_connections_of_their_own(transport):
    both_here = asyncio.Barrier(2)

    async def answer(_):
        await both_here.wait()
        return OK

    async with serving(answer) as server:
        await asyncio.gather(*(transport.exchange(get(server.port), HERE, LIMITS) for _ in range(2)))
        assert server.accepted == 2


async def test_another_name_at_the_same_address_never_shares_a_connection(transport):
    async with serving() as server:
        for host in ("one.test", "two.test"):
            await transport.exchange(get(server.port, host=host), HERE, LIMITS)
        assert server.accepted == 2


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
    ],
)
async def test_a_connection_that_says_it_ends_or_says_too_much_is_not_kept(transport, reply):
    async def answer(_):
        return reply

    async with serving(answer) as server:
        for _ in range(2):
            assert (await transport.exchange(get(server.port), HERE, LIMITS)).body == b"ok"
        assert server.accepted == 2


async def test_an_answer_that_nobody_asked_for_ends_the_connection(transport):
    has_answer = asyncio.Event()

    async def answer(call):
        if call.connection == 1:
            call.writer.write(OK)
            await has_answer.wait()
            return b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
        return OK

    async with serving(answer) as server:
        await transport.exchange(get(server.port), HERE, LIMITS)
        has_answer.set()
        await server.left.wait()
        assert (await transport.exchange(get(server.port), HERE, LIMITS)).body == b"ok"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_kept_connection_that_the_server_closed_is_replaced_without_a_failure(transport, tls, scheme):
    """The server closes when the second request is already on its way: the one moment that cannot be avoided."""

    async def answer(call):
        return OK if not (call.connection == 1 and len(server.calls) > 1) else None

    async with serving(answer, tls[0] if scheme == "https" else None) as server:
        for _ in range(2):
            assert (await transport.exchange(get(server.port, scheme), HERE, LIMITS)).status == 200
        assert server.accepted == 2
        assert len(server.calls) == 3


async def test_a_fresh_connection_that_is_closed_is_not_tried_again(transport):
    async def answer(_):
        return None

    async with serving(answer) as server:
        with pytest.raises(Unreachable, match="closed without an answer"):
            await transport.exchange(get(server.port), HERE, LIMITS)
        assert server.accepted == 1


async def test_an_answer_cut_in_the_middle_is_not_tried_again(transport):
    async def answer(call):
        if len(server.calls) == 1:
            return OK
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe")
        await call.writer.drain()
        call.writer.close()
        return None

    async with serving(answer) as server:
        await transport.exchange(get(server.port), HERE, LIMITS)
        with pytest.raises(Unreachable, match="in the middle"):
            await transport.exchange(get(server.port), HERE, LIMITS)
        assert len(server.calls) == 2


async def test_a_body_without_length_runs_to_the_end_of_the_connection(transport):
    async def answer(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\n\r\nall ")
        call.writer.write(b"of it")
        await call.writer.drain()
        call.writer.close()

    async with serving(answer) as server:
        assert (await transport.exchange(get(server.port), HERE, LIMITS)).body == b"all of it"


async def test_head_gets_no_body(transport):
    async def answer(_):
        return b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"

    async with serving(answer) as server:
        answer = await transport.exchange(get(server.port, method="HEAD"), HERE, LIMITS)
        assert (answer.status, answer.body) == (200, b"")


async def test_a_server_that_drips_is_left_at_the_total_deadline(transport):
    async def answer(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            call.writer.write(b"x")
            await call.writer.drain()
            await asyncio.sleep(0.02)

    async with serving(answer) as server:
        with pytest.raises(Unreachable, match=r"no answer within 0\.2 s"):
            await transport.exchange(get(server.port), HERE, QUICK)


async def test_a_silent_server_is_left_and_the_connection_closed(transport):
    has_left = asyncio.Event()

    async def silent(reader, writer):
        await reader.read()
        await hang_up(writer)
        has_left.set()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
        await transport.exchange(get(listener.sockets[0].getsockname()[1]), HERE, Limits(total=0.1))
    await has_left.wait()
    listener.close()
    await listener.wait_closed()


async def test_a_server_that_never_answers_holds_up_nobody_else(transport):
    async def silent(_):
        await asyncio.Event().wait()

    async with serving(silent) as tarpit, serving() as healthy:
        stuck = [asyncio.create_task(transport.exchange(get(tarpit.port), HERE, LIMITS)) for _ in range(50)]
        assert (await transport.exchange(get(healthy.port), HERE, LIMITS)).status == 200
        assert not any(task.done() for task in stuck)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_handshake_that_never_ends_is_left_at_the_connect_deadline(transport):
    async def never(reader, writer):
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(never, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match=r"no connection within 0\.1 s"):
        await transport.exchange(get(port, "https"), HERE, Limits(total=5, connect=0.1))
    silent.close()
    await silent.wait_closed()


async def test_an_endless_answer_is_cut_at_the_cap_and_the_connection_closed(transport):
    async def answer(call):
        call.writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            call.writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await call.writer.drain()

    async with serving(answer) as server:
        with pytest.raises(TooLarge):
            await transport.exchange(get(server.port), HERE, LIMITS)
        await server.left.wait()


async def test_refused_connections_say_so(transport):
    with pytest.raises(Unreachable, match="connection refused"):
        await transport.exchange(get(free_port()), HERE, LIMITS)


async def test_a_dead_address_beside_a_living_one_does_not_fail_the_request(transport):
    async with serving() as server:
        answer = await transport.exchange(get(server.port), ("::1", "127.3.0.3", "127.0.0.1"), LIMITS)
        assert answer.status == 200


async def test_a_silent_address_is_passed_by(transport, tls):
    """The first one accepts and never speaks; the next one is tried after a quarter of a second."""

    async def never(reader, writer):
        await reader.read()
        writer.close()

    async with serving(tls=tls[0]) as server:
        silent = await asyncio.start_server(never, "127.3.0.2", server.port)
        answer = await transport.exchange(get(server.port, "https"), ("127.3.0.2", "127.0.0.1"), LIMITS)
        assert answer.status == 200
        silent.close()
        await silent.wait_closed()


async def test_a_name_with_hundreds_of_addresses_is_not_hundreds_of_connections(transport):
    async with serving() as server:
        with pytest.raises(Unreachable, match="connection refused"):
            await transport.exchange(get(server.port), [f"127.0.1.{n}" for n in range(1, 200)] + ["127.0.0.1"], LIMITS)
        assert server.accepted == 0


async def test_a_certificate_for_another_name_is_refused(transport, tls):
    async with serving(tls=tls[0]) as server:
        with pytest.raises(Unreachable, match="the TLS certificate is not valid"):
            await transport.exchange(get(server.port, "https", "other.test"), HERE, LIMITS)
        assert server.calls == []


async def test_a_certificate_of_an_unknown_authority_is_refused(tls):
    transport = SocketTransport(client_context())
    async with serving(tls=tls[0]) as server:
        with pytest.raises(Unreachable, match="the TLS certificate is not valid"):
            await transport.exchange(get(server.port, "https"), HERE, LIMITS)
    await transport.aclose()


async def test_a_server_that_speaks_no_tls_says_so(transport):
    async def plain(_, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        await hang_up(writer)

    listener = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match="no common way to speak TLS"):
        await transport.exchange(get(port, "https"), HERE, LIMITS)
    listener.close()
    await listener.wait_closed()


async def test_what_is_not_http_is_a_bad_answer(transport):
    async def answer(_):
        return b"SSH-2.0-OpenSSH_9.2\r\n"

    async with serving(answer) as server:
        with pytest.raises(BadAnswer):
            await transport.exchange(get(server.port), HERE, LIMITS)


@pytest.mark.parametrize(
    ("target", "header"), [("/a\r\nX-Evil: 1", "v"), ("/a b", "v"), ("/a", "v\r\nX-Evil: 1"), ("/a", "v\nX: 1")]
)
async def test_no_header_or_target_smuggles_in_a_line(transport, target, header):
    request = WireRequest("GET", "http", "peer.test", 80, target, (("Host", header),))
    with pytest.raises(ValueError, match="control character"):
        await transport.exchange(request, HERE, LIMITS)


async def test_an_idle_connection_is_closed_after_its_time(tls):
    transport = SocketTransport(tls[1], idle_seconds=0.01)
    async with serving() as server:
        await transport.exchange(get(server.port), HERE, LIMITS)
        await server.left.wait()
    await transport.aclose()


async def test_at_the_bound_the_oldest_idle_connection_goes(tls):
    transport = SocketTransport(tls[1], most_idle=1)
    async with serving() as first, serving() as second:
        await transport.exchange(get(first.port), HERE, LIMITS)
        await transport.exchange(get(second.port), HERE, LIMITS)
        await first.left.wait()
        await transport.exchange(get(second.port), HERE, LIMITS)
        assert second.accepted == 1
    await transport.aclose()


async def test_stopping_ends_what_is_idle_and_what_is_under_way(tls):
    async def answer(_):
        if len(server.calls) == 2:
            await asyncio.Event().wait()
        return OK

    transport = SocketTransport(tls[1])
    async with serving(answer) as server:
        await transport.exchange(get(server.port, host="idle.test"), HERE, LIMITS)
        under_way = asyncio.create_task(transport.exchange(get(server.port), HERE, LIMITS))
        while len(server.calls) < 2:
            await asyncio.sleep(0)
        await transport.aclose()
        with pytest.raises(Unreachable):
            await under_way
        with pytest.raises(Unreachable, match="stopping"):
            await transport.exchange(get(server.port), HERE, LIMITS)


def test_it_runs_on_uvloop_as_well(tls):
    async def run():
        transport = SocketTransport(tls[1])
        async with serving(tls=tls[0]) as server, serving(always_ok) as plain:
            for _ in range(3):
                await transport.exchange(get(server.port, "https"), HERE, LIMITS)
                await transport.exchange(get(plain.port), ("::1", "127.0.0.1"), LIMITS)
            with pytest.raises(Unreachable, match="the TLS certificate is not valid"):
                await transport.exchange(get(server.port, "https", "other.test"), HERE, LIMITS)
            with pytest.raises(Unreachable, match="connection refused"):
                await transport.exchange(get(free_port()), HERE, LIMITS)
            await transport.aclose()
            return server.accepted, plain.accepted

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(run()) == (1, 1)


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path):
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(Invalid, match=r"federation\.ca_file"):
            client_context(path)


def test_old_tls_is_not_spoken():
    assert client_context().minimum_version >= ssl.TLSVersion.TLSv1_2
