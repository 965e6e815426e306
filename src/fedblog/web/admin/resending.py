"""Send again: first a page that says how many activities will go to how many servers, then the deed."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.backoff import DAY
from fedblog.errors import Invalid
from fedblog.services import delivering, resending, writing
from fedblog.services.resending import Parcels, Scope
from fedblog.web.admin import around, going, onward
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.hosts import path_of
from fedblog.web.admin.receipts import HERE
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.forms import Form
from fedblog.web.templating import count

_SPANS = {7: "of the last 7 days", 30: "of the last 30 days", 0: "of all times"}
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Span:
    """How far back to go, for a server."""

    path: str
    words: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ResendPage:
    """What will happen. `number` 0: nothing. `fields` go back with the form."""

    template: ClassVar[str] = "admin/resend.html"
    around: Around
    heading: str
    number: int
    words: str
    kinds: str
    hosts: tuple[str, ...]
    more_hosts: int
    blocked: int
    spans: tuple[Span, ...]
    fields: tuple[tuple[str, str], ...]
    back: str


async def ask(visit: Visit) -> Response:
    """How many activities it will be."""
    asked = {name: visit.asked(name) for name in ("delivery", "post", "host", "days")}
    scope = _scope(asked, visit.shop.now(), visit.shop.now())
    parcels = await resending.preview(visit.shop, scope)
    heading, back = await _named(visit, scope)
    fields = tuple((name, value) for name, value in asked.items() if value)
    return visit.web.private(
        ResendPage(
            around=await visit.shop.store.read(lambda db: around.of(db, visit, HERE)),
            heading=heading,
            number=len(parcels.pks),
            words=words_of(parcels),
            kinds=", ".join(f"{number:,} {kind}" for kind, number in sorted(parcels.kinds.items())),
            hosts=tuple(parcels.hosts[:_MOST_NAMED]),
            more_hosts=max(len(parcels.hosts) - _MOST_NAMED, 0),
            blocked=parcels.blocked,
            spans=_spans(scope, asked["days"]),
            fields=(*fields, ("asked_at", str(scope.asked_at))),
            back=back,
        )
    )


def words_of(parcels: Parcels) -> str:
    """`12 activities to 3 servers`."""
    activities = count(len(parcels.pks), "activity", "activities")
    return f"{activities} to {count(len(parcels.hosts), 'server')}"


def _scope(asked: dict[str, str], asked_at: int, now: int) -> Scope:
    days = onward.number(asked["days"])
    return Scope(
        asked_at=min(asked_at, now),
        delivery_pk=onward.number(asked["delivery"]),
        post_pk=onward.number(asked["post"]),
        host=asked["host"].strip().lower()[:255],
        since=now - min(days, 36_500) * DAY if days else 0,
    )


async def _named(visit: Visit, scope: Scope) -> tuple[str, str]:
    """The heading, and where it came from."""
    if scope.delivery_pk:
        return "Send this delivery again?", f"{HERE}/{scope.delivery_pk}"
    if scope.post_pk:
        post = await writing.existing(visit.shop.store.reader, scope.post_pk)
        return f"Send “{post.title}” again?", f"/admin/posts/{post.pk}/deliveries"
    return f"Send again to {scope.host}?", path_of(scope.host)


def _spans(scope: Scope, days: str) -> tuple[Span, ...]:
    if not scope.host:
        return ()
    here = onward.number(days)
    return tuple(
        Span(onward.address(f"{HERE}/resend", {"host": scope.host, "days": str(number or "")}), words, number == here)
        for number, words in _SPANS.items()
    )


async def send(visit: Visit, form: Submission) -> Response:
    """Do it. The same form sent twice sends once: what has arrived since it was asked stays."""
    asked = {name: form.line(name) for name in ("delivery", "post", "host", "days")}
    asked_at = onward.number(form.line("asked_at"))
    if not asked_at:
        raise Invalid("The form is not complete.", "Open it again.")
    scope = _scope(asked, asked_at, visit.shop.now())
    parcels = await resending.resend(visit.shop, scope, by=visit.account.name)
    _, back = await _named(visit, scope)
    return going.to(back, "sent-again" if parcels.pks else "nothing-to-resend")


async def retry(visit: Visit, form: Submission) -> Response:
    """Try what waits or was given up again now: one delivery, or those to a server."""
    pk, host = _given(form)
    tried = await delivering.retry(visit.shop, pk=pk, host=host)
    back = f"{HERE}/{pk}" if pk else path_of(host or "")
    return going.to(back, "retried" if tried else "nothing-to-retry")


def _given(form: Form) -> tuple[int | None, str | None]:
    pk, host = onward.number(form.line("delivery")), form.line("host")
    if not pk and not host:
        raise Invalid("Name a delivery or a server.")
    return (pk, None) if pk else (None, host)


routes = [on(HERE + "/resend", get=ask, post=send), on(HERE + "/retry", post=retry)]
