"""Actors, ours and remote."""

import json
from collections.abc import Sequence

from fedblog.domain.actor import Actor, ActorKind, NameEmoji
from fedblog.store.door import Reader, Row, Writer
from fedblog.store.rows import as_json, build, in_groups, marks, text_list

# `Actor.address` of the actor `a`: people who only liked something have no settled handle.
ADDRESS = "CASE WHEN a.handle <> '' THEN a.handle ELSE COALESCE(NULLIF(a.username, ''), 'unknown') || '@' || a.host END"


def _actor(row: Row) -> Actor:
    return build(Actor, row, {"kind": ActorKind, "also_known_as": text_list, "emojis": read_emojis})


def read_emojis(text: str) -> tuple[NameEmoji, ...]:
    """The column `emojis`."""
    return () if text == "[]" else tuple(NameEmoji(*parts) for parts in json.loads(text))


def _emojis_json(emojis: Sequence[NameEmoji]) -> str:
    return as_json([[emoji.name, emoji.icon_url, emoji.file_name] for emoji in emojis])


async def by_pk(db: Reader, pk: int) -> Actor | None:
    """The actor of that row."""
    row = await db.one("SELECT * FROM actor WHERE pk = ?", pk)
    return _actor(row) if row else None


async def by_id(db: Reader, actor_id: str) -> Actor | None:
    """The actor of that id."""
    row = await db.one("SELECT * FROM actor WHERE actor_id = ?", actor_id)
    return _actor(row) if row else None


async def without_pictures(db: Reader, actor_ids: Sequence[str]) -> dict[str, Actor]:
    """Those of the actors whose avatar is not copied yet, or whose name has emoji; by id."""
    found = [actor for some in in_groups(actor_ids) for actor in await _some_without_pictures(db, some)]
    return {actor.actor_id: actor for actor in found}


async def _some_without_pictures(db: Reader, actor_ids: Sequence[str]) -> list[Actor]:
    rows = await db.all(
        f"""SELECT * FROM actor WHERE actor_id IN {marks(len(actor_ids), 1)}
            AND (emojis <> '[]' OR (avatar_url IS NOT NULL AND avatar_name IS NULL))""",  # noqa: S608 - marks only
        *actor_ids,
    )
    return [_actor(row) for row in rows]


async def taking_part(db: Reader, post_pk: int) -> list[Actor]:
    """The remote actors who visibly wrote below a post, or reacted to it or to something below it."""
    rows = await db.all(
        """SELECT * FROM actor WHERE kind = 'remote' AND gone_at IS NULL AND pk IN (
               SELECT actor_pk FROM public_comment WHERE post_pk = ?
               UNION SELECT actor_pk FROM reaction WHERE post_pk = ?) ORDER BY pk""",
        post_pk,
        post_pk,
    )
    return [_actor(row) for row in rows]


async def by_handle(db: Reader, handle: str) -> Actor | None:
    """The remote actor that is known here by that handle (`name@host`)."""
    row = await db.one(
        """SELECT * FROM actor WHERE kind = 'remote' AND handle = ? AND gone_at IS NULL
           ORDER BY fetched_at DESC LIMIT 1""",
        handle.lower(),
    )
    return _actor(row) if row else None


async def has_host(db: Reader, host: str) -> bool:
    """Whether somebody of that host is known here."""
    return await db.value("SELECT pk FROM actor WHERE host = ? LIMIT 1", host) is not None


async def own(db: Reader, kind: ActorKind) -> Actor | None:
    """Our actor of that kind (one blog at first)."""
    row = await db.one("SELECT * FROM actor WHERE kind = ? ORDER BY pk LIMIT 1", kind)
    return _actor(row) if row else None


async def save(db: Writer, actor: Actor) -> int:
    """Insert the actor, or replace what is known of it; returns its key.

    What we settled ourselves survives: kind, creation time, and the copied avatar while its
    source stays the same. An actor of ours is never overwritten by a remote one.
    """
    return int(
        await db.value(
            """INSERT INTO actor (kind, actor_id, type, host, name, username, handle, summary, url, inbox, shared_inbox,
                   outbox, followers, avatar_url, avatar_name, emojis, also_known_as, moved_to, hides_public_at,
                   hides_unlisted_at, suspended_at, gone_at, fetched_at, created_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (actor_id) DO UPDATE SET type = excluded.type, name = excluded.name,
                   username = excluded.username, handle = excluded.handle, summary = excluded.summary,
                   url = excluded.url, inbox = excluded.inbox, shared_inbox = excluded.shared_inbox,
                   outbox = excluded.outbox, followers = excluded.followers,
                   avatar_name = CASE WHEN actor.avatar_url = excluded.avatar_url THEN actor.avatar_name ELSE NULL END,
                   avatar_url = excluded.avatar_url, emojis = excluded.emojis,
                   also_known_as = excluded.also_known_as,
                   moved_to = excluded.moved_to, hides_public_at = excluded.hides_public_at,
                   hides_unlisted_at = excluded.hides_unlisted_at, suspended_at = excluded.suspended_at,
                   gone_at = excluded.gone_at, fetched_at = excluded.fetched_at
               RETURNING pk""",
            actor.kind,
            actor.actor_id,
            actor.type,
            actor.host,
            actor.name,
            actor.username,
            actor.handle,
            actor.summary,
            actor.url,
            actor.inbox,
            actor.shared_inbox,
            actor.outbox,
            actor.followers,
            actor.avatar_url,
            actor.avatar_name,
            _emojis_json(actor.emojis),
            as_json(list(actor.also_known_as)),
            actor.moved_to,
            actor.hides_public_at,
            actor.hides_unlisted_at,
            actor.suspended_at,
            actor.gone_at,
            actor.fetched_at,
            actor.created_at,
        )
    )


async def mark_gone(db: Writer, actor_id: str, now: int) -> None:
    """The actor was deleted over there: keep the row for its placeholders, without name and face."""
    await db.run(
        """UPDATE actor SET gone_at = ?, name = '', summary = '', avatar_url = NULL, avatar_name = NULL, emojis = '[]'
           WHERE actor_id = ? AND kind = 'remote'""",
        now,
        actor_id,
    )


async def note_moved(db: Writer, pk: int, target_id: str) -> None:
    """A remote actor moved to another account, which names it too."""
    await db.run("UPDATE actor SET moved_to = ? WHERE pk = ? AND kind = 'remote'", target_id, pk)


async def keep_avatar(db: Writer, pk: int, avatar_url: str, avatar_name: str) -> None:
    """Remember the copy of an avatar, unless the actor changed it meanwhile."""
    await db.run("UPDATE actor SET avatar_name = ? WHERE pk = ? AND avatar_url = ?", avatar_name, pk, avatar_url)


async def keep_emojis(db: Writer, pk: int, before: Sequence[NameEmoji], after: Sequence[NameEmoji]) -> None:
    """Remember the copies of the emoji in a name, unless the actor changed it meanwhile."""
    await db.run(
        "UPDATE actor SET emojis = ? WHERE pk = ? AND emojis = ?", _emojis_json(after), pk, _emojis_json(before)
    )


async def forget_unused(db: Writer, before: int, limit: int = 1000) -> int:
    """Drop remote actors that nothing refers to and that were not fetched since `before` (security.md D09)."""
    return await db.run(
        """DELETE FROM actor WHERE pk IN (
               SELECT a.pk FROM actor a
               WHERE a.kind = 'remote' AND a.fetched_at < ?
                 AND NOT EXISTS (SELECT 1 FROM follower f WHERE f.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM comment c WHERE c.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM reaction r WHERE r.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM followee e WHERE e.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM gesture g WHERE g.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM remark s WHERE s.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM remark s WHERE s.community_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM addressee d WHERE d.actor_id = a.actor_id)
                 AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM quote q WHERE q.actor_pk = a.pk)
                 AND NOT EXISTS (SELECT 1 FROM actor_move v WHERE v.target_pk = a.pk)
               ORDER BY a.fetched_at LIMIT ?)""",
        before,
        limit,
    )


async def mark_fetched(db: Writer, pk: int, now: int) -> None:
    """The actor was looked at, and is still there."""
    await db.run("UPDATE actor SET fetched_at = ? WHERE pk = ?", now, pk)
