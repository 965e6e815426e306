"""The Fedify peer as fixtures: `certificates`, `start_peer`, which stops what it started, and `blog`, a served fedblog.

Whatever starts a peer runs once in each form of signatures: `form` is how the peer signs, and all that it understands.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.needs import missing
from tests.peers.certificates import Certificates
from tests.peers.fedify import CAVAGE, RFC9421, Peer, node_binary
from tests.peers.running_blog import RunningBlog

StartPeer = Callable[..., Awaitable[Peer]]
StartBlog = Callable[..., Awaitable[RunningBlog]]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate authority, made once."""
    certificates = Certificates(tmp_path_factory.mktemp("certificates"), trustme.CA())
    certificates.authority.cert_pem.write_to_path(str(certificates.ca_file))
    return certificates


@pytest.fixture(params=[RFC9421, CAVAGE])
def form(request: pytest.FixtureRequest) -> str:
    """The form of signatures in which the peer and the blog talk."""
    found: str = request.param
    return found


@pytest.fixture
async def start_peer(certificates: Certificates, tmp_path: Path, form: str) -> AsyncIterator[StartPeer]:
    """`await start_peer(host="127.0.0.2", names=("alice",), tls=True)`: a peer that speaks this form only."""
    if not sys.platform.startswith("linux") or (node := node_binary()) is None:
        missing("The Fedify peer", "make peers (it needs npm: apt install npm)")
    running: list[Peer] = []

    async def start(*, host: str = "127.0.0.2", tls: bool = True, **more: Any) -> Peer:
        certificate = certificates.of(host) if tls else None
        log = tmp_path / f"peer-{len(running)}.log"
        spoken = {"first_knock": form, "understands": form} | more
        peer = await Peer.start(node, log, host=host, certificate=certificate, ca_file=certificates.ca_file, **spoken)
        running.append(peer)
        return peer

    yield start
    for peer in running:
        await peer.stop()


@pytest.fixture
async def start_blog(certificates: Certificates, tmp_path: Path) -> AsyncIterator[StartBlog]:
    """`await start_blog(tls=False)`: blogs in processes of their own, which must stop in peace when they are told to."""
    running: list[RunningBlog] = []

    async def start(*, tls: bool = True) -> RunningBlog:
        folder = tmp_path / f"blog-{len(running)}"
        folder.mkdir()
        running.append(await RunningBlog.start(folder, certificates, tls=tls))
        return running[-1]

    yield start
    assert [await blog.stop() for blog in running] == [0] * len(running)


@pytest.fixture
async def blog(start_blog: StartBlog) -> RunningBlog:
    """A blog over https."""
    return await start_blog()
