"""S07, an activity id on a foreign origin, squatting on one that is still to come.

Known case: GHSA-4qhx-hhwf-8685 (Fedify kept the forged one and dropped the genuine one as its duplicate).
Verdict: 401 for the forged one, and the victim's own still lands.
"""

import pytest

from fedblog.store import followers
from tests.hostile.who_sent_this.forging import both_forms


@both_forms
@pytest.mark.checklist(row=13)
async def test_an_activity_id_on_a_foreign_host(blog, ada, eve, form):
    """GHSA-4qhx-hhwf-8685: the forged one is dropped, and the victim's own still lands."""
    genuine = ada.activity("Follow", blog.actor_id)
    squatted = eve.activity("Follow", blog.actor_id) | {"id": genuine["id"]}
    receipt = await blog.post(eve, squatted, form=form)
    assert (receipt.status, receipt.reason) == (401, "activity-id-elsewhere")
    assert (await blog.hear(ada, genuine, form=form))[0] == "accepted"
    assert [line.actor_id for line in await followers.listed(blog.db, 1)] == [ada.id]


@both_forms
async def test_an_id_that_a_neighbour_used_first_does_not_keep_the_genuine_one_out(blog, pond, ada, form):
    """On one host only the signer tells the two apart."""
    mallory, post = pond.person("mallory"), await blog.publish()
    genuine = ada.activity("Like", post.object_id)
    await blog.hear(mallory, mallory.activity("Like", "https://x.example/") | {"id": genuine["id"]}, form=form)
    assert (await blog.hear(ada, genuine, form=form))[0] == "accepted"
    assert await blog.reactions(post.object_id) == (1, 0)
