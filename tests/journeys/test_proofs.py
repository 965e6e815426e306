"""Activities that somebody else passes on, with and without a proof of who wrote them (protocol.md b.4)."""

import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fedblog.ap.signatures import ProvingKey, multikey_of, with_proof
from fedblog.domain.blog import CommentPolicy
from fedblog.store import inbox_events
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.fediverse.peer import PUBLIC
from tests.hand_signed import pem_of

DAY = 86_400_000
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"


@dataclass
class Prover:
    """A person with an Ed25519 key, which the actor lists."""

    person: object
    key: ProvingKey

    @property
    def id(self):
        return self.person.id

    def proven(self, activity, *, at=None, key=None):
        """The activity with a proof that this person made."""
        activity = activity | {"@context": [activity["@context"], DATA_INTEGRITY]}
        return with_proof(activity, key or self.key, at or self.person.peer.box.clock.at)

    def create(self, words, post, **extra):
        """The proven Create of an answer that no server shows: only its proof tells that it is genuine."""
        note = self.person.note(words, in_reply_to=post.object_id, **extra)
        self.person.peer.documents.pop(note["id"].removeprefix(self.person.peer.origin))
        return self.proven(self.person.create(note))


def prover_of(person, name="ed25519-key"):
    private_key = Ed25519PrivateKey.generate()
    key_id = f"{person.id}#{name}"
    multibase = multikey_of(pem_of(private_key))
    method = {"id": key_id, "type": "Multikey", "controller": person.id, "publicKeyMultibase": multibase}
    person.peer.documents[f"/users/{person.name}"]["assertionMethod"] = [method]
    return Prover(person, ProvingKey(key_id, private_key))


@pytest.fixture
def author(ada):
    """Ada, who proves what she says."""
    return prover_of(ada)


@pytest.fixture
async def relay(box, blog):
    """Somebody on another server, whose key the blog has seen before."""
    person = Peer(box, "relay.example").person("relay")
    await person.post(blog.inbox, person.activity("Follow", await blog.actor_id()))
    await blog.work()
    return person


async def passed_on(blog, relay, activity):
    """Deliver what somebody else did; returns the verdict and its reason."""
    answer = await relay.post(blog.inbox, activity)
    assert answer.status == 202
    await blog.work()
    return await last_line(blog)


async def last_line(blog):
    [event] = await inbox_events.listed(blog.shop.store.reader, 1, limit=1)
    return event.verdict.value, event.reason


def asked_of(box, host="pond.example"):
    return [request.target for request in box.requests_to(host, "GET") if "webfinger" not in request.target]


@pytest.mark.checklist(row=15)
async def test_a_reply_with_a_proof_is_taken_without_asking_for_it(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    verdict, why = await passed_on(blog, relay, author.create("<p>Proven.</p>", post))
    assert (verdict, why) == ("accepted", "shown as a comment (forwarded with its actor's proof)")
    assert "Proven." in await blog.page(post)
    assert "@ada@pond.example" in await blog.page(post)


@pytest.mark.checklist(row=15)
async def test_without_a_proof_the_reply_is_asked_for_at_its_own_server(blog, ada, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    note = ada.note("<p>As its server shows it.</p>", in_reply_to=post.object_id)
    verdict, why = await passed_on(blog, relay, ada.create(note | {"content": "<p>As the relay has it.</p>"}))
    assert (verdict, why) == ("accepted", "shown as a comment")
    assert "As its server shows it." in await blog.page(post)
    assert note["id"].removeprefix("https://pond.example") in asked_of(blog.box)


async def test_edits_and_deletions_with_a_proof_count_as_their_authors_own(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>First.</p>", post)
    await passed_on(blog, relay, create)
    blog.box.clock.move(minutes=10)
    note = create["object"] | {"content": "<p>Second.</p>", "updated": "2026-11-18T11:16:40Z"}
    edited = author.proven(author.person.activity("Update", note, to=[PUBLIC]))
    assert (await passed_on(blog, relay, edited))[0] == "accepted"
    assert "Second." in await blog.page(post)
    # An older text that somebody brings again changes nothing.
    in_other_words = dict(reversed(create.items()))
    assert await passed_on(blog, relay, in_other_words) == (
        "duplicate", "a newer edit is known (forwarded with its actor's proof)",
    )  # fmt: skip
    assert "Second." in await blog.page(post)
    gone = author.proven(author.person.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=[PUBLIC]))
    assert (await passed_on(blog, relay, gone))[0] == "accepted"
    assert "Second." not in await blog.page(post)
    assert (await passed_on(blog, relay, dict(reversed(edited.items()))))[0] == "ignored"
    assert "Second." not in await blog.page(post)


async def test_every_type_counts_with_a_proof(blog, author, relay):
    post = await blog.publish()
    me = await blog.actor_id()
    follow, like = author.person.activity("Follow", me), author.person.activity("Like", post.object_id)
    boost = author.person.activity("Announce", post.object_id, to=[PUBLIC])
    for activity in (follow, like, boost):
        assert (await passed_on(blog, relay, author.proven(activity)))[0] == "accepted", activity["type"]
    page = await blog.page(post)
    assert ("1 like" in page, "1 boost" in page) == (True, True)
    assert author.person.peer.got("Accept")
    for activity in (like, boost, follow):
        embedded = {name: value for name, value in activity.items() if name != "@context"}
        assert (await passed_on(blog, relay, author.proven(author.person.activity("Undo", embedded))))[0] == "accepted"
    page = await blog.page(post)
    assert ("1 like" in page, "1 boost" in page) == (False, False)


async def test_what_its_actor_took_back_is_not_brought_again(blog, author, relay):
    """A signed request dies within the hour; a proof would do for ever what it says."""
    post = await blog.publish()
    like = author.proven(author.person.activity("Like", post.object_id))
    await author.person.post(blog.inbox, like)
    await author.person.post(blog.inbox, author.person.activity("Undo", like["id"]))
    await blog.work()
    blog.box.clock.move(seconds=1)
    assert await passed_on(blog, relay, like) == ("duplicate", "its actor had sent it already")
    assert "1 like" not in await blog.page(post)


@pytest.mark.parametrize(("days", "verdict"), [(7, "accepted"), (9, "ignored")])
async def test_a_proof_counts_for_eight_days(blog, author, relay, days, verdict):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>From a drawer.</p>", post)
    blog.box.clock.move(days=days)
    assert (await passed_on(blog, relay, create))[0] == verdict


class TestForged:
    """Nothing of it is believed; what can be looked up is, and the rest has no effect."""

    async def refused(self, blog, relay, activity, post):
        verdict, _ = await passed_on(blog, relay, activity)
        assert verdict == "ignored"
        assert await blog.comments(post) == []

    async def test_a_changed_text(self, blog, author, relay):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        create = author.create("<p>Genuine.</p>", post)
        create["object"]["content"] = "<p>Forged.</p>"
        await self.refused(blog, relay, create, post)

    async def test_a_proof_by_somebody_else_on_the_same_server(self, blog, author, relay, pond):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        mallory = prover_of(pond.person("mallory"))
        create = author.create("<p>Forged.</p>", post)
        for key in (mallory.key, ProvingKey(author.key.method_id, mallory.key.private_key)):
            await self.refused(blog, relay, author.proven(create, key=key), post)

    async def test_a_key_of_the_forwarders_server_is_not_even_looked_for(self, blog, author, relay):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        evil = prover_of(relay, "forging-key")
        asked = asked_of(blog.box, "relay.example")
        create = author.create("<p>Forged.</p>", post)
        await self.refused(blog, relay, author.proven(create, key=evil.key), post)
        assert asked_of(blog.box, "relay.example") == asked

    async def test_a_key_that_its_owner_does_not_list(self, blog, author, relay, pond):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        private_key = Ed25519PrivateKey.generate()
        key_id = "https://pond.example/uploads/key"
        multibase = multikey_of(pem_of(private_key))
        pond.documents["/uploads/key"] = {
            "id": key_id, "type": "Multikey", "controller": author.id, "publicKeyMultibase": multibase,
        }  # fmt: skip
        create = author.create("<p>Forged.</p>", post)
        await self.refused(blog, relay, author.proven(create, key=ProvingKey(key_id, private_key)), post)

    async def test_an_activity_id_of_another_server(self, blog, author, relay):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        create = author.create("<p>Squatted.</p>", post) | {"id": "https://relay.example/activities/1"}
        await self.refused(blog, relay, author.proven(create), post)

    async def test_an_object_of_somebody_else(self, blog, author, relay, pond):
        """The proof is good, and says nothing about what is not its maker's."""
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        create = author.create("<p>In bob's name.</p>", post)
        create["object"] |= {"attributedTo": pond.person("bob").id}
        await self.refused(blog, relay, author.proven(create), post)

    async def test_our_own_activities_are_nothing_new_to_us(self, blog, relay):
        post = await blog.publish(comment_policy=CommentPolicy.OPEN)
        [create] = relay.peer.got("Create")
        answer = await relay.post(blog.inbox, create)
        assert answer.status == 403
        assert await blog.comments(post) == []


async def test_hundreds_of_proofs_cost_no_more_than_a_few(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>Proven.</p>", post)
    wrong = create["proof"] | {"proofValue": "z" + "2" * 87}
    many = [wrong | {"verificationMethod": f"{author.id}#{number}"} for number in range(400)]
    before = len(asked_of(blog.box))
    assert (await passed_on(blog, relay, create | {"proof": [*many, create["proof"]]}))[0] == "ignored"
    assert len(asked_of(blog.box)) - before <= 5
    assert (await passed_on(blog, relay, create | {"proof": [wrong, create["proof"]]}))[0] == "accepted"


async def test_a_key_with_a_document_of_its_own_is_found(blog, author, relay, pond):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    [method] = pond.documents["/users/ada"]["assertionMethod"]
    method |= {"id": "https://pond.example/keys/7"}
    pond.documents["/keys/7"] = method
    pond.documents["/users/ada"]["assertionMethod"] = method["id"]
    create = author.create("<p>Proven.</p>", post)
    create = author.proven(create, key=ProvingKey(method["id"], author.key.private_key))
    assert (await passed_on(blog, relay, create))[0] == "accepted"


async def test_a_key_is_kept_and_asked_for_again_when_it_has_changed(blog, author, relay, ada):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    await passed_on(blog, relay, author.create("<p>One.</p>", post))
    before = asked_of(blog.box).count("/users/ada")
    await passed_on(blog, relay, author.create("<p>Two.</p>", post))
    assert asked_of(blog.box).count("/users/ada") == before
    blog.box.clock.move(minutes=10)
    renewed = prover_of(ada)
    assert (await passed_on(blog, relay, renewed.create("<p>Three.</p>", post)))[0] == "accepted"
    assert asked_of(blog.box).count("/users/ada") == before + 1
    assert len(await blog.comments(post)) == 3


async def test_where_the_key_cannot_be_asked_for_a_like_waits_and_a_reply_is_looked_up(blog, author, relay, pond):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    like = author.proven(author.person.activity("Like", post.object_id))
    shown = pond.documents["/users/ada"]
    pond.documents["/users/ada"] = WireResponse(503, (), b"")
    verdict, why = await passed_on(blog, relay, like)
    assert (verdict, why) == ("waiting", "a server that it needs does not answer")
    pond.documents["/users/ada"] = shown
    blog.box.clock.move(minutes=15)
    await blog.work()
    assert "1 like" in await blog.page(post)


async def test_who_delivers_in_person_needs_no_proof(blog, author):
    """Its signature covers every byte of the request, so a proof that is broken on the way changes nothing."""
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>Signed.</p>", post)
    create["proof"]["proofValue"] = "z" + "2" * 87
    await author.person.post(blog.inbox, create)
    await blog.work()
    assert await last_line(blog) == ("accepted", "shown as a comment")


async def test_what_a_group_passes_on_with_a_proof_is_not_asked_for(blog, author, box):
    group = Peer(box, "town.example").person("square")
    group.peer.documents["/users/square"]["type"] = "Group"
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    announce = group.activity("Announce", author.create("<p>Said in town.</p>", post), to=[PUBLIC])
    verdict, _ = await passed_on(blog, group, announce)
    assert verdict == "accepted"
    assert "Said in town." in await blog.page(post)
    forged = author.create("<p>Never said.</p>", post)
    forged["object"]["content"] = "<p>Put into her mouth.</p>"
    assert (await passed_on(blog, group, group.activity("Announce", forged, to=[PUBLIC])))[0] == "ignored"


async def test_a_private_reply_with_a_proof_stays_private(blog, author, relay):
    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>Between-us.</p>", post, to=[await blog.actor_id()], cc=[])
    await passed_on(blog, relay, create)
    assert "Between-us" not in await blog.page(post)


async def test_the_blocked_do_not_come_in_by_a_proof(blog, author, relay):
    from fedblog.services import moderating

    post = await blog.publish(comment_policy=CommentPolicy.OPEN)
    create = author.create("<p>Let me in.</p>", post)
    await moderating.block_actor(blog.shop, author.id, by="test")
    assert (await relay.post(blog.inbox, create)).status == 403
    assert "Let me in" not in await blog.page(post)
    assert json.dumps(asked_of(blog.box)) == "[]"
