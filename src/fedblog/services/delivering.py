"""Delivering: one signed POST for each claimed delivery, and what follows from the answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedblog.ap.signatures import CAVAGE, RFC9421, Form, SigningKey
from fedblog.domain import breaker
from fedblog.domain.backoff import Ending, Exchange, Missing, ending_of, knocks_again, read_retry_after
from fedblog.domain.delivery import Activity, DeliveryState
from fedblog.errors import RemoteError
from fedblog.services import forwarding, home
from fedblog.services.departing import let_go_of_host, let_go_of_inbox
from fedblog.services.workshop import Workshop
from fedblog.store import activities, blocks, deliveries, delivery_queue, own_objects
from fedblog.store.batching import Batch
from fedblog.store.delivery_queue import Claimed, Settlement

LEASE = 50_000
"""How long (ms) a delivery is ours: longer than two knocks may take."""

_MOST_KEPT = 32
_RESTS_ON_OBJECT = frozenset({"Create", "Update"})


@dataclass(frozen=True, slots=True)
class Letter:
    """An activity as every inbox gets it, its digest made once."""

    activity: Activity
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery with what is to be sent. `stopped`: why it must not go any more, or ""."""

    claimed: Claimed
    letter: Letter
    stopped: str = ""

    @property
    def is_suspect(self) -> bool:
        """Whether the last exchange with the host failed."""
        return self.claimed.host.failures > 0


class Courier:
    """Takes deliveries from the queue and carries them out. One for each worker process."""

    def __init__(self, shop: Workshop, worker: str) -> None:
        self._shop = shop
        self._worker = worker
        self._home = home.kept(shop.store)
        self._letters: dict[int, Letter] = {}
        self._settling: Batch[Settlement, None] = Batch(shop.store, delivery_queue.settle, alone=False)

    async def collect(self, limit: int, suspect_limit: int) -> list[Parcel]:
        """Claim up to `limit` deliveries, at most `suspect_limit` of them to ailing hosts."""
        now = self._shop.now()
        claimed = await self._shop.store.write(
            lambda db: delivery_queue.claim(db, self._worker, now, now + LEASE, limit, suspect_limit), alone=False
        )
        letters = {pk: await self._letter(pk) for pk in {c.delivery.activity_pk for c in claimed}}
        withdrawn = {pk for pk, letter in letters.items() if await self._is_withdrawn(letter.activity)}
        blocked = await self._blocked(claimed)
        return [
            Parcel(c, letters[pk], _DELETED if pk in withdrawn else _BLOCKED if c.delivery.pk in blocked else "")
            for c in claimed
            for pk in (c.delivery.activity_pk,)
        ]

    async def carry(self, parcel: Parcel) -> None:
        """Send one, and write down what came of it. Raises only what the store raises."""
        if parcel.stopped:
            await self._settling.add(self._cancelled(parcel, parcel.stopped))
            return
        exchange = await attempt(self._shop, parcel)
        settlement = settlement_of(parcel, exchange, self._worker, self._shop.now(), self._shop.world.jitter())
        if not settlement.ending.is_final and await self._is_withdrawn(parcel.letter.activity):
            settlement = replace(settlement, ending=self._cancelled(parcel, _DELETED).ending)
        await self._settling.add(settlement)
        await self._part_company(settlement)

    async def put_off(self, parcel: Parcel) -> None:
        """Our own mistake stopped this one: it is tried again as if the server had not answered."""
        exchange = Exchange(None, "fedblog made a mistake; its log tells more")
        now, jitter = self._shop.now(), self._shop.world.jitter()
        ending = ending_of(parcel.claimed.delivery, exchange, now, jitter)
        await self._settling.add(Settlement(parcel.claimed.delivery, self._worker, ending, now))

    async def hand_back(self) -> None:
        """Give back whatever is still leased to this worker."""
        await self._shop.store.write(lambda db: delivery_queue.release(db, self._worker), alone=False)

    async def _letter(self, activity_pk: int) -> Letter:
        """From memory, where the latest are kept, so that many deliveries read one body once."""
        letter = self._letters.pop(activity_pk, None)
        if letter is None:
            activity = await activities.by_pk(self._shop.store.reader, activity_pk)
            assert activity, "a delivery refers to its activity"
            letter = Letter(activity, hashlib.sha256(activity.body).digest())
        if len(self._letters) >= _MOST_KEPT:
            del self._letters[next(iter(self._letters))]
        self._letters[activity_pk] = letter
        return letter

    async def _blocked(self, claimed: Sequence[Claimed]) -> set[int]:
        """Which of them would go to a blocked host or person."""
        blocked: set[int] = set()
        for blog_pk in {c.delivery.blog_pk for c in claimed}:
            gate = (await self._home.current()).gate
            inboxes = await blocks.inboxes(self._shop.store.reader, blog_pk) if gate.actor_ids else frozenset()
            blocked |= {
                c.delivery.pk
                for c in claimed
                if c.delivery.blog_pk == blog_pk
                and (c.delivery.inbox in inboxes or not gate.may_act("", hosts=(c.delivery.host,)))
            }
        return blocked

    async def _is_withdrawn(self, activity: Activity) -> bool:
        """Whether what it tells of has been deleted meanwhile, so that it must not arrive after its Delete."""
        if activity.kind not in _RESTS_ON_OBJECT:
            return False
        if activity.is_forwarded:
            return await forwarding.is_withdrawn(self._shop.store.reader, activity, (await self._home.current()).gate)
        own = await own_objects.by_id(self._shop.store.reader, activity.object_id)
        return own is not None and own.ended_at is not None

    def _cancelled(self, parcel: Parcel, reason: str) -> Settlement:
        delivery = parcel.claimed.delivery
        ending = Ending(DeliveryState.CANCELLED, delivery.due_at, delivery.last_status, reason)
        return Settlement(delivery, self._worker, ending, self._shop.now())

    async def _part_company(self, settlement: Settlement) -> None:
        """Followers whose inbox, or whole server, is gone."""
        delivery, exchange = settlement.delivery, settlement.exchange
        missing = settlement.missing
        is_missing = missing is not None and missing.is_lost(settlement.now)
        if exchange and (exchange.is_gone or is_missing):
            await let_go_of_inbox(self._shop, delivery.blog_pk, delivery.inbox, was_missing=is_missing)
        if exchange and exchange.is_host_failure:
            await let_go_of_host(self._shop, delivery.blog_pk, delivery.host)


_DELETED = "taken back before it was delivered"
_BLOCKED = "blocked"


async def attempt(shop: Workshop, parcel: Parcel) -> Exchange:
    """Send it, signed now and with the key of now, in the form that the host is known to take.

    Where the form may be the trouble the other one follows at once (protocol.md a.2). Never raises for
    what the other side does.
    """
    host = parcel.claimed.host
    is_first_try = parcel.claimed.delivery.attempts == 1
    key = await shop.keyring.for_delivery(parcel.letter.activity, is_first_try=is_first_try)
    first: Form = RFC9421 if breaker.known_form(host, shop.now()) == RFC9421 else CAVAGE
    exchange = await _knock(shop, parcel, key, first)
    if exchange.status is None or not knocks_again(exchange.status, was_reached=host.reached_at is not None):
        return exchange
    key = await shop.keyring.of(parcel.letter.activity.actor_pk)
    second = await _knock(shop, parcel, key, CAVAGE if first == RFC9421 else RFC9421)
    return second if second.is_success else exchange


async def _knock(shop: Workshop, parcel: Parcel, key: SigningKey, form: Form) -> Exchange:
    inbox, letter = parcel.claimed.delivery.inbox, parcel.letter
    try:
        receipt = await shop.net.post_signed(inbox, letter.activity.body, body_sha256=letter.sha256, key=key, form=form)
    except RemoteError as error:
        return Exchange(None, str(error))
    return Exchange(receipt.status, form=form, retry_after=read_retry_after(receipt.header("retry-after"), shop.now()))


def settlement_of(parcel: Parcel, exchange: Exchange, worker: str, now: int, jitter: float) -> Settlement:
    """What the exchange means for the delivery, its inbox and its follower."""
    claimed, activity = parcel.claimed, parcel.letter.activity
    missing = _missing_after(claimed.missing, exchange, now)
    is_lost = missing is not None and missing.is_lost(now)
    ending = ending_of(claimed.delivery, exchange, now, jitter, is_lost=is_lost)
    is_accept = activity.kind == "Accept" and exchange.is_success
    has_news = breaker.after(claimed.host, exchange, now) != claimed.host
    return Settlement(
        claimed.delivery,
        worker,
        ending,
        now,
        exchange=exchange,
        has_host_news=has_news,
        missing=missing,
        was_missing=claimed.missing is not None,
        accepted=activity.object_id if is_accept else None,
    )


def _missing_after(before: Missing | None, exchange: Exchange, now: int) -> Missing | None:
    if not exchange.is_missing:
        return None
    return Missing(before.count + 1, before.since) if before else Missing(1, now)


async def retry(shop: Workshop, *, pk: int | None = None, post_pk: int | None = None, host: str | None = None) -> int:
    """Try one delivery, those of a post or those to a host again now, given up or not. Returns how many."""
    return await shop.store.write(
        lambda db: deliveries.retry_now(db, shop.now(), pk=pk, post_pk=post_pk, host=host), alone=False
    )
