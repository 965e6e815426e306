"""Ports for servers that have to know theirs before they start."""

import contextlib
import secrets
import socket

# Below those that Linux hands out by itself: nobody gets one by chance between our look and the server's start.
_PORTS = range(20_000, 32_000)


def free_port(host: str = "127.0.0.1") -> int:
    """A port of this address on which nothing listens. Each asker gets another, as far as chance can help it."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
