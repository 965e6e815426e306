"""S06, an actor's address that leads to another actor.

Known case: GHSA-8863-8468-7hq7 (Fedify took whoever stood at the end of a redirect for the one it had asked for).
Verdict: 401; the document at the end must have the id that was asked for, and list the key.
"""

from fedblog.ap.signatures import SigningKey
from fedblog.world import WireResponse
from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


@both_forms
async def test_an_actor_that_redirects_to_another_is_not_the_other(blog, pond, ada, eve, form):
    """GHSA-8863-8468-7hq7, within one server and across two."""
    mallory = pond.person("mallory")
    for target in (f"{pond.origin}/users/mallory", eve.id):
        pond.documents["/users/ada"] = WireResponse(302, (("location", target),), b"")
        mallory.key = SigningKey(f"{ada.id}#main-key", mallory.key.private_key)
        receipt = await blog.post(mallory, ada.activity("Follow", blog.actor_id), form=form)
        assert receipt.status == 401
    await nothing_happened(blog)


@both_forms
async def test_a_redirect_to_an_upload_that_claims_to_be_the_actor(blog, pond, ada, eve, form):
    """An open redirect on the victim's server, and a file there with the victim's id and the attacker's key."""
    pond.documents["/users/ada"] = WireResponse(302, (("location", f"{pond.origin}/upload/1"),), b"")
    entry = {"id": f"{ada.id}#main-key", "owner": ada.id, "publicKeyPem": eve.pair.public_pem}
    pond.documents["/upload/1"] = ada.document() | {"publicKey": entry}
    eve.key = SigningKey(f"{ada.id}#main-key", eve.key.private_key)
    receipt = await blog.post(eve, ada.activity("Follow", blog.actor_id), form=form)
    assert (receipt.status, receipt.reason) == (401, "key-owner-elsewhere")
