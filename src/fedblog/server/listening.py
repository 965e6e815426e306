"""Where the server listens."""

import errno
import socket
from typing import Any

from fedblog.errors import Conflict, Invalid, Refused

BACKLOG = 1024


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on every address of `host` (all there are, when it is empty).

    Raises `Conflict` when the port is taken, `Refused` for an address or a port that we cannot have.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise Invalid(f"server.host {host!r} is no address of this machine.") from error
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            sockets.append(_listener(socket.AddressFamily(family), (str(address[0]), *address[1:])))
    except OSError as error:
        for opened in sockets:
            opened.close()
        raise _refusal(error, host, port) from error
    return sockets


def _listener(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def _refusal(error: OSError, host: str, port: int) -> Refused:
    place = f"{host or 'this machine'}, port {port}"
    if error.errno == errno.EADDRINUSE:
        return Conflict(f"Another program listens on {place} already.", "Stop it, or set another server.port.")
    if error.errno == errno.EACCES:
        return Refused(f"We may not listen on {place}.", "Ports below 1024 belong to root: let a proxy listen there.")
    return Refused(f"We cannot listen on {place}: {error.strerror}.", "Check server.host and server.port.")
