"""Our own key pairs."""

from collections.abc import Iterable

from fedblog.domain.own_key import OwnKey
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import build

TOPIC = "keys"
"""Touched by everything here that writes, so that no process signs with a key that was retired."""


def _key(row: Row) -> OwnKey:
    return build(OwnKey, row)


async def every(db: Reader) -> list[OwnKey]:
    """All keys that we ever had, in the order in which they were made."""
    return [_key(row) for row in await db.all("SELECT * FROM own_key ORDER BY pk")]


async def of_actor(db: Reader, actor_pk: int) -> list[OwnKey]:
    """All keys that an actor of ours ever had, in the order in which they were made."""
    return [_key(row) for row in await db.all("SELECT * FROM own_key WHERE actor_pk = ? ORDER BY pk", actor_pk)]


async def add(db: Writer, key: OwnKey) -> None:
    """Store a key pair. One that has that id already stays: two processes may have made the first one at once."""
    await db.run(
        """INSERT INTO own_key (actor_pk, key_id, kind, private_pem, public_pem, created_at, takes_over_at)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key_id) DO NOTHING""",
        key.actor_pk,
        key.key_id,
        key.kind,
        key.private_pem,
        key.public_pem,
        key.created_at,
        key.takes_over_at,
    )
    db.touch(TOPIC)


async def retire(db: Writer, keys: Iterable[OwnKey], now: int) -> None:
    """They sign nothing more from now on."""
    await db.many("UPDATE own_key SET retired_at = ? WHERE pk = ?", [(now, key.pk) for key in keys])
    db.touch(TOPIC)


async def take_over(db: Writer, keys: Iterable[OwnKey]) -> None:
    """They sign from now on."""
    await db.many("UPDATE own_key SET takes_over_at = NULL WHERE pk = ?", [(key.pk,) for key in keys])
    db.touch(TOPIC)


async def unlist(db: Writer, keys: Iterable[OwnKey], now: int) -> None:
    """They are in no document any more."""
    await db.many("UPDATE own_key SET unlisted_at = ? WHERE pk = ?", [(now, key.pk) for key in keys])
    db.touch(TOPIC)


async def forget_private(db: Writer, keys: Iterable[OwnKey]) -> None:
    """Nobody can sign with them any more, whoever gets hold of this database; ids and public halves stay."""
    await db.many("UPDATE own_key SET private_pem = '' WHERE pk = ?", [(key.pk,) for key in keys])
    db.touch(TOPIC)
