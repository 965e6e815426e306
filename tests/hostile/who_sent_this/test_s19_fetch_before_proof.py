"""S19, a fetch for everybody who names a key.

Known case: Fedify 1013 (a bogus signature is enough to make the server fetch its keyId, wherever that is).
Verdict: 401; a key elsewhere than its actor is not fetched at all, and no host is asked more than a bounded number of
times, then 503.
"""

import pytest

from fedblog.ap.signatures import SigningKey
from tests.fediverse import Peer
from tests.hostile.who_sent_this.forging import both_forms

BURST = 30


@both_forms
async def test_a_key_on_a_third_server_is_never_asked_for(blog, box, ada, eve, form):
    victim = Peer(box, "victim.example")
    eve.key = SigningKey(f"{victim.origin}/big-file", eve.key.private_key)
    for _ in range(50):
        receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id), form=form)
        assert (receipt.status, receipt.reason) == (401, "key-unknown")
    assert box.requests_to("victim.example") == []


async def test_bogus_keys_on_many_hosts_cost_each_a_bounded_number_of_fetches(blog, box):
    hosts = [Peer(box, f"h{number}.example") for number in range(8)]
    people = [host.person("eve") for host in hosts]
    for number in range(60):
        for person in people:
            person.key = SigningKey(f"{person.peer.origin}/bogus/{number}", person.key.private_key)
            assert (await blog.post(person, person.activity("Follow", blog.actor_id))).status in {401, 503}
    assert [len(box.requests_to(host.host)) for host in hosts] == [BURST] * len(hosts)


@pytest.mark.parametrize(
    "scheme", ["http://pond.example/k", "ftp://pond.example/k", "acct:ada@pond.example", "file:///k"]
)
async def test_a_key_that_is_no_web_address_is_not_asked_for(blog, box, ada, scheme):
    ada.key = SigningKey(scheme, ada.key.private_key)
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 401
    assert box.log == []
