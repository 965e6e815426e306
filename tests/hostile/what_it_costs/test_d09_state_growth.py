"""D09, state that is kept for everybody who knocks.

Known case: Fedify's breaker, which remembered every host for ever (CVE-2026-69132).
Verdict: invented hosts and actors leave a bounded count, and neither actor, key, host nor event.
"""

import json

import pytest

from fedblog.store.inbox_events import LEDGER_LIMIT
from fedblog.world import WireRequest
from tests.fediverse import Peer
from tests.hostile.asking import AP
from tests.hostile.signing import deliver
from tests.lengths import examples


async def rows(blog, table):
    return await blog.shop.store.reader.value(f"SELECT COUNT(*) FROM {table}")


@pytest.mark.soak
async def test_the_ledger_of_the_unproven_is_bounded(blog, ada):
    """Invented hosts without end that never prove anything: 10,000 lines at most, and no actor, key or event."""
    store, near = blog.shop.store, LEDGER_LIMIT - 20
    day = blog.shop.now() // 86_400_000
    invented = [(day, f"h{number}.invented.example", "unsigned", 1, 0) for number in range(near)]
    await store.write(
        lambda db: db.many("INSERT INTO unproven (day, host, reason, count, last_at) VALUES (?, ?, ?, ?, ?)", invented)
    )
    known = await rows(blog, "actor"), await rows(blog, "remote_key"), await rows(blog, "host")
    for number in range(examples(60, 20_000)):
        actor = f"https://x{number}.invented.example/users/a"
        body = json.dumps({"id": f"{actor}/1", "type": "Follow", "actor": actor, "object": "https://blog.example/"})
        headers = (("host", blog.host), ("content-type", AP))
        request = WireRequest("POST", "https", blog.host, 443, "/inbox", headers, body.encode())
        assert (await blog.box.exchange(request, blog.box.addresses[blog.host], None)).status == 401
    assert await rows(blog, "unproven") == LEDGER_LIMIT
    assert (await rows(blog, "actor"), await rows(blog, "remote_key"), await rows(blog, "host")) == known
    assert await rows(blog, "inbox_event") == 0
    assert blog.box.requests_to("x1.invented.example") == []


@pytest.mark.soak
async def test_hosts_that_invent_actors_without_end_leave_nothing_behind(blog, box):
    """Deletes of unknown accounts, the daily rain of the fediverse: no question, no row but one count a host."""
    peer = Peer(box, "rain.example")
    for number in range(examples(50, 5_000)):
        person = peer.person("same")
        actor = f"https://rain.example/users/gone{number}"
        body = {"id": f"{actor}#delete", "type": "Delete", "actor": actor, "object": actor, "to": []}
        assert (await deliver(person, blog.inbox, json.dumps(body).encode())).status == 202
    assert box.requests_to("rain.example") == []
    assert await rows(blog, "actor") == 2
    assert await rows(blog, "unproven") == 1
    assert await rows(blog, "inbox_event") == 0
