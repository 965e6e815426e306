"""One received activity: what came, what was proven, which rule decided, what it changed; and acting on it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.comment import CommentState
from fedblog.domain.inbox_event import InboxEvent
from fedblog.errors import Missing
from fedblog.services import evidence, looking_back, reprocessing
from fedblog.services.evidence import Evidence
from fedblog.services.looking_back import Decided, Effect
from fedblog.services.workshop import the_blog
from fedblog.store import comments, inbox_events, ledger
from fedblog.store.door import Reader
from fedblog.store.ledger import EarlierVerdict
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.ledger import HERE
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When

_LONGEST_BODY = 200_000
_TRUSTABLE = frozenset({CommentState.HELD, CommentState.REFUSED, CommentState.HIDDEN})


@dataclass(frozen=True, slots=True)
class Earlier:
    """A verdict of before."""

    verdict: str
    words: str
    when: When
    asked_by: str


@dataclass(frozen=True, slots=True)
class Link:
    """What the event is about here, and the page of the admin that shows it."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """One activity. `pretty` and `raw` are empty once they are not kept any more; they are shown as text only.

    `trust_path` leads to "accept and trust" where there is a comment that it fits.
    """

    template: ClassVar[str] = "admin/event.html"
    around: Around
    pk: int
    type: str
    actor: str
    signer: str
    host: str
    activity_id: str
    object_id: str
    verdict: str
    decided: Decided
    received: When
    ended: When | None
    next_try: When | None
    earlier: tuple[Earlier, ...]
    links: tuple[Link, ...]
    evidence: Evidence
    pretty: str
    raw: str
    can_process: bool
    trust_path: str


async def show(visit: Visit) -> Response:
    """One activity."""
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit)))


async def _view(db: Reader, visit: Visit) -> EventPage:
    event, blog = await inbox_events.by_pk(db, visit.pk()), await the_blog(db)
    if event is None:
        raise Missing("There is no such line in the inbox.")
    effects = await looking_back.effects_of(db, event)
    raw = (event.body or b"").decode("utf-8", "replace")
    return EventPage(
        around=await around.of(db, visit, HERE),
        pk=event.pk,
        type=event.type,
        actor=event.actor,
        signer=event.signer,
        host=event.host,
        activity_id=event.activity_id,
        object_id=event.object_id,
        verdict=event.verdict.value,
        decided=looking_back.decided_by(event.reason),
        received=dates.when(event.received_at, blog.time_zone),
        ended=dates.when(event.ended_at, blog.time_zone) if event.ended_at is not None else None,
        next_try=dates.when(event.due_at, blog.time_zone) if event.ended_at is None else None,
        earlier=tuple(_earlier(one, blog) for one in await ledger.earlier_verdicts(db, event.pk)),
        links=tuple(_link(effect) for effect in effects),
        evidence=await evidence.evidence_of(db, event),
        pretty=_pretty(raw),
        raw=raw[:_LONGEST_BODY],
        can_process=event.ended_at is not None and event.body is not None,
        trust_path=await _trust_path(db, blog, event),
    )


def _earlier(one: EarlierVerdict, blog: Blog) -> Earlier:
    decided = looking_back.decided_by(one.reason)
    return Earlier(one.verdict, decided.words, dates.when(one.ended_at, blog.time_zone), one.asked_by)


_PATHS = {
    "comment": "/admin/comments/{}",
    "mention": "/admin/mentions",
    "quote": "/admin/quotes",
    "follower": "/admin/followers",
    "report": "/admin/reports",
    "post": "/admin/posts/{}",
}


def _link(effect: Effect) -> Link:
    return Link(effect.words, _PATHS[effect.kind].format(effect.pk))


async def _trust_path(db: Reader, blog: Blog, event: InboxEvent) -> str:
    comment = await comments.by_object_id(db, blog.pk, event.object_id) if event.object_id else None
    if comment is None or comment.state not in _TRUSTABLE or not comment.audience.may_be_shown:
        return ""
    return f"/admin/comments/{comment.pk}/trust"


def _pretty(raw: str) -> str:
    """The body, indented where it is JSON; escaped by the template like any text of strangers."""
    with suppress(ValueError, RecursionError):
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)[:_LONGEST_BODY]
    return ""


async def process_again(visit: Visit, _: Submission) -> Response:
    """Let the present code judge it again."""
    is_open = await reprocessing.process_again(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(f"{HERE}/{visit.pk()}", "process-again" if is_open else "processed-soon")


routes = [on(HERE + "/{pk:int}", get=show), on(HERE + "/{pk:int}/again", post=process_again)]
