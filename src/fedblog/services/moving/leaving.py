"""Moving out: the blog's account goes on as another one. Looked at first, told to every server, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedblog.ap.render import activities as documents_of
from fedblog.domain.actor import Actor
from fedblog.domain.backoff import DAY
from fedblog.domain.blog import Blog
from fedblog.domain.moving import OwnMove
from fedblog.errors import Conflict, Invalid, Refused
from fedblog.services import describing, own_ids
from fedblog.services.documents import person_of
from fedblog.services.moving.seen import Seen, look
from fedblog.services.moving.software import Clicks, clicks_of, software_of
from fedblog.services.moving.steps import Step, StepState, done, missing, note
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import accounts, activities, actors, followers, own_moves
from fedblog.store.door import Reader, Writer
from fedblog.store.own_moves import HostReport, Reach
from fedblog.urls import host_of, is_same_id

_SILENT = 7 * DAY


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a move to this account would meet. `target` is None where it could not be looked at."""

    written: str
    target: Actor | None
    steps: tuple[Step, ...]
    reach: Reach

    @property
    def may_go(self) -> bool:
        """Whether nothing is missing."""
        return self.target is not None and all(step.state is not StepState.MISSING for step in self.steps)


@dataclass(frozen=True, slots=True)
class Report:
    """How the servers took the blog's last move. Counts are of servers; `followers_now` of those who stayed."""

    move: OwnMove
    hosts: Sequence[HostReport]
    told: int
    waiting: int
    gave_up: int
    followers_now: int


async def prepare(shop: Workshop, written: str) -> Preflight:
    """Look at everything that a move to that account needs. Changes nothing and tells nobody: the dry run."""
    db, now = shop.store.reader, shop.now()
    blog, us = await the_blog(db), await the_actor(db)
    reach = await own_moves.reach(db, blog.pk, now - _SILENT)
    about_us = await _own_steps(db, blog, us, now)
    try:
        seen = await look(shop, written)
    except Invalid as error:
        return Preflight(written, None, (missing(error.why, error.todo), *about_us), reach)
    clicks = clicks_of(await software_of(shop, seen.actor.actor_id))
    steps = (*_target_steps(blog, us, seen, clicks), *about_us, *_notes(reach))
    return Preflight(written, seen.actor, steps, reach)


def _target_steps(blog: Blog, us: Actor, seen: Seen, clicks: Clicks) -> Sequence[Step]:
    name, server = seen.actor.full_handle, host_of(seen.actor.actor_id) or ""
    steps = [done(f"{name} can be seen from here, and is not blocked.")]
    if seen.names_us:
        steps.append(done(f"{name} names the blog as another account of its own."))
    else:
        todo = clicks.welcome.format(there=blog.full_handle, id=us.actor_id)
        steps.append(missing(f"{name} does not name the blog yet (alsoKnownAs).", f"Log in at {server}. {todo}"))
    if seen.actor.moved_to:
        steps.append(missing(f"{name} has itself moved on.", "Move to the account where it went."))
    if seen.actor.suspended_at is not None:
        steps.append(missing(f"{name} is suspended by its own server."))
    return steps


async def _own_steps(db: Reader, blog: Blog, us: Actor, now: int) -> Sequence[Step]:
    last = await own_moves.latest(db, blog.pk)
    if us.moved_to:
        there = last.full_handle if last else us.moved_to
        return [missing(f"The blog has moved to {there} already.", "Take that back first.")]
    if last is not None and now < last.cools_until():
        return [
            missing(
                "The blog moved less than seven days ago. Mastodon and GoToSocial pass over a second move then.",
                f"Wait {_days(last.cools_until() - now)}.",
            )
        ]
    return [done("The blog has not moved in the last seven days.")]


def _days(span: int) -> str:
    days = -(-span // DAY)
    return "a day" if days == 1 else f"{days} days"


def _notes(reach: Reach) -> Sequence[Step]:
    found = [note("Only followers move. Posts and comments stay here, and the blog stays readable.")]
    if reach.silent_hosts:
        found.append(
            note(
                f"{reach.silent_hosts:,} of the servers have not answered for a week or more.",
                "They are told if they come back within seven days.",
            )
        )
    return found


async def leave(shop: Workshop, written: str, *, by: str) -> OwnMove:
    """Move the blog's account. The Update with `movedTo` and the Move leave together, the Update first to each inbox.

    Done twice it is done once. Raises `Refused` with what is missing.
    """
    us = await the_actor(shop.store.reader)
    if us.moved_to and (known := await _known_move(shop, us, written)):
        return known
    flight = await prepare(shop, written)
    target = flight.target
    if target is None or not flight.may_go:
        hindrance = next(step for step in flight.steps if step.state is StepState.MISSING)
        raise Refused(hindrance.words, hindrance.todo)
    return await shop.store.write(lambda db: _leave(db, shop, target, by))


async def _known_move(shop: Workshop, us: Actor, written: str) -> OwnMove | None:
    """The move to that account, where it has been made already."""
    last = await own_moves.latest(shop.store.reader, (await the_blog(shop.store.reader)).pk)
    if last is None or not is_same_id(last.target_id, us.moved_to):
        return None
    named = written.strip()
    is_it = named in {last.target_id, last.target_url} or named.removeprefix("@").lower() == last.target_handle.lower()
    return last if is_it else None


async def _leave(db: Writer, shop: Workshop, target: Actor, by: str) -> OwnMove:
    blog, us, now = await the_blog(db), await the_actor(db), shop.now()
    last = await own_moves.latest(db, blog.pk)
    if us.moved_to:
        if last and is_same_id(us.moved_to, target.actor_id):
            return last
        raise Conflict("The blog has moved already.", "Take that back first.")
    await actors.save(db, replace(us, moved_to=target.actor_id, fetched_at=now))
    await describing.tell_now(db, shop, blog)
    move = documents_of.move(own_ids.activity_id(blog, shop.world), await person_of(db), target.actor_id)
    activity_pk = await send(db, blog.pk, Outgoing(move, us.actor_id, us.pk), Recipients(followers=True), now)
    row = OwnMove(
        pk=0,
        blog_pk=blog.pk,
        target_id=target.actor_id,
        target_handle=target.address,
        target_url=target.url,
        activity_pk=activity_pk,
        followers=await followers.count(db, blog.pk),
        moved_at=now,
        undone_at=None,
    )
    pk = await own_moves.begin(db, row)
    await accounts.note(db, blog.pk, by, "move the blog's account", target.actor_id, now)
    return replace(row, pk=pk)


async def come_back(shop: Workshop, *, by: str) -> None:
    """The account is back: `movedTo` goes, in an Update to all who follow still. What waits of the Move is cancelled.

    Raises `Refused` where the blog has not moved.
    """

    async def work(db: Writer) -> None:
        blog, us, now = await the_blog(db), await the_actor(db), shop.now()
        if us.moved_to is None:
            raise Refused("The blog has not moved.")
        last = await own_moves.latest(db, blog.pk)
        await activities.cancel_waiting(db, us.actor_id, now)
        await actors.save(db, replace(us, moved_to=None, fetched_at=now))
        await describing.tell_now(db, shop, blog)
        if last:
            await own_moves.undo(db, last.pk, now)
        await accounts.note(db, blog.pk, by, "take the move back", us.moved_to, now)

    await shop.store.write(work)


async def report(db: Reader) -> Report | None:
    """How the last move went, server by server; None where the blog never moved."""
    blog = await the_blog(db)
    move = await own_moves.latest(db, blog.pk)
    if move is None:
        return None
    hosts = await own_moves.report(db, move)
    return Report(
        move=move,
        hosts=hosts,
        told=sum(1 for host in hosts if host.delivered and not host.waiting),
        waiting=sum(1 for host in hosts if host.waiting),
        gave_up=sum(1 for host in hosts if host.gave_up and not host.delivered and not host.waiting),
        followers_now=sum(host.followers_now for host in hosts),
    )
