"""Founding a blog: its row, its two actors and their keys; and the refusal of another identity later."""

import base64
from collections.abc import Callable

from fedblog.ap.signatures import KeyPair, make_key_pair, make_proving_pair
from fedblog.config import Config
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog
from fedblog.domain.own_key import OwnKey, OwnKeyKind
from fedblog.errors import Conflict
from fedblog.ids import ulid
from fedblog.store import actors, blogs, own_keys
from fedblog.store.door import Reader, Store, Writer
from fedblog.world import World


async def found(store: Store, world: World, config: Config, make_pair: Callable[[], KeyPair] = make_key_pair) -> Blog:
    """Make the blog that the configuration names; its two actors get keys from `make_pair`.

    A second call finds the blog there and changes nothing. Raises `Conflict` when the database holds
    a blog of another address or handle.
    """
    pairs, proving = (make_pair(), make_pair()), make_proving_pair()

    async def work(db: Writer) -> Blog:
        existing = await blogs.only(db)
        if existing:
            refuse_other_identity(existing, config)
            return existing
        return await _found(db, world, config, pairs, proving)

    return await store.write(work)


def refuse_other_identity(blog: Blog, config: Config) -> None:
    """Raise `Conflict` when the configuration names another blog than the database holds."""
    for name, stored, written in (
        ("site.base_url", blog.base_url, config.site.base_url.origin),
        ("site.handle", blog.handle, config.site.handle),
        ("site.handle_domain", blog.handle_domain, _handle_domain(config)),
    ):
        if stored != written:
            raise Conflict(
                f"This blog was founded with {name} = {stored!r}, and the configuration now says {written!r}: every "
                "follow hangs on it.",
                "Put the old value back; a later version brings `fedblog move` to change it.",
            )


def redirect_lines(handle_domain: str, base_url: str) -> list[str]:
    """What another domain must do so that the handle can be found there, line by line."""
    names = ("webfinger", "host-meta")
    return [
        f"For the handle, https://{handle_domain} must redirect these two addresses, query included:",
        *(f"  /.well-known/{name}  ->  {base_url}/.well-known/{name}" for name in names),
    ]


def _handle_domain(config: Config) -> str:
    return config.site.handle_domain or config.site.base_url.authority


async def _found(db: Writer, world: World, config: Config, pairs: tuple[KeyPair, KeyPair], proving: KeyPair) -> Blog:
    now, base = world.now(), config.site.base_url.origin
    blog_actor = _blog_actor(config, f"{base}/ap/actors/{ulid(now, world.token(10))}", now)
    instance_actor = _instance_actor(config, f"{base}/ap/instance", now)
    pks = [await actors.save(db, actor) for actor in (blog_actor, instance_actor)]
    for pk, actor, pair in zip(pks, (blog_actor, instance_actor), pairs, strict=True):
        await own_keys.add(db, _signing_key(pk, actor.actor_id, pair, now))
    await own_keys.add(db, first_proving_key(pks[0], blog_actor.actor_id, proving, now))
    await blogs.create(
        db,
        base_url=base,
        handle=config.site.handle,
        handle_domain=_handle_domain(config),
        actor_pk=pks[0],
        instance_actor_pk=pks[1],
        title=config.site.title,
        language=config.site.language,
        time_zone=config.site.time_zone,
        feed_token=secret_token(world),
        now=now,
    )
    blog = await blogs.only(db)
    assert blog is not None
    return blog


def secret_token(world: World) -> str:
    """A random text of 32 characters for links and cookies that must not be guessed."""
    return base64.urlsafe_b64encode(world.token(24)).decode()


def _signing_key(actor_pk: int, actor_id: str, pair: KeyPair, now: int) -> OwnKey:
    key_id = f"{actor_id}#main-key"
    return OwnKey(0, actor_pk, key_id, OwnKeyKind.RSA, pair.private_pem, pair.public_pem, now, None)


def first_proving_key(actor_pk: int, actor_id: str, pair: KeyPair, now: int) -> OwnKey:
    """The first key that proves the activities of an actor."""
    key_id = f"{actor_id}#ed25519-key"
    return OwnKey(0, actor_pk, key_id, OwnKeyKind.ED25519, pair.private_pem, pair.public_pem, now, None)


async def complete(store: Store, world: World) -> None:
    """Make what a blog lacks that was founded by an earlier version. Several processes may do it at once."""
    actor = await actors.own(store.reader, ActorKind.BLOG)
    if actor is None or await _proves(store.reader, actor):
        return
    key = first_proving_key(actor.pk, actor.actor_id, make_proving_pair(), world.now())

    async def work(db: Writer) -> None:
        await own_keys.add(db, key)
        db.touch("frame")

    await store.write(work)


async def _proves(db: Reader, actor: Actor) -> bool:
    return any(key.kind == OwnKeyKind.ED25519 for key in await own_keys.of_actor(db, actor.pk))


def _blog_actor(config: Config, actor_id: str, now: int) -> Actor:
    base = config.site.base_url
    handle = f"{config.site.handle}@{_handle_domain(config)}"
    return _own_actor(
        ActorKind.BLOG, actor_id, "Person", config.site.title, config.site.handle, handle, f"{base.origin}/", now
    )


def _instance_actor(config: Config, actor_id: str, now: int) -> Actor:
    base = config.site.base_url
    name = base.host  # a name cannot hold the colon before a port
    handle = f"{name}@{base.authority}"
    return _own_actor(ActorKind.INSTANCE, actor_id, "Application", name, name, handle, f"{base.origin}/", now)


def _own_actor(
    kind: ActorKind, actor_id: str, type_: str, name: str, username: str, handle: str, url: str, now: int
) -> Actor:
    origin = url.removesuffix("/")
    is_blog = kind is ActorKind.BLOG
    return Actor(
        pk=0,
        kind=kind,
        actor_id=actor_id,
        type=type_,
        host=origin.partition("://")[2],
        name=name,
        username=username,
        handle=handle,
        summary="",
        url=url,
        inbox=f"{actor_id}/inbox" if is_blog else f"{origin}/inbox",
        shared_inbox=f"{origin}/inbox",
        outbox=f"{actor_id}/outbox" if is_blog else "",
        followers=f"{actor_id}/followers" if is_blog else "",
        avatar_url=None,
        avatar_name=None,
        also_known_as=(),
        moved_to=None,
        hides_public_at=None,
        hides_unlisted_at=None,
        suspended_at=None,
        gone_at=None,
        fetched_at=now,
        created_at=now,
    )
