"""The real server on a loopback socket, in front of an app that only greets."""

import asyncio
import contextlib

from fedblog.config import ServerConfig
from fedblog.server import HttpServer, listen


async def hello(scope, receive, send):
    """Read the body, then greet."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@contextlib.asynccontextmanager
async def serving(patience):
    sockets = listen("127.0.0.1", 0)
    server = HttpServer(hello, ServerConfig("127.0.0.1", 0, None, None, (), "info"), sockets, patience)
    task = asyncio.create_task(server.run_until_stopped())
    try:
        yield sockets[0].getsockname()[1]
    finally:
        server.stop()
        await asyncio.wait_for(task, 10)
