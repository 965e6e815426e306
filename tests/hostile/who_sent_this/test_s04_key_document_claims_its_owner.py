"""S04, a key document that claims an owner.

Known case: Fedify CVE-2026-96625 (an evil host serves a key with the victim as its owner).
Verdict: 401; only a key that its owner's own document lists proves anything.
"""

from fedblog.ap.signatures import SigningKey
from tests.hostile.who_sent_this.forging import both_forms, listed_by, nothing_happened


@both_forms
async def test_a_key_whose_owner_is_on_a_foreign_host(blog, dump, ada, eve, form):
    """Fedify CVE-2026-96625: an evil host serves a key with the victim as its owner."""
    listed_by(dump, ada, f"{dump.origin}/key", eve.pair.public_pem)
    eve.key = SigningKey(f"{dump.origin}/key", eve.key.private_key)
    follow = eve.activity("Follow", blog.actor_id)
    assert (await blog.post(eve, follow, form=form)).status == 401
    assert (await blog.post(eve, follow | {"actor": ada.id}, form=form)).status == 401
    await blog.work()
    await nothing_happened(blog)


@both_forms
async def test_a_key_that_its_owner_does_not_list(blog, pond, ada, eve, form):
    """An upload on the victim's server that looks like a key."""
    listed_by(pond, ada, f"{pond.origin}/upload/1", eve.pair.public_pem)
    eve.key = SigningKey(f"{pond.origin}/upload/1", eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id) | {"actor": ada.id}, form=form)
    assert (receipt.status, receipt.reason) == (401, "key-not-listed")
    await nothing_happened(blog)


@both_forms
async def test_a_key_with_the_id_of_the_victims_but_another_pem(blog, pond, ada, eve, form):
    entry = pond.documents["/users/ada"]["publicKey"]
    entry["id"] = f"{pond.origin}/key"
    pond.documents["/key"] = entry | {"publicKeyPem": eve.pair.public_pem}
    eve.key = SigningKey(f"{pond.origin}/key", eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id) | {"actor": ada.id}, form=form)
    assert (receipt.status, receipt.reason) == (401, "key-not-listed")


@both_forms
async def test_a_key_on_another_server_proves_nothing_even_where_its_owner_lists_it(blog, pond, dump, ada, eve, form):
    entry = {"id": f"{dump.origin}/key", "owner": ada.id, "publicKeyPem": eve.pair.public_pem}
    dump.documents["/key"] = entry
    pond.documents["/users/ada"]["publicKey"] = [pond.documents["/users/ada"]["publicKey"], entry]
    eve.key = SigningKey(entry["id"], eve.key.private_key)
    receipt = await blog.post(eve, eve.activity("Follow", blog.actor_id), form=form)
    assert (receipt.status, receipt.reason) == (401, "key-owner-elsewhere")
