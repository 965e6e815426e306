"""Changing our keys so that no server stops to believe us (protocol.md a.3, docs/decisions/0011).

Announced first, in an Update that the old key signs; in use two days later; the old Ed25519 key stays listed for two
weeks more, for the proofs that it made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fedblog.ap.render import activities as documents_of
from fedblog.ap.signatures import KeyPair, make_key_pair, make_proving_pair
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.backoff import DAY, HOUR
from fedblog.domain.own_key import OwnKey, OwnKeyKind, Standing
from fedblog.errors import Conflict, Refused
from fedblog.services import own_ids
from fedblog.services.documents import application_of, person_of
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, actors, own_keys
from fedblog.store.door import Reader, Writer

NOTICE = 48 * HOUR
"""How long (ms) new keys are announced before they are used."""
AFTERWARDS = 14 * DAY
"""How long (ms) a former Ed25519 key stays listed: longer than what it proved may be on its way."""

MakePair = Callable[[], KeyPair]
_NAMES = {OwnKeyKind.RSA: "main-key", OwnKeyKind.ED25519: "ed25519-key"}
_SHOWN = {ActorKind.BLOG: person_of, ActorKind.INSTANCE: application_of}


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A key of ours, and whose it is."""

    actor: Actor
    key: OwnKey


async def listed(db: Reader) -> list[KeyOf]:
    """All keys that we ever had, in the order in which they were made."""
    ours = [actor for kind in _SHOWN if (actor := await actors.own(db, kind))]
    found = [KeyOf(actor, key) for actor in ours for key in await own_keys.of_actor(db, actor.pk)]
    return sorted(found, key=lambda one: one.key.pk)


async def rotate(shop: Workshop, *, by: str, make_pair: MakePair = make_key_pair) -> int:
    """Make a new key beside each that is in use, and announce them. Returns when they take over (ms).

    Raises `Conflict` while a change is under way.
    """
    pairs = await _fresh_pairs(shop.store.reader, make_pair)

    async def work(db: Writer) -> int:
        now = shop.now()
        if announced := _announced(await listed(db)):
            raise Conflict("A change of keys is under way already.", _when(announced, now))
        await _announce(db, pairs, now, now + NOTICE)
        await _send_update(db, shop, ActorKind.BLOG, now)
        await accounts.note(db, (await the_blog(db)).pk, by, "announced new keys", "", now)
        return now + NOTICE

    return await shop.store.write(work)


async def rotate_now(shop: Workshop, *, by: str, make_pair: MakePair = make_key_pair) -> None:
    """For an emergency: new keys are in use at once, and the former ones listed no more.

    Those that are announced already take over; else fresh ones are made. Some servers refuse us until they ask anew.
    """
    pairs = await _fresh_pairs(shop.store.reader, make_pair)

    async def work(db: Writer) -> None:
        now = shop.now()
        if not _announced(await listed(db)):
            await _announce(db, pairs, now, now)
        former = await _take_over(db, shop, now)
        await own_keys.unlist(db, former, now)
        await accounts.note(db, (await the_blog(db)).pk, by, "changed keys at once", "", now)

    await shop.store.write(work)


async def keep_time(shop: Workshop) -> int | None:
    """Do what is due: the take-over of announced keys, the end of former ones. Returns when something will be (ms)."""
    due_at = _due_at(await listed(shop.store.reader))
    if due_at is None or due_at > shop.now():
        return due_at
    await shop.store.write(lambda db: _do_due(db, shop, shop.now()))
    return _due_at(await listed(shop.store.reader))


def _due_at(found: Sequence[KeyOf]) -> int | None:
    coming = [key.takes_over_at for key in _announced(found) if key.takes_over_at is not None]
    return min([*coming, *(_ends_at(key) for key in _former(found))], default=None)


async def _do_due(db: Writer, shop: Workshop, now: int) -> None:
    if any((key.takes_over_at or 0) <= now for key in _announced(await listed(db))):
        await _take_over(db, shop, now)
    ended = [key for key in _former(await listed(db)) if _ends_at(key) <= now]
    await own_keys.unlist(db, [key for key in ended if key.unlisted_at is None], now)
    await own_keys.forget_private(db, ended)
    db.touch("frame")


def _ends_at(key: OwnKey) -> int:
    return (key.retired_at or 0) + AFTERWARDS


def _announced(found: Sequence[KeyOf]) -> list[OwnKey]:
    return [one.key for one in found if one.key.standing is Standing.ANNOUNCED]


def _former(found: Sequence[KeyOf]) -> list[OwnKey]:
    """The retired ones whose private halves are still here."""
    return [one.key for one in found if one.key.retired_at is not None and one.key.private_pem]


def _when(announced: Sequence[OwnKey], now: int) -> str:
    left = max(key.takes_over_at or now for key in announced) - now
    return f"It ends in about {max(1, round(left / HOUR))} hours, or at once with: fedblog keys rotate --now"


async def _fresh_pairs(db: Reader, make_pair: MakePair) -> dict[int, KeyPair]:
    """A new pair for each key that is in use, by that one's row. Made before the transaction, for it takes a while."""
    used = [one.key for one in await listed(db) if one.key.standing is Standing.IN_USE]
    if not used:
        raise Refused("A key of this blog is missing from its database.", "Restore a backup: fedblog restore")
    return {key.pk: make_pair() if key.kind == OwnKeyKind.RSA else make_proving_pair() for key in used}


async def _announce(db: Writer, pairs: dict[int, KeyPair], now: int, at: int) -> None:
    found = await listed(db)
    replaced = [one for one in found if one.key.pk in pairs and one.key.standing is Standing.IN_USE]
    if len(replaced) != len(pairs):
        raise Conflict("Somebody else has just changed the keys.", "Look with: fedblog keys list")
    for one in replaced:
        await own_keys.add(db, _next_key(one, found, pairs[one.key.pk], now, at))
    db.touch("frame", "work:schedule")


def _next_key(before: KeyOf, found: Sequence[KeyOf], pair: KeyPair, now: int, at: int) -> OwnKey:
    """Under an id that was never used: whoever keeps the old key under its own id looks for the new one by itself."""
    kind, actor = OwnKeyKind(before.key.kind), before.actor
    number = 1 + sum(one.key.kind == kind and one.actor.pk == actor.pk for one in found)
    key_id = f"{actor.actor_id}#{_NAMES[kind]}-{number}"
    return OwnKey(0, actor.pk, key_id, kind, pair.private_pem, pair.public_pem, now, None, takes_over_at=at)


async def _take_over(db: Writer, shop: Workshop, now: int) -> list[OwnKey]:
    """The announced keys are in use, those before them retired, and others told; returns the retired ones."""
    found = await listed(db)
    coming = _announced(found)
    places = {(key.actor_pk, key.kind) for key in coming}
    former = [one.key for one in found if one.key.standing is Standing.IN_USE]
    former = [key for key in former if (key.actor_pk, key.kind) in places]
    await own_keys.retire(db, former, now)
    await own_keys.take_over(db, coming)
    for kind in _SHOWN:
        await _send_update(db, shop, kind, now)
    db.touch("frame", "work:schedule")
    return former


async def _send_update(db: Writer, shop: Workshop, kind: ActorKind, now: int) -> None:
    """Tell the followers' servers how an actor of ours looks now. Those keep the instance actor's key too."""
    blog, actor = await the_blog(db), await actors.own(db, kind)
    if actor is not None:
        document = documents_of.update_actor(own_ids.activity_id(blog, shop.world), await _SHOWN[kind](db), now)
        await send(db, blog.pk, Outgoing(document, actor.actor_id, actor.pk), Recipients(followers=True), now)
