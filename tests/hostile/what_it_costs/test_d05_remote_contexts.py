"""D05, contexts that have to be fetched.

Known case: the host of the FEP-ef61 context was down, and inboxes of Fedify 2.2.10 with it.
Verdict: no context is ever fetched, whatever it is called.
"""

import json

from tests.hostile.where_we_connect.doors import ACTOR
from tests.unit.net.fakes import (
    document,
    fake_net,
)


async def test_an_unknown_context_is_never_fetched():
    body = json.dumps({"@context": ["https://contexts.example/x"], "type": "Note"}).encode()
    net, transport = fake_net(document(body))
    await net.get_document(ACTOR)
    assert [request.host for request in transport.requests] == ["peer.example"]
    await net.aclose()


async def test_an_activity_with_a_context_of_its_own_is_taken_without_asking_for_it(blog, box, ada):
    context = ["https://context.example/v1", {"actor": "as:object", "@import": "https://context.example/v2"}]
    follow = ada.activity("Follow", await blog.actor_id()) | {"@context": context}
    assert (await ada.post(blog.inbox, follow)).status == 202
    await blog.work()
    assert len(ada.peer.got("Accept")) == 1
    assert "context.example" not in {exchange.request.host for exchange in box.log}
