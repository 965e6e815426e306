"""The authorizations that we gave, under their ids: anybody may look at them, and must be able to."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render import interactions as answers_of
from fedblog.ap.render.note import tombstone
from fedblog.ap.render.wire import as_bytes
from fedblog.domain.interaction import Approval, Interaction
from fedblog.errors import Missing
from fedblog.services import authorizing
from fedblog.services.workshop import the_actor
from fedblog.store import actors, approvals, interactions, own_objects
from fedblog.store.door import Reader
from fedblog.web import desk, frame, respond
from fedblog.web.federation.asked import asked_id
from fedblog.web.routing import on


async def show(request: Request) -> Response:
    """The authorization; 410 with a Tombstone once it was withdrawn, or what it is about was taken back."""
    web, approval_id = desk.of(request), asked_id(request)
    status, body, post_pk = await web.shop.store.read(lambda db: _answer(db, approval_id))
    return respond.document(body, topics=[frame.TOPIC, frame.post_topic(post_pk)], status=status)


async def _answer(db: Reader, approval_id: str) -> tuple[int, bytes, int]:
    approval = await approvals.by_id(db, approval_id)
    interaction = await interactions.by_pk(db, approval.interaction_pk) if approval else None
    if approval is None or interaction is None:
        raise Missing("There is no such authorization here.")
    ended_at = await _ended_at(db, approval, interaction)
    if ended_at is not None:
        gone = tombstone(approval_id, interaction.kind.authorization_type, ended_at)
        return 410, as_bytes(gone), interaction.post_pk
    actor, us = await actors.by_pk(db, interaction.actor_pk), await the_actor(db)
    if actor is None:
        raise Missing("There is no such authorization here.")
    document = answers_of.authorization(approval_id, us.actor_id, authorizing.deed_of(interaction, actor))
    return 200, as_bytes(document), interaction.post_pk


async def _ended_at(db: Reader, approval: Approval, interaction: Interaction) -> int | None:
    target = await own_objects.by_id(db, interaction.target_id)
    return approval.ended_at or (target.ended_at if target else None)


routes = [on("/ap/authorizations/{ulid}", get=show)]
