"""The outbox: what the blog published, said elsewhere in public, and boosted, the newest first."""

import json

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render import activities as activity_documents
from fedblog.ap.render import collections
from fedblog.ap.render.wire import as_bytes
from fedblog.ap.vocabulary import Document
from fedblog.domain.actor import Actor
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services import documents
from fedblog.services.attesting import attested
from fedblog.services.gestures import OUTBOX
from fedblog.services.remarks import topic_of
from fedblog.services.workshop import the_blog
from fedblog.store import activities, gestures, outbox, posts, remarks
from fedblog.store.door import Reader
from fedblog.store.outbox import Entry, EntryKind
from fedblog.web import desk, frame, respond
from fedblog.web.federation.own_actors import asked_actor
from fedblog.web.routing import on


async def show(request: Request) -> Response:
    """The outbox, which stands on pages."""
    web = desk.of(request)
    actor = await asked_actor(web, request, "/outbox")
    total = await web.shop.store.read(_count)
    return respond.document(as_bytes(collections.outbox(actor.outbox, total)), topics=[frame.TOPIC, OUTBOX])


async def _count(db: Reader) -> int:
    return await outbox.count(db, (await the_blog(db)).pk)


async def show_page(request: Request) -> Response:
    """One page of the outbox."""
    web, number = desk.of(request), request.path_params["number"]
    actor = await asked_actor(web, request, f"/outbox/page/{number}")
    page, shown = await web.shop.store.read(lambda db: _page(db, actor, number))
    return respond.document(as_bytes(page), topics=[frame.TOPIC, OUTBOX, *map(_topic, shown)])


async def _page(db: Reader, actor: Actor, number: int) -> tuple[Document, list[Entry]]:
    size, blog = collections.OUTBOX_PAGE_SIZE, await the_blog(db)
    shown = await outbox.page(db, blog.pk, limit=size, offset=max(0, number - 1) * size)
    if number < 1 or (number > 1 and not shown):
        raise Missing("The outbox has no such page.")
    found = [await _activity(db, actor, entry) for entry in shown]
    items = [document for document in found if document is not None]
    return collections.outbox_page(actor.outbox, number, items, await outbox.count(db, blog.pk)), shown


def _topic(entry: Entry) -> str:
    """What an entry changes with."""
    if entry.kind is EntryKind.POST:
        return frame.post_topic(entry.pk)
    return topic_of(entry.pk) if entry.kind is EntryKind.REMARK else OUTBOX


async def _activity(db: Reader, actor: Actor, entry: Entry) -> Document | None:
    """The activity of an entry, around its object as that is now."""
    match entry.kind:
        case EntryKind.POST:
            post = await posts.by_pk(db, entry.pk)
            return await _create(db, actor, post) if post else None
        case EntryKind.REMARK:
            return await _remark(db, actor, entry.pk)
        case EntryKind.BOOST:
            return await _boost(db, actor, entry.pk)


async def _create(db: Reader, actor: Actor, post: Post) -> Document:
    article = await documents.article_of(db, post)
    activity_id = await activities.create_id_of(db, post.object_id or "") or f"{post.object_id}#create"
    changed_at = post.updated_at or post.published_at or 0
    return await attested(db, activity_documents.create(activity_id, article), actor.pk, changed_at)


async def _remark(db: Reader, actor: Actor, pk: int) -> Document | None:
    remark = await remarks.by_pk(db, pk)
    activity_id = await activities.create_id_of(db, remark.object_id) if remark else None
    if remark is None or activity_id is None:
        return None
    document = activity_documents.create(activity_id, await documents.remark_note(db, remark))
    return await attested(db, document, actor.pk, remark.updated_at or remark.published_at)


async def _boost(db: Reader, actor: Actor, pk: int) -> Document | None:
    gesture = await gestures.by_pk(db, pk)
    sent = await activities.by_id(db, gesture.activity_id) if gesture else None
    return await attested(db, json.loads(sent.body), actor.pk, sent.created_at) if sent else None


routes = [
    on("/ap/actors/{ulid}/outbox", get=show),
    on("/ap/actors/{ulid}/outbox/page/{number:int}", get=show_page),
]
