"""Deliveries: all that went out, by post, server and state; and one of them with the activity and each try."""

import json
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.delivery import DeliveryState
from fedblog.domain.post import Post
from fedblog.errors import Missing
from fedblog.services.workshop import the_blog
from fedblog.store import activities, posts, receipts
from fedblog.store.door import Reader
from fedblog.store.receipts import DeliveryFilter, ReceiptLine, Try
from fedblog.web import dates
from fedblog.web.admin import around, onward
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.onward import Onward
from fedblog.web.admin.visit import Visit
from fedblog.web.templating import count
from fedblog.web.views import When

HERE = "/admin/deliveries"
STATES = {"waiting": "waiting", "delivered": "delivered", "gave_up": "given up", "cancelled": "cancelled"}
_RETRIED = frozenset({DeliveryState.WAITING, DeliveryState.GAVE_UP})


@dataclass(frozen=True, slots=True)
class Choice:
    """A state to choose, with how many there are; `path` shows only those."""

    path: str
    words: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery. `next_try` is None where there is none; `ended` where it has not ended."""

    pk: int
    kind: str
    host: str
    post_title: str
    state: str
    state_words: str
    reason: str
    tries: str
    created: When
    next_try: When | None
    ended: When | None
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    """The list, newest first. `post` None: of all posts."""

    template: ClassVar[str] = "admin/receipts.html"
    around: Around
    post: Post | None
    host: str
    state: str
    choices: tuple[Choice, ...]
    lines: tuple[Line, ...]
    onward: Onward
    resend_path: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try and what came of it; `words` as the author reads them."""

    when: When
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One delivery, with the activity as it is sent and its tries, the oldest first."""

    template: ClassVar[str] = "admin/receipt.html"
    around: Around
    line: Line
    inbox: str
    activity_id: str
    object_id: str
    post: Post | None
    attempts: tuple[Attempt, ...]
    body: str
    can_retry: bool


def asked_filter(visit: Visit) -> DeliveryFilter:
    """The filter that the address asks for; what is no state is none."""
    state = visit.asked("state")
    host = visit.asked("host").strip().lower()[:255]
    return DeliveryFilter(onward.number(visit.asked("post")), host, state if state in STATES else "")


async def show(visit: Visit) -> Response:
    """The list."""
    return visit.web.private(await visit.shop.store.read(lambda db: _list(db, visit)))


async def _list(db: Reader, visit: Visit) -> ReceiptsPage:
    blog, wanted = await the_blog(db), asked_filter(visit)
    found = await receipts.listed(db, blog.pk, wanted, before=onward.before(visit), limit=onward.SIZE + 1)
    shown, further = onward.cut(visit, found, HERE, _query(wanted))
    numbers = await receipts.counts(db, blog.pk, wanted)
    return ReceiptsPage(
        around=await around.of(db, visit, HERE),
        post=await posts.by_pk(db, wanted.post_pk) if wanted.post_pk else None,
        host=wanted.host,
        state=wanted.state,
        choices=_choices(wanted, numbers),
        lines=tuple(line_of(line, blog.time_zone) for line in shown),
        onward=further,
        resend_path=_resend_path(wanted),
    )


def _query(wanted: DeliveryFilter, **other: str) -> dict[str, str]:
    post = str(wanted.post_pk) if wanted.post_pk else ""
    return {"post": post, "host": wanted.host, "state": wanted.state} | other


def _choices(wanted: DeliveryFilter, numbers: dict[str, int]) -> tuple[Choice, ...]:
    everything = Choice(
        onward.address(HERE, _query(wanted, state="")), f"All ({sum(numbers.values()):,})", not wanted.state
    )
    return everything, *(
        Choice(
            onward.address(HERE, _query(wanted, state=state)),
            f"{words.capitalize()} ({numbers.get(state, 0):,})",
            state == wanted.state,
        )
        for state, words in STATES.items()
    )


def _resend_path(wanted: DeliveryFilter) -> str:
    if wanted.post_pk and not wanted.host:
        return f"{HERE}/resend?post={wanted.post_pk}"
    return onward.address(f"{HERE}/resend", {"host": wanted.host}) if wanted.host and not wanted.post_pk else ""


def line_of(line: ReceiptLine, time_zone: str) -> Line:
    """A delivery as lists show it."""
    is_waiting = line.state == DeliveryState.WAITING
    return Line(
        pk=line.pk,
        kind=line.kind,
        host=line.host,
        post_title=line.post_title or "",
        state=line.state,
        state_words=STATES.get(line.state, line.state),
        reason=line.last_error,
        tries=count(line.attempts, "try", "tries") if line.attempts else "not tried yet",
        created=dates.when(line.created_at, time_zone),
        next_try=dates.when(line.due_at, time_zone) if is_waiting and line.leased_until is None else None,
        ended=dates.when(line.ended_at, time_zone) if line.ended_at is not None else None,
        is_under_way=line.leased_until is not None,
    )


async def show_one(visit: Visit) -> Response:
    """One delivery."""
    return visit.web.private(await visit.shop.store.read(lambda db: _one(db, visit)))


async def _one(db: Reader, visit: Visit) -> ReceiptPage:
    line, blog = await receipts.by_pk(db, visit.pk()), await the_blog(db)
    activity = await activities.by_pk(db, line.activity_pk) if line else None
    if line is None or activity is None:
        raise Missing("There is no such delivery.")
    tries = await receipts.tries(db, line.pk)
    return ReceiptPage(
        around=await around.of(db, visit, HERE),
        line=line_of(line, blog.time_zone),
        inbox=line.inbox,
        activity_id=line.activity_id,
        object_id=line.object_id,
        post=await posts.by_pk(db, line.post_pk) if line.post_pk is not None else None,
        attempts=tuple(_attempt(one, blog.time_zone) for one in [*tries, *_last_try(line)]),
        body=json.dumps(json.loads(activity.body), indent=2, ensure_ascii=False),
        can_retry=line.state in _RETRIED and line.leased_until is None,
    )


def _last_try(line: ReceiptLine) -> list[Try]:
    """The try that succeeded: of it the delivery's own row tells."""
    if line.state != DeliveryState.DELIVERED or line.ended_at is None:
        return []
    return [Try(line.ended_at, line.last_status, "")]


def _attempt(one: Try, time_zone: str) -> Attempt:
    is_taken = one.status is not None and 200 <= one.status < 300
    words = f"taken, with status {one.status}" if is_taken else one.error or f"status {one.status}"
    return Attempt(dates.when(one.tried_at, time_zone), "delivered" if is_taken else "gave_up", words)


routes = [on(HERE, get=show), on(HERE + "/{pk:int}", get=show_one)]
