"""Passing on what others say below our posts to our followers (ActivityPub section 7.1.2, protocol.md e.6).

Only the raw bytes, only what carries a proof of its own, and only what stands on the page. It must have come from its
author's own server, or with a proof that was verified. Nothing can go round in circles: it must have changed something
here, and no bytes go twice.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from fedblog.ap.parse.activity import read_activity, trusts_embedded
from fedblog.ap.parse.values import documents
from fedblog.ap.strict_json import read_object
from fedblog.domain.backoff import HOUR
from fedblog.domain.comment import Comment
from fedblog.domain.delivery import Activity, Lane, forwarded_name
from fedblog.domain.inbox_event import InboxEvent, Verdict
from fedblog.errors import Invalid
from fedblog.services.gate import Gate
from fedblog.services.outcomes import Outcome
from fedblog.store import activities, forwardings, inbox_events
from fedblog.store.door import Reader, Writer
from fedblog.store.forwardings import Forwarding, Subject
from fedblog.urls import host_of, is_same_id

LARGEST = 128 * 1024
"""Bytes of an activity that is passed on; longer ones are found by their ids."""
MOST_OF_ACTOR, MOST_OF_HOST, MOST_IN_ALL = 20, 100, 300
"""So many activities are passed on in an hour: of one actor, of one server, and in all."""
MOST_COPIES = 50_000
"""No more are passed on once so many copies went out in an hour."""

_TYPES = frozenset({"Create", "Update", "Delete"})
_VERDICTS = frozenset({Verdict.ACCEPTED, Verdict.HELD})


@dataclass(frozen=True, slots=True)
class _Proven:
    """An activity that may be passed on, and what is known of the comment that it is about."""

    event: InboxEvent
    body: bytes
    subject: Subject


async def consider(db: Writer, event: InboxEvent, outcome: Outcome, now: int) -> None:
    """Pass on what an activity said, once it has had its effect; or keep it until the comment is approved.

    In the transaction of the verdict. Costs nothing for all that carries no proof.
    """
    proven = await _proven(db, event, outcome)
    if proven is None:
        return
    if event.type == "Delete":
        await _take_back(db, proven, now)
    elif proven.subject.is_on_page:
        await _send_first(db, proven, now)
    elif proven.subject.is_held:
        await forwardings.note(db, _forwarding(proven, now))


async def _proven(db: Reader, event: InboxEvent, outcome: Outcome) -> _Proven | None:
    """None for everything that is not its author's own word about a comment, proven for anybody who gets it."""
    body = event.body
    if body is None or event.type not in _TYPES or outcome.verdict not in _VERDICTS:
        return None
    is_their_word = outcome.is_proven_by_itself or is_same_id(event.signer, event.actor)
    if not event.activity_id or not is_their_word or not _carries_proof(body):
        return None
    subject = await forwardings.subject(db, event.blog_pk, event.object_id)
    if subject is None or not is_same_id(subject.author_id, event.actor):
        return None
    return _Proven(event, body, subject)


def _carries_proof(body: bytes) -> bool:
    """Whether others can check it: a linked data signature or an integrity proof stands in it.

    And whether the words in it are those that were judged here: a copy that was not believed, and looked up at its
    origin instead, is not passed on.
    """
    if len(body) > LARGEST or not (b'"signature"' in body or b'"proof"' in body):
        return False
    try:
        document: dict[str, Any] = read_object(body)
        activity = read_activity(document)
    except Invalid:
        return False
    if activity.type != "Delete" and activity.object is not None and not trusts_embedded(activity):
        return False
    return any(documents(document.get(name)) for name in ("signature", "proof"))


async def _take_back(db: Writer, proven: _Proven, now: int) -> None:
    """What still waits never goes; what readers have seen is taken back wherever it may have arrived."""
    await forwardings.drop_waiting(db, proven.event.object_id)
    await activities.cancel_waiting(db, proven.event.object_id, now)
    if proven.subject.was_shown:
        await _send_first(db, proven, now)


async def _send_first(db: Writer, proven: _Proven, now: int) -> None:
    """Send what is seen for the first time."""
    forwarding = _forwarding(proven, now)
    if not await _is_affordable(db, forwarding, now):
        return
    pk = await forwardings.note(db, forwarding)
    if pk is not None:
        await _send(db, replace(forwarding, pk=pk), proven.event, proven.subject.our_actor_pk, now)


def _forwarding(proven: _Proven, now: int) -> Forwarding:
    event = proven.event
    return Forwarding(
        pk=0,
        blog_pk=event.blog_pk,
        body_sha256=hashlib.sha256(proven.body).hexdigest(),
        object_id=event.object_id,
        actor_id=event.actor,
        host=host_of(event.actor) or "",
        event_pk=event.pk,
        copies=0,
        seen_at=now,
        sent_at=None,
    )


async def _is_affordable(db: Reader, forwarding: Forwarding, now: int) -> bool:
    """Whether somebody would get it, and the budgets of this hour are not used up."""
    if not await forwardings.has_readers_beyond(db, forwarding.blog_pk, forwarding.host):
        return False
    spent = await forwardings.spent(db, forwarding.blog_pk, forwarding.actor_id, forwarding.host, now - HOUR)
    is_one_too_many = spent.by_actor >= MOST_OF_ACTOR or spent.by_host >= MOST_OF_HOST
    return not is_one_too_many and spent.in_all < MOST_IN_ALL and spent.copies < MOST_COPIES


async def _send(db: Writer, forwarding: Forwarding, event: InboxEvent, our_actor_pk: int, now: int) -> None:
    """One delivery for each inbox of our followers, but none to where it is from, nor to who brought it."""
    blog_pk, object_id = forwarding.blog_pk, forwarding.object_id
    activity = Activity(
        pk=0,
        blog_pk=blog_pk,
        activity_id=forwarded_name(forwarding.body_sha256),
        kind=event.type,
        object_id=object_id,
        actor_pk=our_actor_pk,
        post_pk=None,
        body=event.body or b"",
        is_public=0,
        created_at=now,
    )
    activity_pk = await activities.create(db, activity)
    copies = await activities.deliver_to_followers(
        db,
        blog_pk=blog_pk,
        activity_pk=activity_pk,
        object_id=object_id,
        lane=Lane.FORWARD,
        now=now,
        except_hosts=(forwarding.host, host_of(event.signer) or ""),
    )
    await forwardings.mark_sent(db, forwarding.pk, copies, now)
    db.touch("work:delivery")


async def release(db: Writer, comment: Comment, now: int) -> None:
    """The author of the blog let a comment through: what was kept about it goes now, in its order.

    What is not kept any more (after 30 days), or goes over the budget, stays here; others find the comment by its id.
    """
    subject = await forwardings.subject(db, comment.blog_pk, comment.object_id)
    if subject is None or not subject.is_on_page:
        return
    for forwarding in await forwardings.waiting(db, comment.object_id):
        event = await inbox_events.by_pk(db, forwarding.event_pk)
        if event and event.body is not None and await _is_affordable(db, forwarding, now):
            await _send(db, forwarding, event, subject.our_actor_pk, now)


async def is_withdrawn(db: Reader, activity: Activity, open_gate: Gate) -> bool:
    """Whether something that was passed on must not arrive any more: the comment is not on the page now, or its author
    is blocked, whose words may stay there but go no further."""
    if activity.kind == "Delete":
        return False
    subject = await forwardings.subject(db, activity.blog_pk, activity.object_id)
    return subject is None or not subject.is_on_page or not open_gate.may_act(subject.author_id)
