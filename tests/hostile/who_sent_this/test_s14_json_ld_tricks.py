"""S14, tricks with JSON-LD and with LD signatures.

Known case: Mastodon CVE-2022-24307 and CVE-2026-46349, Fedify CVE-2026-42462, Misskey CVE-2026-46713.
Verdict: nothing is expanded and no LD signature is believed: the plain names count, or the origin is asked.
"""

from fedblog.store import followers
from tests.fediverse.peer import AS
from tests.fediverse.receiver import INBOX
from tests.hostile.who_sent_this.forging import both_forms, nothing_happened


async def test_somebody_elses_proof_inside_the_body_proves_nothing(blog, ada, eve):
    follow = ada.activity("Follow", blog.actor_id) | {
        "signature": {"type": "RsaSignature2017", "creator": f"{ada.id}#main-key", "signatureValue": "AAAA"}
    }
    await blog.post(eve, eve.activity("Like", "https://x.example/"))
    await blog.take(eve.request(INBOX, follow))
    await blog.work()
    await nothing_happened(blog)


def tricks(ada, eve, follow):
    """Documents in which a reader of JSON-LD sees that Ada follows, and a reader of JSON does not."""
    alias = {"eve": "as:actor", "signature": "as:object", "says": "as:actor", "actor": "as:target"}
    return {
        "a named graph": eve.activity("Arrive", follow["object"]) | {"@graph": [follow]},
        "an aliased actor": eve.activity("Follow", follow["object"]) | {"@context": [AS, alias], "says": ada.id},
        "@reverse": eve.activity("Arrive", ada.id) | {"@reverse": {"actor": ada.id, "object": follow}},
        "@included": eve.activity("Arrive", follow["object"]) | {"@included": [follow]},
        "@nest": eve.activity("Arrive", follow["object"]) | {"@nest": follow},
        "full addresses": eve.activity("Arrive", follow["object"])
        | {f"{AS}#actor": [{"@id": ada.id}], f"{AS}#object": [{"@id": follow["object"]}], "@type": [f"{AS}#Follow"]},
    }


@both_forms
async def test_what_only_a_reader_of_json_ld_would_see_is_not_there(blog, ada, eve, form):
    follow = ada.activity("Follow", blog.actor_id)
    for name, document in tricks(ada, eve, follow).items():
        receipt = await blog.post(eve, document, form=form)
        assert receipt.status in {202, 400}, name
        await blog.work()
        followed_by = {line.actor_id for line in await followers.listed(blog.db, 1)}
        assert followed_by <= {eve.id}, name
    assert await blog.sent("Accept") == [accept for accept in await blog.sent("Accept") if accept["to"] == [eve.id]]
