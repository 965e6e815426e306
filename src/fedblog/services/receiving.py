"""The inbox, from a request to a durable 202. What becomes of the activity is decided later, in `processing`."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.ap.media_types import is_inbox_type
from fedblog.ap.parse.activity import Head, read_head
from fedblog.ap.signatures import Claim, Message, claim
from fedblog.ap.strict_json import read_object
from fedblog.domain.actor import Actor, RemoteKey
from fedblog.errors import Busy, Invalid, Unproven
from fedblog.services import home
from fedblog.services.backlog import Backlog
from fedblog.services.canary.admission import may_speak
from fedblog.services.limits import Buckets
from fedblog.services.proving import Dismissed, Proof, is_about_itself, prove
from fedblog.services.remote_actors import read_remote_actor
from fedblog.services.workshop import Workshop
from fedblog.store import actors, inbox_events, remote_keys
from fedblog.store.batching import Batch
from fedblog.store.door import Writer
from fedblog.store.inbox_events import Arrival
from fedblog.store.rows import as_json
from fedblog.urls import host_of, is_same_origin

_BURST, _PER_SECOND = 200, 20
_MOST_REPLAYS = 10_000
_LONGEST_HEADER = 4_096
# What servers tell each other all day and a blog has no use for: not worth fetching a key (protocol.md e.2).
_CHATTER = frozenset({"View", "Listen", "Read", "Arrive", "Travel", "Join", "Leave"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a request to the inbox is answered. `reason` is a short fixed word, "" for what was taken."""

    status: int
    retry_after: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Taking:
    """What one proven request writes: the event, and what was learned of its sender on the way."""

    arrival: Arrival
    key: RemoteKey | None
    actor: Actor | None


class Inbox:
    """The state of receiving in one process: keys, limits, blocks, and the batch of what is being written."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self.keys = shop.others_keys
        self._home = home.kept(shop.store)
        self._senders = Buckets(shop.world.monotonic, size=_BURST, per_second=_PER_SECOND)
        self._backlog = Backlog(shop.store, shop.world)
        self._arrivals: Batch[_Taking, bool] = Batch(shop.store, _write, alone=False)
        self._uncounted: Batch[tuple[str, str, int], None] = Batch(shop.store, _count, alone=False)
        self._replays: dict[str, None] = {}

    async def receive(self, message: Message) -> Receipt:
        """Answer one POST to an inbox. 202 means: on disk, or known to be without effect.

        Never raises for what the sender sent (protocol.md a.4): 400 no sound JSON, 401 not proven, 403 blocked,
        415 another content type, 429 too much from this host, 503 come back later.
        """
        head: Head | None = None
        try:
            _refuse_content_type(message)
            document = read_object(message.body)
            head = read_head(document)
            receipt = await self._answer(message, head)
        except Unproven as error:
            receipt = Receipt(error.status, error.retry_after, error.reason)
        except Busy:
            return Receipt(503, self._back_in(), "busy")
        except Invalid:
            receipt = Receipt(400, reason="not-an-activity")
        if receipt.reason:
            await self._note(head, receipt.reason)
        return receipt

    async def _answer(self, message: Message, head: Head) -> Receipt:
        blog_pk = await self._refuse_unwelcome(head, head.actor_id)
        if is_about_itself(head) and not await self._knows(head.actor_id):
            return Receipt(202, reason="unknown-actor")
        if await self._backlog.is_full(host_of(head.actor_id) or ""):
            return Receipt(503, self._back_in(), "backlog")
        claimed = claim(message, self._shop.now(), needs_body=True)
        if claimed.fingerprint in self._replays:
            return Receipt(202, reason="repeated")
        if head.type in _CHATTER and await self.keys.cached(claimed.key_id) is None:
            return Receipt(202, reason="chatter")
        proof = await prove(self.keys, claimed, head)
        if isinstance(proof, Dismissed):
            return Receipt(202, reason=proof.reason)
        await self._refuse_unwelcome(head, proof.signer)
        host = host_of(proof.signer) or ""
        if self._backlog.is_share_full(host):
            return Receipt(503, self._back_in(), "backlog")
        wait = self._senders.take(host)
        if wait:
            return Receipt(429, int(wait) + 1, "too-many")
        is_new = await self._record(blog_pk, message, head, claimed, proof)
        return Receipt(202, reason="" if is_new else "repeated")

    async def _refuse_unwelcome(self, head: Head, signer: str) -> int:
        """Raise `Unproven` with 403 for the blocked, and for those who pretend to be us."""
        here = await self._home.current()
        if not here.gate.may_act(signer, head.actor_id):
            raise Unproven("blocked", status=403)
        base_url = here.blog.base_url
        is_ours = is_same_origin(signer, base_url) or is_same_origin(head.actor_id, base_url)
        if is_ours and not await may_speak(self._shop.store.reader, here.blog, head, signer, self._shop.now()):
            raise Unproven("our-own-name", status=403)
        return here.blog.pk

    async def _knows(self, actor_id: str) -> bool:
        actor = await actors.by_id(self._shop.store.reader, actor_id)
        return actor is not None and actor.gone_at is None

    async def _record(self, blog_pk: int, message: Message, head: Head, claimed: Claim, proof: Proof) -> bool:
        now = self._shop.now()
        known = proof.key
        fresh = known if known and not known.is_stored else None
        taking = _Taking(
            _arrival(blog_pk, message, head, claimed, proof.signer, now),
            fresh.row if fresh else None,
            read_remote_actor(fresh.actor, now) if fresh and fresh.actor else None,
        )
        is_new = await self._arrivals.add(taking)
        if fresh:
            self.keys.stored(fresh)
        self._backlog.grew(host_of(proof.signer) or "", is_new)
        if len(self._replays) >= _MOST_REPLAYS:
            del self._replays[next(iter(self._replays))]
        self._replays[taking.arrival.signature_sha256] = None
        return is_new

    async def _note(self, head: Head | None, reason: str) -> None:
        """One more for the ledger of what was not taken. A busy database may miss one; the answer stays the same."""
        host = (host_of(head.actor_id) if head else None) or ""
        with contextlib.suppress(Busy):
            await self._uncounted.add((host, reason, self._shop.now()))

    def _back_in(self) -> int:
        return 60 + int(240 * self._shop.world.jitter())


def _refuse_content_type(message: Message) -> None:
    if not is_inbox_type(message.header("content-type")):
        raise Unproven("content-type", status=415)


def _arrival(blog_pk: int, message: Message, head: Head, claimed: Claim, signer: str, now: int) -> Arrival:
    return Arrival(
        blog_pk=blog_pk,
        signer=signer,
        activity_id=head.activity_id or "",
        type=head.type,
        actor=head.actor_id,
        object_id=head.object_id or "",
        body_sha256=_distinction(head, claimed),
        body=message.body,
        headers=as_json([[name, value] for name, value in message.headers if len(value) <= _LONGEST_HEADER]),
        signature_sha256=claimed.fingerprint,
        received_at=now,
    )


def _distinction(head: Head, claimed: Claim) -> str:
    """What tells two activities of one id apart: their bodies; but every Follow that is signed anew counts,
    for its sender may have lost our answer, and so does everything that has no id."""
    is_always_new = head.type == "Follow" or head.activity_id is None
    body = claimed.body_sha256
    return claimed.fingerprint if is_always_new or body is None else body.hex()


async def _write(db: Writer, takings: Sequence[_Taking]) -> list[bool]:
    for taking in takings:
        if taking.key:
            await remote_keys.save(db, taking.key)
        if taking.actor and await actors.by_id(db, taking.actor.actor_id) is None:
            await actors.save(db, taking.actor)
    are_new = await inbox_events.record(db, [taking.arrival for taking in takings])
    if any(are_new):
        db.touch("work:inbox")
    return are_new


async def _count(db: Writer, refusals: Sequence[tuple[str, str, int]]) -> list[None]:
    for host, reason, now in refusals:
        await inbox_events.count_unproven(db, host, reason, now)
    return [None] * len(refusals)
