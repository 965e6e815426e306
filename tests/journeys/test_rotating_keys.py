"""A change of keys, as servers live through it that remember keys in different ways (protocol.md a.3)."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest

from fedblog.ap.signatures import Message, claim, claimed_proofs, multikey_of, read_multikey, read_public_key
from fedblog.domain.own_key import Standing
from fedblog.errors import Conflict
from fedblog.services import founding, gestures, pinning, publishing, rotating
from fedblog.services.writing import Draft
from fedblog.store import own_keys
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.fediverse.blog import Blog, blog_in

HOUR = 3_600_000
REFUSED = WireResponse(401, (), b"")


@dataclass
class Verifying(Peer):
    """A server that looks at the signature of what is delivered to it. `known`: its keys of the blog, by key id."""

    blog: Blog | None = None
    known: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    async def serve(self, request):
        if request.method == "POST" and not await self.believes(request):
            self.refused.append(json.loads(request.body)["actor"])
            return REFUSED
        answer = await super().serve(request)
        if request.method == "POST":
            await self.learn(json.loads(request.body))
        return answer

    async def believes(self, request):
        message = Message("POST", "https", self.host, request.target, request.headers, request.body)
        claimed = claim(message, self.box.clock.now(), needs_body=True)
        key = await self.key(claimed.key_id, claimed)
        return key is not None and claimed.is_made_by(read_public_key(key))

    async def learn(self, activity):
        """What an activity that was believed teaches."""

    async def shown(self, key_id):
        """The key that the blog's actor document shows, if it has that id (or whatever id, for None)."""
        key = (await self.blog.document(key_id.partition("#")[0]))["publicKey"]
        return key["publicKeyPem"] if key["id"] == key_id else None


class ByKeyId(Verifying):
    """Fedify, and fedblog itself: a cache by key id; what is not in it is looked up."""

    async def key(self, key_id, claimed):
        if key_id not in self.known:
            self.known[key_id] = await self.shown(key_id)
        return self.known[key_id]


class OnePerActor(Verifying):
    """Mastodon: one key for each actor, whatever the key id; asked for again when it does not fit."""

    async def key(self, key_id, claimed):
        actor = key_id.partition("#")[0]
        if actor not in self.known or not claimed.is_made_by(read_public_key(self.known[actor])):
            self.known[actor] = (await self.blog.document(actor))["publicKey"]["publicKeyPem"]
        return self.known[actor]

    async def learn(self, activity):
        if activity["type"] == "Update" and activity["actor"] == activity["object"]["id"]:
            self.known[activity["actor"]] = activity["object"]["publicKey"]["publicKeyPem"]


@dataclass
class NeverAgain(Verifying):
    """GoToSocial: keeps the key that it has seen, and asks for another one only where it knows nobody by that id;
    and then not when it has looked at the actor within six hours. `looked_at` has the actors."""

    looked_at: dict[str, int] = field(default_factory=dict)

    async def key(self, key_id, claimed):
        actor = key_id.partition("#")[0]
        if key_id not in self.known and self.box.clock.now() - self.looked_at.get(actor, 0) >= 6 * HOUR:
            self.keep(actor, (await self.blog.document(actor))["publicKey"])
        return self.known.get(key_id)

    async def learn(self, activity):
        if activity["type"] == "Update" and activity["actor"] == activity["object"]["id"]:
            self.keep(activity["actor"], activity["object"]["publicKey"])

    def keep(self, actor, key):
        others = {key_id: pem for key_id, pem in self.known.items() if not key_id.startswith(actor)}
        self.known = others | {key["id"]: key["publicKeyPem"]}
        self.looked_at[actor] = self.box.clock.now()


KINDS = (ByKeyId, OnePerActor, NeverAgain)


async def follow_from(blog, kind):
    peer = kind(blog.box, f"{kind.__name__.lower()}.example", blog=blog)
    fan = peer.person("fan")
    await fan.post(blog.inbox, fan.activity("Follow", await blog.actor_id()))
    await blog.work()
    assert peer.got("Accept")
    return peer


async def states(blog):
    return [(one.key.key_id.partition("#")[2], one.key.standing) for one in await rotating.listed(blog.shop.store.reader)
            if one.actor.actor_id == await blog.actor_id()]  # fmt: skip


def titles(peer):
    return [create["object"]["name"] for create in peer.got("Create")]


async def test_no_server_misses_anything_while_keys_change(blog):
    """Given three servers that remember keys in three ways."""
    peers = [await follow_from(blog, kind) for kind in KINDS]
    await blog.publish("Before")
    old = (await blog.document(await blog.actor_id()))["publicKey"]

    # When new keys are announced, then the old ones still sign, and everybody hears of the new ones
    announced_at = blog.box.clock.at
    assert await rotating.rotate(blog.shop, by="test") == announced_at + 48 * HOUR
    await blog.work()
    document = await blog.document(await blog.actor_id())
    assert document["publicKey"] == old
    announced = {key["id"].partition("#")[2]: key for key in document["assertionMethod"]}
    assert list(announced) == ["ed25519-key", "main-key-2", "ed25519-key-2"]
    for peer in peers:
        [update] = peer.got("Update")
        assert update["object"]["assertionMethod"] == document["assertionMethod"]
        assert update["object"]["publicKey"] == old
    blog.box.clock.move(hours=47)
    await blog.work()
    await blog.publish("While waiting")
    assert (await blog.document(await blog.actor_id()))["publicKey"] == old

    # When the time has come, then the new ones sign, and nothing is refused
    blog.box.clock.move(hours=1, seconds=1)
    await blog.work()
    document = await blog.document(await blog.actor_id())
    assert document["publicKey"]["id"].endswith("#main-key-2")
    assert multikey_of(document["publicKey"]["publicKeyPem"]) == announced["main-key-2"]["publicKeyMultibase"]
    assert [key["id"].partition("#")[2] for key in document["assertionMethod"]] == ["ed25519-key-2", "ed25519-key"]
    await blog.publish("After")
    for peer in peers:
        assert titles(peer) == ["Before", "While waiting", "After"]
        assert [update["object"]["publicKey"]["id"] for update in peer.got("Update") if update["object"]["type"] == "Person"] == [
            old["id"], document["publicKey"]["id"],
        ]  # fmt: skip
        assert await blog.actor_id() not in peer.refused, peer.host

    # When two weeks have gone, then the old keys are listed no more, and nobody can sign with them
    blog.box.clock.move(days=14)
    await blog.work()
    document = await blog.document(await blog.actor_id())
    assert [key["id"].partition("#")[2] for key in document["assertionMethod"]] == ["ed25519-key-2"]
    rows = await blog.shop.store.reader.all("SELECT key_id, private_pem FROM own_key ORDER BY pk")
    assert [row["key_id"] for row in rows if not row["private_pem"]] == [row["key_id"] for row in rows[:3]]
    await blog.publish("Long after")
    assert [titles(peer)[-1] for peer in peers] == ["Long after"] * 3
    assert [state for _, state in await states(blog)] == [Standing.GONE] * 2 + [Standing.IN_USE] * 2


async def test_a_server_that_missed_the_update_believes_us_again_by_itself(blog):
    """It was down at the moment of the change, for longer than the first try."""
    peer = await follow_from(blog, NeverAgain)
    await rotating.rotate(blog.shop, by="test")
    await blog.work()
    blog.box.clock.move(hours=48, seconds=1)
    blog.box.down.add(peer.host)
    await blog.work()
    blog.box.down.clear()
    await blog.publish("After")
    for _ in range(30):
        blog.box.clock.move(hours=1)
        await blog.work()
    assert titles(peer) == ["After"]


@pytest.mark.parametrize("kind", KINDS)
async def test_in_an_emergency_the_old_keys_end_at_once(blog, kind):
    peer = await follow_from(blog, kind)
    await rotating.rotate_now(blog.shop, by="test")
    await blog.publish("After")
    assert titles(peer) == ["After"]
    document = await blog.document(await blog.actor_id())
    assert document["publicKey"]["id"].endswith("#main-key-2")
    assert [key["id"].partition("#")[2] for key in document["assertionMethod"]] == ["ed25519-key-2"]
    [key] = document["assertionMethod"]
    [create] = peer.got("Create")
    [proof] = claimed_proofs(create, blog.box.clock.at)
    assert proof.is_made_by(read_multikey(key["publicKeyMultibase"]))


async def test_a_second_change_waits_for_the_first_unless_it_is_an_emergency(blog):
    await rotating.rotate(blog.shop, by="test")
    blog.box.clock.move(hours=30)
    with pytest.raises(Conflict, match=r"under way already\. It ends in about 18 hours, or at once with: fedblog keys"):
        await rotating.rotate(blog.shop, by="test")
    await rotating.rotate_now(blog.shop, by="test")
    assert await states(blog) == [
        ("main-key", Standing.GONE), ("ed25519-key", Standing.GONE),
        ("main-key-2", Standing.IN_USE), ("ed25519-key-2", Standing.IN_USE),
    ]  # fmt: skip
    await rotating.rotate(blog.shop, by="test")
    assert [name for name, state in await states(blog) if state is Standing.ANNOUNCED] == [
        "main-key-3",
        "ed25519-key-3",
    ]


async def test_two_changes_at_once_are_one(blog):
    done = await asyncio.gather(*(rotating.rotate(blog.shop, by="test") for _ in range(3)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in done) == ["Conflict", "Conflict", "int"]
    assert len(await states(blog)) == 4


async def test_the_instance_actor_changes_with_the_blog(blog, ada):
    instance = f"{blog.origin}/ap/instance"
    before = (await blog.document(instance))["publicKey"]["id"]
    await rotating.rotate(blog.shop, by="test")
    [announced] = (await blog.document(instance))["assertionMethod"]
    blog.box.clock.move(hours=49)
    await blog.work()
    shown = await blog.document(instance)
    assert shown["publicKey"]["id"] == announced["id"] != before
    assert "assertionMethod" not in shown
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    [get] = [request for request in blog.box.requests_to(ada.peer.host, "GET") if request.target == "/users/ada"][:1]
    assert f'keyId="{announced["id"]}"' in dict(get.headers)["Signature"]


async def test_what_waits_in_the_queue_leaves_with_the_key_of_now(blog):
    """And its proof, which was made by the key before, still verifies."""
    peer = await follow_from(blog, ByKeyId)
    await rotating.rotate(blog.shop, by="test")
    await blog.work()
    blog.box.clock.move(hours=47)
    blog.box.down.add(peer.host)
    await blog.publish("Waiting")
    blog.box.clock.move(hours=2)
    await blog.work()
    blog.box.down.clear()
    blog.box.clock.move(hours=26)
    await blog.work()
    [create] = peer.got("Create")
    request = next(d.request for d in peer.delivered if d.activity["type"] == "Create")
    assert '#main-key-2"' in dict(request.headers)["Signature"]
    [proof] = claimed_proofs(create, blog.box.clock.at)
    assert proof.key_id.endswith("#ed25519-key")
    listed = (await blog.document(await blog.actor_id()))["assertionMethod"]
    assert [proof.is_made_by(read_multikey(key["publicKeyMultibase"])) for key in listed] == [False, True]


async def without_proving_key(blog):
    """The blog as an earlier version founded it."""

    async def work(db):
        await db.run("DELETE FROM own_key WHERE kind = 'ed25519'")
        db.touch("keys", "frame")

    await blog.shop.store.write(work)


async def test_a_blog_of_an_earlier_version_gets_its_key_at_the_next_start(box, databases):
    storage = await databases.migrated()
    async with blog_in(box, storage) as blog:
        await without_proving_key(blog)
        peer = await follow_from(blog, ByKeyId)
        await blog.publish("Without")
        assert "assertionMethod" not in await blog.document(await blog.actor_id())
        await asyncio.gather(*(founding.complete(blog.shop.store, blog.shop.world) for _ in range(5)))
        await blog.publish("With")
        [key] = (await blog.document(await blog.actor_id()))["assertionMethod"]
        without, proven = peer.got("Create")
        assert "proof" not in without
        assert proven["proof"]["verificationMethod"] == key["id"]
        # What was sent before shows its proof where it is looked at.
        shown = await blog.document(without["id"])
        [proof] = claimed_proofs(shown, blog.box.clock.at)
        assert proof.is_made_by(read_multikey(key["publicKeyMultibase"]))


async def test_several_processes_make_one_key_for_an_old_blog(box, databases):
    storage = await databases.migrated()
    async with blog_in(box, storage) as first:
        await without_proving_key(first)
        async with blog_in(box, storage) as second:
            shops = [first.shop, second.shop]
            await asyncio.gather(*(founding.complete(shop.store, shop.world) for shop in shops * 3))
            found = [await own_keys.every(shop.store.reader) for shop in shops]
    assert found[0] == found[1]
    assert [key.kind for key in found[0]] == ["rsa", "rsa", "ed25519"]


async def test_everything_public_is_proven_as_sent_and_as_shown(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    post = await blog.publish()
    await ada.post(blog.inbox, ada.create(ada.note("Yes.", in_reply_to=post.object_id)))
    await blog.work()
    blog.box.clock.move(minutes=5)
    await publishing.edit(blog.shop, post.pk, Draft("On slow reading", "Read more slowly."))
    blog.box.clock.move(minutes=5)
    await blog.work()
    note = ada.note("Elsewhere.")
    liked, boosted = [await do(blog.shop, note["id"], by="test") for do in (gestures.like, gestures.boost)]
    await pinning.pin(blog.shop, post.pk, by="test")
    await blog.work()
    outbox = await blog.document(f"{await blog.actor_id()}/outbox/page/1")
    assert {item["type"] for item in outbox["orderedItems"]} == {"Create", "Announce"}
    for gesture in (liked, boosted):
        await gestures.take_back(blog.shop, gesture.pk, by="test")
    await publishing.unpublish(blog.shop, post.pk)
    await publishing.publish(blog.shop, post.pk)
    await blog.work()
    [key] = (await blog.document(await blog.actor_id()))["assertionMethod"]
    public_key = read_multikey(key["publicKeyMultibase"])
    kinds = set()
    for activity in (delivered.activity for delivered in pond.delivered):
        if activity["type"] == "Accept":
            assert "proof" not in activity
            continue
        kinds.add(activity["type"])
        assert is_proven(activity, public_key, blog)
        answer = await blog.get(activity["id"], "application/activity+json")
        if answer.status == 200:
            assert is_proven(json.loads(answer.body), public_key, blog)
    assert kinds == {"Create", "Update", "Delete", "Like", "Announce", "Undo", "Add", "Remove"}
    assert all(is_proven(item, public_key, blog) for item in outbox["orderedItems"])


def is_proven(document, key, blog):
    [proof] = claimed_proofs(document, blog.box.clock.at)
    return proof.is_made_by(key)
