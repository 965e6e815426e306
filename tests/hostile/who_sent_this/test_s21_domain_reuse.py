"""S21, a domain that expired and was bought by somebody else, with new keys.

Known case: expired instances of the fediverse whose names came back as spam.
Verdict: after thirty days of silence a new key is a new identity: its comments wait, the old ones cannot be edited,
a Delete still counts.
"""

from dataclasses import fields

from fedblog.ap.signatures import SigningKey, read_private_key
from fedblog.domain.delivery import Host
from fedblog.store import hosts
from tests.fediverse.peer import spare_key_pair
from tests.hostile.who_sent_this.forging import both_forms


async def fall_silent(blog, host, days):
    """The host answers nothing for so long; then somebody else has it."""
    blank = dict.fromkeys(field.name for field in fields(Host))
    known = {"name": host, "failures": 9, "failing_since": blog.shop.now(), "open_for": 0, "signature_form": ""}
    await blog.shop.store.write(lambda db: hosts.save(db, Host(**(blank | known))))
    blog.box.clock.move(days=days)


def take_over(pond, person):
    """Somebody else at the same address, with a key of theirs under the same id."""
    pair = spare_key_pair(7)
    person.key = SigningKey(person.key.key_id, read_private_key(pair.private_pem))
    pond.documents[f"/users/{person.name}"]["publicKey"]["publicKeyPem"] = pair.public_pem


@both_forms
async def test_who_buys_a_silent_domain_inherits_no_trust(blog, pond, ada, form):
    post = await blog.publish()
    note = ada.note("<p>true</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note), form=form)
    await fall_silent(blog, "pond.example", days=40)
    take_over(pond, ada)
    edited = ada.activity("Update", note | {"content": "<p>spam</p>"})
    assert (await blog.hear(ada, edited, form=form))[0] == "refused"
    fresh = ada.create(ada.note("<p>new</p>", in_reply_to=post.object_id))
    assert (await blog.hear(ada, fresh, form=form))[0] == "held"
    assert await blog.comments(post) == [(1, "true")]
    assert (await blog.hear(ada, ada.activity("Delete", note["id"]), form=form))[0] == "accepted"
    assert await blog.comments(post) == []


@both_forms
async def test_a_new_key_after_a_short_silence_is_the_same_person(blog, pond, ada, form):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>true</p>", in_reply_to=post.object_id)), form=form)
    await fall_silent(blog, "pond.example", days=3)
    take_over(pond, ada)
    fresh = ada.create(ada.note("<p>new</p>", in_reply_to=post.object_id))
    assert (await blog.hear(ada, fresh, form=form))[0] == "accepted"
