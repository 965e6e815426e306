"""Moving in: what is done and what is missing until the followers of another account follow the blog."""

from collections.abc import Sequence
from dataclasses import dataclass

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.moving import Alias
from fedblog.services.moving.software import clicks_of
from fedblog.services.moving.steps import Step, done, missing, note, still_open
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import aliases, followers
from fedblog.store.door import Reader
from fedblog.urls import host_of, is_same_id


@dataclass(frozen=True, slots=True)
class Arrival:
    """One of the other accounts, and how far the move from it to the blog is."""

    alias: Alias
    steps: tuple[Step, ...]
    has_moved: bool


async def arrivals(db: Reader) -> Sequence[Arrival]:
    """All other accounts of the author, each with its steps. From what was last seen; nothing is fetched."""
    blog, us = await the_blog(db), await the_actor(db)
    return [await _arrival(db, blog, us, alias) for alias in await aliases.listed(db, blog.pk)]


async def _arrival(db: Reader, blog: Blog, us: Actor, alias: Alias) -> Arrival:
    has_moved = is_same_id(alias.moved_to, us.actor_id)
    since = await followers.count_since(db, blog.pk, alias.added_at)
    steps = (
        done(f"The blog names {alias.full_handle} as another account of yours."),
        *_own_hindrances(blog, us),
        _visible(alias),
        _moved(blog, us, alias, has_moved=has_moved),
        _came(since, has_moved=has_moved),
    )
    return Arrival(alias, steps, has_moved)


def _own_hindrances(blog: Blog, us: Actor) -> Sequence[Step]:
    found = []
    if us.moved_to:
        found.append(
            missing("The blog itself has moved away: no server moves followers to it.", "Take its own move back first.")
        )
    if blog.approves_followers_at is not None:
        found.append(
            note("You approve followers by hand: whoever comes waits for you.", "The settings can switch that off.")
        )
    return found


def _visible(alias: Alias) -> Step:
    if not alias.trouble:
        return done("The other account can be seen from here.")
    return missing(
        f"The other account cannot be seen from here: {alias.trouble}",
        "A move works only while its server answers.",
    )


def _moved(blog: Blog, us: Actor, alias: Alias, *, has_moved: bool) -> Step:
    if has_moved:
        heard = " Its Move came in here, too." if alias.move_received_at is not None else ""
        return done(f"The other account says that it has moved to the blog.{heard}")
    todo = clicks_of(alias.software).leave.format(there=blog.full_handle, id=us.actor_id)
    server = host_of(alias.actor_id) or ""
    if alias.moved_to:
        return missing(
            f"The other account says that it has moved elsewhere: {alias.moved_to}",
            f"Take that back at {server}, wait for what it asks you to wait, and move it here: {todo}",
        )
    return still_open("The other account has not moved yet.", f"Log in at {server}. {todo}")


def _came(since: int, *, has_moved: bool) -> Step:
    words = f"{since:,} {'follower has' if since == 1 else 'followers have'} come since you named it."
    if has_moved and since:
        return done(words)
    return still_open(words, "Servers move their people one after the other; that takes minutes, at large ones hours.")
