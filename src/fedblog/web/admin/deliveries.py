"""How far a post got: which servers have it, which are tried again and when, which were given up and why."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.post import Post
from fedblog.services import delivering, writing
from fedblog.services.workshop import the_blog
from fedblog.store import deliveries
from fedblog.store.deliveries import DeliveryLine, Tally, Trouble
from fedblog.store.door import Reader
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.templating import count
from fedblog.web.views import When

_MOST_LINES = 300
_STATES = {"waiting": "waiting", "delivered": "delivered", "gave_up": "given up", "cancelled": "cancelled"}
_CAN_RETRY = frozenset({"waiting", "gave_up"})


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """A server that does not have everything. `due` is None where it was given up."""

    host: str
    due: When | None
    tries: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery."""

    pk: int
    kind: str
    host: str
    inbox: str
    state: str
    state_words: str
    reason: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """The post's way out. `lines` are the newest `most_lines` of its deliveries."""

    template: ClassVar[str] = "admin/deliveries.html"
    around: Around
    post: Post
    words: str
    tally: Tally
    retrying: tuple[TroubleLine, ...]
    gave_up: tuple[TroubleLine, ...]
    lines: tuple[Line, ...]
    most_lines: int = _MOST_LINES


def words_of(tally: Tally) -> str:
    """`delivered to 12 of 13 servers, 1 waiting`."""
    if not tally.hosts:
        return "sent to no server: nobody followed yet"
    parts = [f"delivered to {tally.delivered:,} of {count(tally.hosts, 'server')}"]
    parts += [f"{tally.waiting:,} waiting"] if tally.waiting else []
    parts += [f"{tally.gave_up:,} given up"] if tally.gave_up else []
    return ", ".join(parts)


async def show(visit: Visit) -> Response:
    """The page of one post."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit, post)))


async def _view(db: Reader, visit: Visit, post: Post) -> DeliveriesPage:
    blog, summary = await the_blog(db), await deliveries.summary_of_post(db, post.pk)
    found = await deliveries.listed(db, blog.pk, post_pk=post.pk, limit=_MOST_LINES)
    return DeliveriesPage(
        around=await around.of(db, visit, going.HOME),
        post=post,
        words=words_of(summary.tally),
        tally=summary.tally,
        retrying=tuple(_trouble(trouble, blog.time_zone) for trouble in summary.retrying),
        gave_up=tuple(_trouble(trouble, blog.time_zone) for trouble in summary.gave_up),
        lines=tuple(_line(line) for line in found),
    )


def _trouble(trouble: Trouble, time_zone: str) -> TroubleLine:
    due = dates.when(trouble.due_at, time_zone) if trouble.due_at is not None else None
    return TroubleLine(trouble.host, due, count(trouble.attempts, "try", "tries"), trouble.reason)


def _line(line: DeliveryLine) -> Line:
    return Line(
        pk=line.pk,
        kind=line.kind,
        host=line.host,
        inbox=line.inbox,
        state=line.state,
        state_words=_STATES.get(line.state, line.state),
        reason=line.last_error,
        can_retry=line.state in _CAN_RETRY,
    )


async def retry(visit: Visit, form: Submission) -> Response:
    """Try one delivery again now, those to one server, or all of the post."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    if form.line("delivery"):
        tried = await delivering.retry(visit.shop, pk=form.number("delivery"))
    elif form.line("host"):
        tried = await delivering.retry(visit.shop, host=form.line("host"))
    else:
        tried = await delivering.retry(visit.shop, post_pk=post.pk)
    return going.to(f"/admin/posts/{post.pk}/deliveries", "retried" if tried else "nothing-to-retry")


routes = [on("/admin/posts/{pk:int}/deliveries", get=show, post=retry)]
