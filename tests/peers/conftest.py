"""The Fedify peer as fixtures: `certificates`, and `start_peer`, which stops what it started."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.needs import missing
from tests.peers.fedify import Peer, node_binary

StartPeer = Callable[..., Awaitable[Peer]]


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate authority of this test run: `ca_file` for who connects, `of` for who serves."""

    directory: Path
    authority: trustme.CA

    @property
    def ca_file(self) -> Path:
        """The authority's certificate (PEM)."""
        return self.directory / "ca.pem"

    def of(self, *names: str) -> Path:
        """A PEM file with chain and key for these host names or addresses."""
        path = self.directory / f"{names[0]}.pem"
        if not path.exists():
            self.authority.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(str(path))
        return path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate authority, made once."""
    certificates = Certificates(tmp_path_factory.mktemp("certificates"), trustme.CA())
    certificates.authority.cert_pem.write_to_path(str(certificates.ca_file))
    return certificates


@pytest.fixture
async def start_peer(certificates: Certificates, tmp_path: Path) -> AsyncIterator[StartPeer]:
    """`await start_peer(host="127.0.0.2", names=("alice",), first_knock="rfc9421", tls=True)`."""
    if not sys.platform.startswith("linux") or (node := node_binary()) is None:
        missing("The Fedify peer", "make peers (it needs npm: apt install npm)")
    running: list[Peer] = []

    async def start(*, host: str = "127.0.0.2", tls: bool = True, **more: Any) -> Peer:
        certificate = certificates.of(host) if tls else None
        log = tmp_path / f"peer-{len(running)}.log"
        peer = await Peer.start(node, log, host=host, certificate=certificate, ca_file=certificates.ca_file, **more)
        running.append(peer)
        return peer

    yield start
    for peer in running:
        await peer.stop()
