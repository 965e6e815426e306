"""The real way out, to servers on this machine."""

import ipaddress

import pytest

from fedblog.config import FederationConfig
from fedblog.net.client import Net
from fedblog.net.tls import client_context
from fedblog.net.transport import SocketTransport
from fedblog.world import real_world
from tests.unit.net.fakes import AGENT, instance_key


@pytest.fixture
async def real_net():
    """Net over real sockets, let into the addresses of this machine."""
    laboratory = FederationConfig(allow_private_networks=(ipaddress.ip_network("127.0.0.0/8"),), allow_http=True)
    transport = SocketTransport(client_context())
    net = Net(real_world(transport), laboratory, instance_key, AGENT)
    yield net
    await net.aclose()
    await transport.aclose()
