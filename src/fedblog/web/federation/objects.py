"""Our Articles, Notes and activities under their permanent ids, and the collections below them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render import collections
from fedblog.ap.render.note import tombstone
from fedblog.ap.render.wire import as_bytes
from fedblog.ap.vocabulary import Document, without_context
from fedblog.domain.actor import ActorKind
from fedblog.domain.comment import Comment
from fedblog.domain.delivery import Activity
from fedblog.domain.elsewhere import Remark
from fedblog.domain.post import OwnObject, Post
from fedblog.errors import Gone, Missing
from fedblog.services import documents
from fedblog.services.attesting import attested
from fedblog.services.gestures import OUTBOX
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import activities, actors, comments, conversations, gestures, own_objects, posts, remarks
from fedblog.store.door import Reader
from fedblog.web import desk, frame, respond
from fedblog.web.federation import own_remarks
from fedblog.web.federation.asked import asked_id, is_page_wanted
from fedblog.web.routing import Handler, on

_ABSENT = "There is no such object here."
_GESTURES = frozenset({"Like", "Announce"})


@dataclass(frozen=True, slots=True)
class Living:
    """An object of ours that others may have: an Article, or with `comment` a Note below it."""

    row: OwnObject
    post: Post
    comment: Comment | None

    @property
    def topics(self) -> list[str]:
        """What its document depends on."""
        return [frame.TOPIC, frame.post_topic(self.post.pk)]


async def show(request: Request) -> Response:
    """The object: its document, or its page for a browser; 410 with a Tombstone once it was taken away."""
    web, object_id = desk.of(request), asked_id(request)
    found = await web.shop.store.read(lambda db: _find(db, object_id))
    if isinstance(found, OwnObject):
        return _tombstone(found)
    if isinstance(found, Remark):
        return await own_remarks.answer(request, found)
    if is_page_wanted(request):
        return respond.see_other(await web.shop.store.read(lambda db: _page_of(db, found)))
    document = await web.shop.store.read(lambda db: _document(db, found))
    return respond.document(as_bytes(document), topics=found.topics)


async def _find(db: Reader, object_id: str) -> Living | Remark | OwnObject:
    """The living object (a remark stands below no post of ours), or the row of an ended one.

    Raises `Missing` for all that others may not have.
    """
    row = await own_objects.by_id(db, object_id)
    if row is None:
        raise Missing(_ABSENT)
    if row.ended_at is not None:
        return row
    remark = await remarks.by_object_id(db, object_id) if row.post_pk is None else None
    if remark and remark.audience.may_be_shown:
        return remark
    post = await posts.by_pk(db, row.post_pk) if row.post_pk else None
    comment = await comments.by_pk(db, row.comment_pk) if row.comment_pk else None
    if post is None or not post.is_public or (comment and not comment.is_visible):
        raise Missing(_ABSENT)
    return Living(row, post, comment)


def _tombstone(row: OwnObject) -> Response:
    body = as_bytes(tombstone(row.object_id, row.kind, row.ended_at or row.created_at))
    topics = [frame.post_topic(row.post_pk)] if row.post_pk else [frame.TOPIC]
    return respond.document(body, topics=topics, status=410)


async def _document(db: Reader, found: Living) -> Document:
    if found.comment:
        return await documents.note_of(db, found.comment)
    return await documents.article_of(db, found.post)


async def _page_of(db: Reader, found: Living) -> str:
    page = documents.post_url(await the_blog(db), found.post)
    return f"{page}#comment-{found.comment.number}" if found.comment else page


Collected = Callable[[Reader, Living], Awaitable[Document]]


async def _likes(db: Reader, found: Living) -> Document:
    return collections.likes(found.row.object_id, (await _counts(db, found)).likes)


async def _shares(db: Reader, found: Living) -> Document:
    return collections.shares(found.row.object_id, (await _counts(db, found)).shares)


async def _replies(db: Reader, found: Living) -> Document:
    return collections.replies(found.row.object_id, (await _counts(db, found)).replies)


async def _counts(db: Reader, found: Living) -> collections.Counts:
    comment_pk = found.comment.pk if found.comment else None
    return await documents.counts_of(db, found.row.object_id, found.post.pk, comment_pk)


def collection(suffix: str, collect: Collected) -> Handler:
    """The handler of one collection below an object."""

    async def answer(request: Request) -> Response:
        web, object_id = desk.of(request), asked_id(request).removesuffix(suffix)
        found = await web.shop.store.read(lambda db: _find(db, object_id))
        if isinstance(found, OwnObject):
            raise Gone("This object was taken away.")
        if isinstance(found, Remark):
            raise Missing(_ABSENT)
        document = await web.shop.store.read(lambda db: collect(db, found))
        return respond.document(as_bytes(document), topics=found.topics)

    return answer


async def show_replies_page(request: Request) -> Response:
    """One page of the shown direct replies, as ids."""
    number: int = request.path_params["number"]

    async def page(db: Reader, found: Living) -> Document:
        size, comment_pk = collections.REPLIES_PAGE_SIZE, found.comment.pk if found.comment else None
        total = (await _counts(db, found)).replies
        ids = await conversations.children(db, found.post.pk, comment_pk, limit=size, offset=max(0, number - 1) * size)
        if number < 1 or (number > 1 and not ids):
            raise Missing("There is no such page of replies.")
        return collections.replies_page(found.row.object_id, number, ids, total)

    return await collection(f"/replies/page/{number}", page)(request)


async def _context(db: Reader, found: Living) -> Document:
    actor = await the_actor(db)
    total = 1 + await comments.public_count(db, found.post.pk)
    return collections.context(found.row.object_id, actor.actor_id, total)


async def show_context_page(request: Request) -> Response:
    """One page of the conversation below a post: the post itself, then all that readers see, as ids."""
    number: int = request.path_params["number"]

    async def page(db: Reader, found: Living) -> Document:
        ids = await _conversation(db, found, number)
        if not ids:
            raise Missing("There is no such page of the conversation.")
        total = 1 + await comments.public_count(db, found.post.pk)
        return collections.context_page(found.row.object_id, (await the_actor(db)).actor_id, number, ids, total)

    return await collection(f"/context/page/{number}", page)(request)


async def _conversation(db: Reader, found: Living, number: int) -> list[str]:
    """The ids on a page; none beyond the last one. The post itself takes the first place."""
    size, is_first = collections.CONTEXT_PAGE_SIZE, number == 1
    if number < 1:
        return []
    limit, offset = size - is_first, max(0, (number - 1) * size - 1)
    said = await conversations.in_time(db, found.post.pk, limit=limit, offset=offset)
    return [found.row.object_id, *said] if is_first else said


async def show_activity(request: Request) -> Response:
    """An activity that was sent to everybody, around its object as that is now: an edit takes words back here too.

    Once its object was taken away, so is what quotes it.
    """
    web, activity_id = desk.of(request), asked_id(request)
    activity, document = await web.shop.store.read(lambda db: _activity(db, activity_id))
    topics = [frame.TOPIC, OUTBOX, *([frame.post_topic(activity.post_pk)] if activity.post_pk else [])]
    return respond.document(as_bytes(document), topics=topics)


async def _activity(db: Reader, activity_id: str) -> tuple[Activity, Document]:
    activity = await activities.by_id(db, activity_id)
    if activity is None or not activity.is_public:
        raise Missing(_ABSENT)
    if activity.kind in _GESTURES and await gestures.by_activity(db, activity_id) is None:
        raise Gone("This was taken back.")
    document: Document = json.loads(activity.body)
    if activity.kind in {"Create", "Update"}:
        document["object"] = without_context(await _object_now(db, activity.object_id))
    return activity, await attested(db, document, activity.actor_pk, activity.created_at)


async def _object_now(db: Reader, object_id: str) -> Document:
    if object_id == (await the_actor(db)).actor_id:
        return await documents.person_of(db)
    instance = await actors.own(db, ActorKind.INSTANCE)
    if instance and object_id == instance.actor_id:
        return await documents.application_of(db)
    found = await _find(db, object_id)
    if isinstance(found, OwnObject):
        raise Gone("The object of this activity was taken away.")
    if isinstance(found, Remark):
        return await documents.remark_note(db, found)
    return await _document(db, found)


routes = [
    *(
        on(f"/ap/{family}/{{ulid}}{suffix}", get=handler)
        for family in ("articles", "notes")
        for suffix, handler in (
            ("", show),
            ("/likes", collection("/likes", _likes)),
            ("/shares", collection("/shares", _shares)),
            ("/replies", collection("/replies", _replies)),
            ("/replies/page/{number:int}", show_replies_page),
        )
    ),
    on("/ap/articles/{ulid}/context", get=collection("/context", _context)),
    on("/ap/articles/{ulid}/context/page/{number:int}", get=show_context_page),
    on("/ap/activities/{ulid}", get=show_activity),
]
