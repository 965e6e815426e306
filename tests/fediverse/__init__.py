"""A fediverse in a box: host names, addresses, servers and a clock, all in one process.

The program under test runs unchanged: its guard checks the (public-looking) addresses that the box
resolves, and its requests go over a transport that hands them to ASGI apps or scripted servers.
"""

from tests.fediverse.box import Box
from tests.fediverse.clock import HandClock
from tests.fediverse.peer import Peer, Person

__all__ = ["Box", "HandClock", "Peer", "Person"]
