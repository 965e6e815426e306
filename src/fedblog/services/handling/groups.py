"""What a group passes on: the activities of its members, embedded whole in an Announce (FEP-1b12).

Lemmy, PieFed, Mbin and NodeBB send what is said in a community like this, WordPress what its authors publish.
"""

from collections.abc import Iterator
from dataclasses import replace

from fedblog.ap.parse.tags import read_tags
from fedblog.ap.parse.values import id_of, ids_of
from fedblog.ap.vocabulary import Document
from fedblog.domain.actor import Actor
from fedblog.domain.follower import FollowState
from fedblog.services.handling.forwarded import handle_forwarded
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, ignored, refused, without_effect
from fedblog.services.resolving import actor_of
from fedblog.services.threads import place_of
from fedblog.services.workshop import Workshop
from fedblog.store import followees, followers, mentions, own_objects, remarks
from fedblog.store.door import Reader


async def pass_on(shop: Workshop, received: Received) -> Apply:
    """Take the embedded activity as a forwarded one: without a proof nothing in the copy is believed
    (protocol.md b.4, e.2).

    Only from a group, and only one that there is reason to know: it follows the blog, the blog named it in a post, or
    what it passes on speaks of something here. As nothing but addresses is taken from what it sends, a stranger that
    lies about the last can make us ask once, as whoever forwards something can.
    """
    inner = received.activity.inner
    if inner is None:
        return without_effect(ignored("passes nothing on"))
    group = await actor_of(shop, received.activity.actor_id)
    if group.type != "Group":
        return without_effect(ignored("passes on an activity of somebody else, which only groups do"))
    passed = replace(received, activity=inner, document=received.activity.object or {})
    if not await _concerns_us(shop.store.reader, passed, group):
        return without_effect(ignored("passes on something that does not concern this blog"))
    if not received.gate.may_act(received.activity.actor_id, inner.actor_id):
        return without_effect(refused("its author or server is blocked"))
    return await handle_forwarded(shop, passed)


async def _concerns_us(db: Reader, passed: Received, group: Actor) -> bool:
    """Whether it speaks of something here; from a group that the blog has to do with, also whether it may.

    A group that the blog follows sends all that its members say, each thing in its turn: what speaks of nothing here
    is none of ours, and looking each of them up would cost their servers and this one dearly.
    """
    if await _speaks_of_us(db, passed):
        return True
    if await followees.is_followed(db, passed.blog.pk, group.actor_id):
        return False
    follower = await followers.by_actor(db, passed.blog.pk, group.pk)
    if follower is not None and follower.state is FollowState.ACCEPTED:
        return True
    return await own_objects.is_named(db, group.actor_id) or await remarks.stands_in(db, group.actor_id)


async def _speaks_of_us(db: Reader, passed: Received) -> bool:
    """Whether it is about something known here, answers it or undoes what was about it, or names the blog."""
    embedded = passed.activity.object or {}
    named = {*_named_in(embedded)}
    if not named.isdisjoint({passed.us.actor_id, passed.us.url}):
        return True
    for address in (passed.activity.object_id, id_of(embedded.get("inReplyTo")), id_of(embedded.get("object"))):
        if address is not None and await _is_known_here(db, passed, address):
            return True
    return False


def _named_in(embedded: Document) -> Iterator[str]:
    yield from ids_of(embedded.get("to"))
    yield from ids_of(embedded.get("cc"))
    yield from (mention.href for mention in read_tags(embedded.get("tag")).mentions)


async def _is_known_here(db: Reader, passed: Received, address: str) -> bool:
    if await place_of(db, passed.blog, address) is not None:
        return True
    if await remarks.by_object_id(db, address) is not None:
        return True
    return await mentions.by_object_id(db, passed.blog.pk, address) is not None
