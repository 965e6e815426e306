"""Activities that somebody else than their actor sent (protocol.md b.4).

With a proof of their actor they count like its own delivery. Without one they are a hint where to look, and nothing
more.
"""

from collections.abc import Awaitable
from dataclasses import replace

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.parse.values import milliseconds
from fedblog.domain.backoff import HOUR
from fedblog.domain.inbox_event import Verdict
from fedblog.errors import BadAnswer, Gone, Invalid, Missing, Unreachable
from fedblog.services import documents_by_id
from fedblog.services.handling.deletions import of_object, remove_account
from fedblog.services.handling.posts import take_written
from fedblog.services.handling.received import Received
from fedblog.services.handling.table import handle
from fedblog.services.outcomes import Apply, Outcome, accepted, ignored, refused, repeated, without_effect
from fedblog.services.proofs import proven_by
from fedblog.services.workshop import Workshop
from fedblog.store import actors, comments, inbox_events, mentions, quotes, used_proofs
from fedblog.store.door import Reader, Writer
from fedblog.urls import is_same_id, is_same_origin

# What is written has an order of its own: edits say which is the newer one, a Delete leaves a tombstone.
_LOOKED_UP = frozenset({"Create", "Update", "Delete"})


async def handle_forwarded(shop: Workshop, received: Received) -> Apply:
    """Take it as its actor's own where it is proven to be.

    Else look at the origin, and take what that says; the copy that was sent is not believed in anything.
    """
    activity = received.activity
    if is_same_origin(activity.actor_id, received.blog.base_url):
        return without_effect(refused("it pretends to come from this blog"))
    if await _is_proven(shop, received):
        return await _as_its_own(shop, received)
    if activity.type in {"Create", "Update"}:
        return await _written(shop, received)
    if activity.type == "Delete":
        return await _deleted(shop, received)
    return await _dereferenced(shop, received)


async def _is_proven(shop: Workshop, received: Received) -> bool:
    """Whether its actor's proof is in it. What groups pass on is unwrapped only when a group itself sends it.

    Where the key cannot be asked for now, what can be looked up at its origin is; the rest has to wait.
    """
    activity = received.activity
    if activity.type == "Announce" and activity.inner is not None:
        return False
    try:
        return is_same_id(await proven_by(shop, received.document), activity.actor_id)
    except Unreachable:
        if activity.type in _LOOKED_UP:
            return False
        raise


async def _as_its_own(shop: Workshop, received: Received) -> Apply:
    """As if its actor had delivered it; but whoever brings it again, and when, must not turn back the clock.

    What has no order of its own counts once. Of edits the newer one counts, and where that cannot be told, what the
    origin says. A profile is that of today.
    """
    activity = received.activity
    if is_same_id(activity.object_id, activity.actor_id) and activity.type == "Update":
        return await _noting(handle(shop, replace(received, activity=replace(activity, object=None))))
    if activity.type not in _LOOKED_UP or is_same_id(activity.object_id, activity.actor_id):
        return await _once(shop, received)
    if activity.type != "Delete" and await shop.store.read(lambda db: _may_be_older(db, received)):
        return await _written(shop, received)
    return await _noting(handle(shop, received))


async def _once(shop: Workshop, received: Received) -> Apply:
    actor_id, activity_id, blog_pk = received.activity.actor_id, received.activity.activity_id or "", received.blog.pk
    if await inbox_events.came_before(shop.store.reader, actor_id, activity_id):
        return without_effect(repeated("its actor had sent it already"))
    apply = await _noting(handle(shop, received))

    async def once(db: Writer) -> Outcome:
        if await used_proofs.is_used(db, blog_pk, actor_id, activity_id):
            return repeated("somebody had brought it already")
        outcome = await apply(db)
        if outcome.verdict is Verdict.ACCEPTED:
            await used_proofs.use(db, blog_pk, actor_id, activity_id, received.now)
        return outcome

    return once


async def _noting(handled: Awaitable[Apply]) -> Apply:
    apply = await handled

    async def noted(db: Writer) -> Outcome:
        outcome = await apply(db)
        reason = f"{outcome.reason} (forwarded with its actor's proof)"
        return replace(outcome, reason=reason, is_proven_by_itself=True)

    return noted


async def _may_be_older(db: Reader, received: Received) -> bool:
    """Whether it tells of something known, and does not tell whether it is newer than that."""
    activity, blog_pk = received.activity, received.blog.pk
    if activity.object is None or activity.object_id is None:
        return False
    comment = await comments.by_object_id(db, blog_pk, activity.object_id)
    if comment is None:
        mention = await mentions.by_object_id(db, blog_pk, activity.object_id)
        return mention is not None or await quotes.by_object_id(db, blog_pk, activity.object_id) is not None
    updated_at = milliseconds(activity.object.get("updated"))
    if activity.type == "Update":
        return updated_at is None or updated_at == comment.updated_at or updated_at > received.now + HOUR
    return comment.edited_at is not None and updated_at == comment.updated_at


async def _written(shop: Workshop, received: Received) -> Apply:
    object_id = received.activity.object_id
    if object_id is None or is_same_origin(object_id, received.blog.base_url):
        return without_effect(ignored("forwarded without an object of somebody else"))
    if not received.gate.may_act(object_id):
        return without_effect(refused("its server is blocked"))
    if is_same_id(object_id, received.activity.actor_id):
        return without_effect(ignored("forwarded; a profile is only taken from its owner"))
    try:
        written = await documents_by_id.fetch_object(shop.net, object_id)
    except (Gone, Missing):
        return without_effect(ignored("forwarded, and its own server does not show it"))
    return await take_written(shop, received, written, is_update=received.activity.type == "Update", is_fetched=True)


async def _deleted(shop: Workshop, received: Received) -> Apply:
    """Delete our copy only where the origin has deleted its own."""
    db, object_id = shop.store.reader, received.activity.object_id
    if object_id is None:
        return without_effect(ignored("it does not say what was deleted"))
    if is_same_origin(object_id, received.blog.base_url):
        return without_effect(refused("what is ours is deleted by nobody else"))
    account = await actors.by_id(db, object_id)
    comment = await comments.by_object_id(db, received.blog.pk, object_id)
    mention = await mentions.by_object_id(db, received.blog.pk, object_id)
    row = comment or mention
    if account is None and row is None:
        return without_effect(ignored("nothing is known of what was deleted"))
    # What was not for everybody is not shown to us, whether it is there or not.
    unseen = "account" if account is not None else "message" if row and not row.audience.may_be_shown else ""
    doubt = await _doubt(shop, object_id, unseen)
    if doubt:
        return without_effect(ignored(doubt))
    if account is not None:

        async def apply(db: Writer) -> Outcome:
            await remove_account(db, received.blog.pk, account, received.now)
            return accepted("the account is gone at its own server")

        return apply
    author = await actors.by_pk(db, row.actor_pk) if row else None
    return of_object(received, object_id, author.actor_id if author else "", author)


async def _doubt(shop: Workshop, object_id: str, unseen: str) -> str:
    """Why its own server does not prove that something was deleted; "" where it does. `unseen` is what it is called
    where a 404 says nothing."""
    try:
        await documents_by_id.fetch(shop.net, object_id)
    except Gone:
        return ""
    except Missing:
        return f"its server answers 404, which does not prove that the {unseen} is gone" if unseen else ""
    except BadAnswer:
        return "forwarded, and its own server does not confirm it"
    return "forwarded, and its own server still shows it"


async def _dereferenced(shop: Workshop, received: Received) -> Apply:
    """Everything else counts only as its actor's own server shows it under the activity's id."""
    activity = received.activity
    if activity.activity_id is None or not is_same_origin(activity.activity_id, activity.actor_id):
        return without_effect(ignored("sent by somebody else than its actor"))
    try:
        document = await documents_by_id.fetch(shop.net, activity.activity_id)
        found = read_activity(document)
    except (Gone, Missing, Invalid, BadAnswer):
        return without_effect(ignored("sent by somebody else, and its actor's server does not show it"))
    if not (is_same_id(found.actor_id, activity.actor_id) and found.type == activity.type):
        return without_effect(refused("sent by somebody else, and its actor's server says something different"))
    if not is_same_id(found.activity_id, activity.activity_id):
        return without_effect(refused("sent by somebody else, and its actor's server says something different"))
    return await handle(shop, replace(received, activity=found, document=document))
