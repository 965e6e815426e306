"""The server itself: one ASGI app on sockets that listen."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fedblog.config import ServerConfig
from fedblog.server.clients import Clients, room_for_connections
from fedblog.server.connection import FindReady, Patience, Patient
from fedblog.server.listening import BACKLOG
from fedblog.services.own_certificate import tls_context

DRAIN_SECONDS = 5
_TLS_SECONDS = 10.0
_PATIENCE = Patience()


class HttpServer(uvicorn.Server):
    """Serves one ASGI app on sockets that listen already. Signals are the caller's: call `stop`.

    An app that has a method `ready` (`connection.FindReady`) is asked there first, which costs less than a task.
    """

    def __init__(
        self, app: ASGIApp, config: ServerConfig, sockets: Sequence[socket.socket], patience: Patience = _PATIENCE
    ) -> None:
        self._listeners = list(sockets)
        self._clients = Clients(config.trusted_proxies, room_for_connections())
        self._patience = patience
        self._ready: FindReady = getattr(app, "ready", _nothing)
        super().__init__(_config(app, config, patience))

    async def run_until_stopped(self) -> None:
        """Serve until `stop`, then let what is under way finish, for at most 5 s."""
        await self.serve(self._listeners)

    def stop(self) -> None:
        """Stop accepting, drain, end."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, but a TLS handshake has a deadline too."""
        await self.lifespan.startup()
        loop, tls = asyncio.get_running_loop(), self.config.ssl
        limits: dict[str, Any] = {"ssl_handshake_timeout": _TLS_SECONDS, "ssl_shutdown_timeout": 3.0} if tls else {}
        self.servers = [
            await loop.create_server(self._connection, sock=listener, ssl=tls, backlog=BACKLOG, **limits)
            for listener in sockets or []
        ]
        self.started = True

    def _connection(self) -> asyncio.Protocol:
        return Patient(self._clients, self._patience, self._ready, self.config, self.server_state, self.lifespan.state)


def _nothing(scope: Any) -> None:  # noqa: ARG001 - an app that keeps nothing ready
    return None


def _config(app: ASGIApp, server: ServerConfig, patience: Patience) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=HttpToolsProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # `web.middleware.forwarded` reads them, from trusted proxies only
        server_header=False,
        timeout_keep_alive=patience.idle,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    config.load()
    if server.tls_certificate and server.tls_key:
        config.ssl = tls_context(server.tls_certificate, server.tls_key)
    return config
