"""Putting an activity on its way: stored once, with a delivery for each inbox, in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fedblog.ap.strict_json import compact
from fedblog.domain.delivery import Activity, Lane
from fedblog.services.attesting import attested
from fedblog.store import activities
from fedblog.store.door import Writer
from fedblog.urls import host_of


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets an activity: the followers, single inboxes, and whoever may hold a copy of an object."""

    followers: bool = False
    inboxes: tuple[str, ...] = ()
    holders_of: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An activity that is ready to leave. `object_id` is what it is about: it orders the deliveries.

    What is public gets a proof, so that others can pass it on; what is not must not be provable to third parties.
    """

    document: Mapping[str, Any]
    object_id: str
    actor_pk: int
    lane: Lane = Lane.POST
    post_pk: int | None = None
    is_public: bool = True


async def send(db: Writer, blog_pk: int, outgoing: Outgoing, recipients: Recipients, now: int) -> int:
    """Store the activity and one delivery for each inbox; the worker does the rest. Returns its key."""
    document = outgoing.document
    if outgoing.is_public:
        document = await attested(db, document, outgoing.actor_pk, now)
    activity_pk = await activities.create(db, _activity(blog_pk, outgoing, compact(document), now))
    common = {"blog_pk": blog_pk, "activity_pk": activity_pk, "now": now}
    if recipients.followers:
        object_id, lane = outgoing.object_id, outgoing.lane
        await activities.deliver_to_followers(db, **common, object_id=object_id, lane=lane, except_hosts=("", ""))
    inboxes = [(inbox, host) for inbox in recipients.inboxes if (host := host_of(inbox))]
    if recipients.holders_of:
        inboxes += await activities.inboxes_that_may_have(db, recipients.holders_of)
    await activities.deliver_to(db, inboxes, **common, object_id=outgoing.object_id, lane=outgoing.lane)
    db.touch("work:delivery")
    return activity_pk


def _activity(blog_pk: int, outgoing: Outgoing, body: bytes, now: int) -> Activity:
    return Activity(
        pk=0,
        blog_pk=blog_pk,
        activity_id=str(outgoing.document["id"]),
        kind=str(outgoing.document["type"]),
        object_id=outgoing.object_id,
        actor_pk=outgoing.actor_pk,
        post_pk=outgoing.post_pk,
        body=body,
        is_public=int(outgoing.is_public),
        created_at=now,
    )
