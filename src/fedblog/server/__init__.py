"""The HTTP server: uvicorn on httptools, with the limits that it lacks (security.md D01, D07, D14).

uvicorn waits for ever for the rest of a header or of a body, and takes headers of any size. Here a connection
has a deadline whenever the other side owes us something, and each client has so many connections at once.
"""

from fedblog.server.http import HttpServer
from fedblog.server.listening import listen

__all__ = ["HttpServer", "listen"]
