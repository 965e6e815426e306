"""From names and ids to actors: fetching them, settling their handles, copying their faces."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from fedblog.ap.parse.actor import RemoteActor, read_actor
from fedblog.ap.webfinger import PATH, Acct, Jrd, parse_acct, query_url, read_jrd
from fedblog.config import FederationConfig
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.post import Addressee
from fedblog.errors import BadAnswer, Gone, Invalid, Missing, RemoteError
from fedblog.services import documents_by_id, media
from fedblog.services.remote_actors import as_actor, kept_from
from fedblog.services.workshop import Workshop
from fedblog.store import actor_moves, actors, comments, followers, quotes, reactions
from fedblog.store.door import Reader, Writer
from fedblog.urls import Url, is_same_id
from fedblog.world import Limits

DAY_MS: Final = 24 * 3600 * 1000
WEEK_MS: Final = 7 * DAY_MS
# Two of these make the eight seconds that a comment may wait for its author's handle.
_LOOKUP: Final = Limits(total=4.0, connect=3.0, body=256 * 1024)


async def actor_of(shop: Workshop, actor_id: str, *, max_age: int = WEEK_MS, with_handle: bool = False) -> Actor:
    """The actor with that id, as stored if not older than `max_age` milliseconds, else as its server has it now.

    `with_handle` settles the handle too, which may take eight seconds once. Where a stored one cannot be refreshed
    now, it is returned as it is. Raises `Gone`, `Missing`, `Invalid` for what is no actor, and `RemoteError`.
    """
    known = await actors.by_id(shop.store.reader, actor_id)
    return await up_to_date(shop, actor_id, known, max_age=max_age, with_handle=with_handle)


async def up_to_date(
    shop: Workshop, actor_id: str, known: Actor | None, *, max_age: int = WEEK_MS, with_handle: bool = False
) -> Actor:
    """The same for who has just looked up what is stored."""
    if known and known.kind is not ActorKind.REMOTE:
        return known
    if known is None or known.gone_at is not None:
        return await refresh(shop, actor_id, with_handle=with_handle)
    if shop.now() - known.fetched_at > max_age or (with_handle and not known.handle):
        try:
            return await refresh(shop, actor_id, with_handle=with_handle)
        except RemoteError:
            return _with_some_handle(known) if with_handle else known
    return known


async def refresh(shop: Workshop, actor_id: str, *, with_handle: bool = False) -> Actor:
    """Fetch the actor anew and store it; one of ours is as it is. Raises as `actor_of`."""
    ours = await actors.by_id(shop.store.reader, actor_id)
    if ours and ours.kind is not ActorKind.REMOTE:
        return ours
    document = await documents_by_id.fetch(shop.net, actor_id)
    remote = read_actor(document)
    if not is_same_id(remote.actor_id, actor_id):
        raise BadAnswer("the address shows another actor")
    return await learn(shop, document, remote, with_handle=with_handle)


async def learn(shop: Workshop, document: dict[str, Any], remote: RemoteActor, *, with_handle: bool = False) -> Actor:
    """Store the actor of a document that was just fetched from its own server. Returns the row."""
    fresh = await understood(shop, document, remote, with_handle=with_handle)
    return await shop.store.write(lambda db: keep(db, fresh))


async def understood(
    shop: Workshop, document: dict[str, Any], remote: RemoteActor, *, with_handle: bool = False
) -> Actor:
    """The same without storing it: the actor as it would be stored."""
    known = await actors.by_id(shop.store.reader, remote.actor_id)
    fresh = kept_from(known, as_actor(document, remote, shop.now()))
    if with_handle and not fresh.handle:
        fresh = replace(fresh, handle=await settled_handle(shop, remote))
    return fresh


async def keep(db: Writer, fresh: Actor) -> Actor:
    """Store what was learned of an actor; posts go to where it now wants them. Returns the row."""
    before = await actors.by_id(db, fresh.actor_id)
    pk = await actors.save(db, fresh)
    await followers.set_delivery_inbox(db, pk, fresh.delivery_inbox)
    stored = await actors.by_pk(db, pk)
    assert stored is not None
    if before and before.moved_to not in {None, stored.moved_to}:
        await actor_moves.forget(db, pk)
    if before and _shown_of(before) != _shown_of(stored):
        shown = {
            *await comments.posts_of_actor(db, pk),
            *await reactions.posts_of_actor(db, pk),
            *(quote.post_pk for quote in await quotes.by_actor(db, pk)),
        }
        db.touch(*(f"post:{post_pk}" for post_pk in shown))
    return stored


def _shown_of(actor: Actor) -> tuple[object, ...]:
    """Everything of an actor that pages depend on."""
    flags = (actor.hides_public_at, actor.hides_unlisted_at, actor.suspended_at, actor.gone_at)
    looks = (actor.name, actor.username, actor.handle, actor.url, actor.avatar_name, actor.emojis, actor.moved_to)
    return (*looks, *(flag is not None for flag in flags))


async def settled_handle(shop: Workshop, remote: RemoteActor) -> str:
    """`name@host` where WebFinger leads from it to the actor, and the actor's server back to it.

    Else the name with the actor's own host, so that nobody wears the name of another server (security.md S22).
    """
    home = Url.parse(remote.actor_id)
    try:
        return str(await _agreed_acct(shop, _starting_point(remote, home), remote.actor_id, home.scheme))
    except (RemoteError, Gone, Missing, Invalid):
        return plain_handle(remote.username, home)


def plain_handle(username: str, home: Url) -> str:
    """The name with the actor's own host."""
    return f"{username or 'unknown'}@{home.authority}"


def _starting_point(remote: RemoteActor, home: Url) -> str:
    """Where to ask first: what the actor says of itself, else its name at its own server, else its id there."""
    if remote.webfinger:
        return query_url(parse_acct(remote.webfinger), home.scheme)
    if remote.username:
        return query_url(Acct(remote.username.lower(), home.authority), home.scheme)
    return f"{home.origin}{PATH}?resource={quote(remote.actor_id, safe='')}"


async def _agreed_acct(shop: Workshop, address: str, actor_id: str, scheme: str) -> Acct:
    """The account that the server at `address` names, confirmed by the server of that account's own domain."""
    first = await _jrd(shop, address)
    subject = _subject_for(first, actor_id)
    confirming = query_url(subject, scheme)
    if confirming == address:
        return subject
    if _subject_for(await _jrd(shop, confirming), actor_id) != subject:
        raise BadAnswer("the two servers name different accounts")
    return subject


def _subject_for(jrd: Jrd, actor_id: str) -> Acct:
    if jrd.subject is None or not is_same_id(jrd.actor_id, actor_id):
        raise BadAnswer("WebFinger leads to another actor")
    return jrd.subject


async def _jrd(shop: Workshop, address: str) -> Jrd:
    _, document = await shop.net.get_json(address, limits=_LOOKUP)
    return read_jrd(document)


def _with_some_handle(known: Actor) -> Actor:
    handle = known.handle or plain_handle(known.username, Url.parse(known.actor_id))
    return replace(known, handle=handle)


async def addressee_of(shop: Workshop, handle: str) -> Addressee:
    """Whom `@name@host` in a text of ours means; the handle stays as it was written.

    Raises `Invalid` with a sentence for the author.
    """
    acct = parse_acct(handle)
    try:
        actor = await actor_of(shop, await actor_id_of(shop, acct), max_age=DAY_MS, with_handle=True)
    except (Missing, Gone, Invalid) as error:
        raise Invalid(f"@{acct} is not an account on the fediverse.", "Check how it is spelled.") from error
    except RemoteError as error:
        raise Invalid(f"@{acct} could not be looked up: its server does not answer as it should.") from error
    return Addressee(handle.strip().removeprefix("@"), actor.actor_id, actor.url, actor.delivery_inbox)


async def actor_id_of(shop: Workshop, acct: Acct) -> str:
    """Whom the server of an account address names. Raises `Missing` and as `Net.get_json`."""
    jrd = await _jrd(shop, query_url(acct, lookup_scheme(acct.authority, shop.config.federation)))
    if jrd.actor_id is None:
        raise Missing("There is no such account.")
    return jrd.actor_id


async def known_addressee(db: Reader, handle: str) -> Addressee | None:
    """The same from memory alone, for a preview."""
    actor = await actors.by_handle(db, handle.strip().removeprefix("@"))
    return (
        Addressee(handle.strip().removeprefix("@"), actor.actor_id, actor.url, actor.delivery_inbox) if actor else None
    )


def lookup_scheme(authority: str, federation: FederationConfig) -> str:
    """https; in a laboratory http for addresses that are numbers."""
    is_laboratory = federation.allow_http and Url.parse(f"http://{authority}").is_ip_literal
    return "http" if is_laboratory else "https"


async def copy_avatar(shop: Workshop, actor: Actor) -> bool:
    """Copy the actor's picture to here, if it has one that is not copied yet. False when it cannot be had."""
    if actor.avatar_url is None or actor.avatar_name is not None:
        return True
    url = actor.avatar_url
    name = await media.keep_avatar(shop, url)
    if name is None:
        return False

    async def work(db: Writer) -> None:
        await actors.keep_avatar(db, actor.pk, url, name)
        for post_pk in await comments.posts_of_actor(db, actor.pk):
            db.touch(f"post:{post_pk}")

    await shop.store.write(work)
    return True
