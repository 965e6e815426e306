"""What would be judged otherwise today? A copy of the blog is put back to an earlier day, and its inbox is played."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fedblog.config import Config, StorageConfig
from fedblog.domain.actor import BlockKind
from fedblog.domain.backoff import DAY
from fedblog.domain.blog import CommentPolicy
from fedblog.errors import Invalid, Refused
from fedblog.services.gate import TOPIC
from fedblog.services.rehearsal.playing import Line, Play, Stage, play
from fedblog.services.rehearsal.rewinding import rewind
from fedblog.services.rehearsal.still_world import StandingClock, reading_world, still_world
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import blocks, inbox_events, ledger, rewinding
from fedblog.store.backup import backup_to
from fedblog.store.door import Reader, Writer
from fedblog.store.rewinding import EventHead
from fedblog.urls import is_same_origin, normal_form, normal_host
from fedblog.world import World

Open = Callable[[Config, World], AbstractAsyncContextManager[Workshop]]
"""Opens the blog that a configuration names, over a world: `app.open_workshop`, handed down."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_PREFIX = ".fedblog-rehearsal-"
_ROOM = 4
_KEPT_MS = 31 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be judged, and how. `since` in ms UTC.

    `policy` and `blocks` (actor ids and host names) are tried out: "what if". `may_fetch`: documents may be read from
    their servers, as they are today.
    """

    since: int
    policy: CommentPolicy | None = None
    blocks: Sequence[str] = ()
    may_fetch: bool = False


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it. `changes` would be judged otherwise; `unsure` cannot be told; of `gone` nothing is kept."""

    judged: int
    changes: Sequence[Line]
    unsure: Sequence[Line]
    gone: int


async def rehearse(shop: Workshop, wish: Wish, open_copy: Open) -> Rehearsal:
    """Judge again what came since then. The blog itself is only read; nothing is sent; the copy is thrown away.

    Raises `Refused` when there is no room for a copy, `Invalid` for a block that names nothing.
    """
    place = shop.config.storage.data_directory
    try:
        _clear_away(place, shop.now())
        _clear_away(_MEMORY, shop.now())
        with _folder(place) as folder:
            copy = folder / "copy.db"
            await backup_to(shop.store, copy)
            with _quick(copy) as stage:
                return await _on_copy(shop, wish, stage, open_copy)
    except OSError as error:
        raise Refused(f"{place} has no room for a copy: {error.strerror}.") from error


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    """A folder for our eyes only, gone at the end."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place) as folder:
        yield Path(folder)


def _clear_away(place: Path, now: int) -> None:
    """Remove what rehearsals left that were killed: a copy holds all secrets of the blog. Only ours, and a day old."""
    for folder in place.glob(f"{_PREFIX}*"):
        facts = folder.lstat()
        is_left = facts.st_uid == os.geteuid() and facts.st_mtime * 1000 < now - DAY
        if is_left and stat.S_ISDIR(facts.st_mode):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _quick(copy: Path) -> Iterator[Path]:
    """The copy in memory, where there is one with room for it: nothing of it needs to outlive a power cut."""
    has_room = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM * copy.stat().st_size
    if not has_room:
        yield copy
        return
    with _folder(_MEMORY) as folder:
        yield Path(shutil.move(copy, folder / copy.name))


async def _on_copy(shop: Workshop, wish: Wish, copy: Path, open_copy: Open) -> Rehearsal:
    clock = StandingClock(shop.now())
    world, net = (reading_world if wish.may_fetch else still_world)(shop.world, clock)
    config = replace(shop.config, storage=StorageConfig(copy, copy.parent))
    async with open_copy(config, world) as opened:
        stand_in = replace(opened, world=replace(opened.world, now=clock.now))
        plays, gone = await stand_in.store.read(lambda db: _plays(db, wish.since, shop.now()))
        heads = list({each.head.pk: each.head for each in plays}.values())
        blog = await the_blog(stand_in.store.reader)
        rewound = await stand_in.store.write(lambda db: rewind(db, blog.pk, heads, may_fetch=wish.may_fetch))
        await stand_in.store.write(lambda db: _try_out(db, blog.pk, wish, shop.now()))
        lines = await play(Stage(stand_in, clock, net, rewound), plays)
    return Rehearsal(
        judged=sum(each.is_judged for each in plays),
        changes=[line for line in lines if not line.unsure],
        unsure=[line for line in lines if line.unsure],
        gone=gone,
    )


async def _plays(db: Reader, since: int, now: int) -> tuple[list[Play], int]:
    """What is played: everything kept of those who sent something since then. And how much of that is not kept."""
    blog = await the_blog(db)
    first = await ledger.first_since(db, blog.pk, min(since, now - _KEPT_MS))
    heads = await rewinding.decided(db, blog.pk, first)
    # Canaries of the check speak from our own origin, and leave nothing that could be rehearsed.
    decided = [await _spoken_by_its_actor(db, head) for head in heads if not is_same_origin(head.actor, blog.base_url)]
    wanted = [head for head in decided if head.received_at >= since]
    signers = {head.signer for head in wanted if head.is_kept}
    played = [head for head in decided if head.is_kept and head.signer in signers]
    plays = [each for head in played for each in await _of_event(db, head, since)]
    return plays, sum(not head.is_kept for head in wanted)


async def _spoken_by_its_actor(db: Reader, head: EventHead) -> EventHead:
    """What others passed on with a proof counts as its actor's own word."""
    if head.signer == head.actor or not head.is_kept:
        return head
    event = await inbox_events.by_pk(db, head.pk)
    has_proof = event is not None and b'"proof"' in (event.body or b"")
    return replace(head, signer=head.actor) if has_proof else head


async def _of_event(db: Reader, head: EventHead, since: int) -> list[Play]:
    """One play for each verdict that the event had: whoever let it be processed again did so then."""
    is_judged = head.received_at >= since
    earlier = await ledger.earlier_verdicts(db, head.pk)
    before = [Play(head, one.ended_at, one.verdict, one.reason, is_judged) for one in earlier]
    return [*before, Play(head, head.ended_at, head.verdict, head.reason, is_judged)]


async def _try_out(db: Writer, blog_pk: int, wish: Wish, now: int) -> None:
    """The rules that are tried out."""
    if wish.policy is not None:
        await rewinding.set_policy(db, blog_pk, wish.policy)
    for text in wish.blocks:
        kind, value = block_of(text)
        await blocks.add(db, blog_pk, kind, value, now)
    db.touch(TOPIC)


def block_of(text: str) -> tuple[BlockKind, str]:
    """Whom a block names: an actor by its id, or a host. Raises `Invalid`."""
    if "://" not in text:
        return BlockKind.HOST, normal_host(text.strip())
    actor_id = normal_form(text.strip())
    if actor_id is None:
        raise Invalid("That is no address of an actor.")
    return BlockKind.ACTOR, actor_id
