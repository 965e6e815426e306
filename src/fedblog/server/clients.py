"""How many connections each client has open."""

import ipaddress
import resource
from collections import Counter
from collections.abc import Sequence

from fedblog.config import Network

CONNECTIONS_PER_CLIENT = 20
MOST_CONNECTIONS = 4096


class Clients:
    """Counts open connections by client: an IPv4 address or the /64 of an IPv6 one. Trusted proxies are not counted."""

    def __init__(self, trusted: Sequence[Network], most: int = MOST_CONNECTIONS) -> None:
        self._trusted = tuple(trusted)
        self._most = most
        self._open: Counter[str] = Counter()

    def let_in(self, address: str, in_all: int) -> bool:
        """Whether one more connection from there may stay; each `True` asks for one `leave`."""
        client = self._client(address)
        if in_all > self._most or (client and self._open[client] >= CONNECTIONS_PER_CLIENT):
            return False
        self._open[client] += 1
        return True

    def leave(self, address: str) -> None:
        """One of them is gone."""
        client = self._client(address)
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    def _client(self, address: str) -> str:
        """Empty for those who are not counted."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return ""
        if any(parsed in network for network in self._trusted):
            return ""
        if parsed.version == 4:
            return address
        return str(ipaddress.ip_network((parsed, 64), strict=False))


def room_for_connections() -> int:
    """How many connections this process may hold: half of its open files, once it has asked for many of those."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * MOST_CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted // 2
