"""Loopback HTTP servers that count what reaches them."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import trustme

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Call:
    """One request as a server saw it, and the means to answer by hand."""

    connection: int
    head: str
    body: bytes
    writer: asyncio.StreamWriter


Answer = Callable[[Call], Awaitable[bytes | None]]


@dataclass
class Server:
    """`accepted` connections, `calls` received; `left` is set when a connection has ended."""

    port: int = 0
    accepted: int = 0
    calls: list[Call] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)


async def always_ok(_: Call) -> bytes:
    return OK


@contextlib.asynccontextmanager
async def serving(answer: Answer = always_ok, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve on 127.0.0.1. `answer` returns bytes to send, or None to end the connection."""
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.accepted += 1
        number = server.accepted
        try:
            while (reply := await answer(await _receive(server, number, reader, writer))) is not None:
                writer.write(reply)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client has left
        finally:
            await hang_up(writer)
            server.left.set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End a connection that has been flushed, without waiting for the other side."""
    writer.close()
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _receive(server: Server, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
    call = Call(number, head, await reader.readexactly(length), writer)
    server.calls.append(call)
    return call


def tls_pair(*names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server with a certificate for `names`, and of a client that trusts its authority."""
    authority = trustme.CA()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(ours)
    theirs = ssl.create_default_context()
    authority.configure_trust(theirs)
    return ours, theirs
