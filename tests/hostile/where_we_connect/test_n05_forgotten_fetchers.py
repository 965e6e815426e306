"""N05, a fetch that goes past the guard.

Known case: Fedify's NodeInfo CVE-2026-62857 and delivery CVE-2026-96624, Mastodon GHSA-46w6-g98f-wxqm, Ghost
CVE-2026-70591 and CVE-2026-22597.
Verdict: nothing outside of `fedblog.net` opens a connection; whatever a stranger names, nobody inside is asked.
"""

import ast
from pathlib import Path

import pytest

import fedblog
from fedblog.errors import AddressRefused, BadAnswer, RemoteError, TooLarge, Unreachable
from tests.fediverse import Peer
from tests.fediverse.blog import blog_in
from tests.fediverse.peer import PUBLIC as TO_ALL

SOURCE = Path(fedblog.__file__).parent


MODULES = ("httpx", "http.client", "urllib.request", "requests", "aiohttp", "ftplib", "smtplib")


CALLS = ("asyncio.open_connection", ".create_connection", ".create_datagram_endpoint", ".sock_connect")


# The server holds sockets to listen on; with a socket in hand, these would connect it.
CONNECTING = (".connect", ".connect_ex", ".sendto")


def ways_out_of(path: Path) -> set[str]:
    """The modules and calls in a source file by which something could leave."""
    modules: set[str] = set()
    calls: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            calls.add(ast.unparse(node))
    connecting = CALLS + CONNECTING if "socket" in modules else CALLS
    return {name for name in modules if name in MODULES} | {n for n in modules | calls if n.endswith(connecting)}


def test_nothing_outside_of_net_opens_a_connection():
    others = [path for path in SOURCE.rglob("*.py") if SOURCE / "net" not in path.parents]
    assert len(others) > 10
    assert {str(path): leaks for path in others if (leaks := ways_out_of(path))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import httpx", {"httpx"}),
        ("import urllib.request", {"urllib.request"}),
        ("from http import client", {"http.client"}),
        ("import asyncio\nasyncio.open_connection('x', 1)", {"asyncio.open_connection"}),
        ("loop.create_connection(object, 'x', 1)", {"loop.create_connection"}),
        ("from socket import create_connection", {"socket.create_connection"}),
        ("import socket\nsocket.socket().connect(('127.0.0.1', 1))", {"socket.socket().connect"}),
        ("import socket\nsocket.socket().bind(('127.0.0.1', 1))", set()),
        ("import sqlite3\nsqlite3.connect('file')", set()),
    ],
)
def test_the_search_for_other_ways_out_finds_them(tmp_path, source, found):
    path = tmp_path / "leak.py"
    path.write_text(source)
    assert ways_out_of(path) == found


def test_every_refusal_of_the_way_out_is_a_remote_error():
    assert all(issubclass(error, RemoteError) for error in (AddressRefused, BadAnswer, TooLarge, Unreachable))


@pytest.fixture
async def blog(box, databases):
    async with blog_in(box, await databases.migrated()) as made:
        yield made


async def test_no_address_that_a_stranger_names_leads_inside(blog, box, ada):
    """A canary at every place of an activity from which something is fetched."""
    inside = Peer(box, "inside.example")
    box.addresses["inside.example"] = ("10.0.0.7",)
    post = await blog.publish()
    canary = f"{inside.origin}/canary"
    face = {"icon": {"type": "Image", "url": canary}, "featured": canary, "outbox": canary}
    emoji = {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "mediaType": "image/png", "url": canary}}
    note = ada.note("<p>x :x:</p>", in_reply_to=post.object_id, tag=[emoji])
    ada.peer.documents["/users/ada"] |= face
    said = (
        ada.create(note | {"replies": canary, "context": canary, "quote": canary, "url": canary}),
        ada.create(ada.note("<p>up</p>", in_reply_to=canary)),
        ada.activity("Announce", canary, to=[TO_ALL]),
        ada.activity("Announce", ada.activity("Create", canary), to=[TO_ALL]),
        ada.activity("Undo", canary),
        ada.activity("Move", ada.id, target=canary),
        ada.activity("Update", ada.document() | face | {"inbox": canary}),
        ada.activity("Create", canary) | {"actor": canary},
        ada.activity("QuoteRequest", post.object_id, instrument=canary),
        ada.activity("ReplyRequest", post.object_id, instrument=canary),
        ada.activity("Follow", await blog.actor_id()),
    )
    for activity in said:
        assert (await ada.post(blog.inbox, activity)).status in {202, 401}
        box.clock.move(minutes=1)
        await blog.work()
    await blog.get("/follow?handle=@x@inside.example")
    box.clock.move(hours=1)
    await blog.work()
    assert box.requests_to("inside.example") == []
