"""The health of the blog: what the last check found, whose move it is, and a button for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.errors import Busy
from fedblog.services import checkups
from fedblog.services.checking import Finding, Grade, Whose
from fedblog.services.workshop import the_blog
from fedblog.store import checkups as rows
from fedblog.store.checkups import Checkup
from fedblog.store.door import Reader
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.templating import count
from fedblog.web.views import When

HERE = "/admin/health"
_LOOK_AGAIN = "3"  # seconds
_LONG_MS = 2 * 60_000
_STATES = {
    Grade.PROBLEM: "refused",
    Grade.WARNING: "held",
    Grade.NOTE: "hidden",
    Grade.OK: "accepted",
}
_HEADINGS = {Grade.PROBLEM: "Problems", Grade.WARNING: "Warnings", Grade.NOTE: "Good to know", Grade.OK: "In order"}
_WORST_FIRST = tuple(reversed(Grade))
_SUBJECTS = {
    "reach": "public name",
    "tls": "certificate",
    "finger": "handle",
    "webfinger": "handle",
    "negotiation": "pages and documents",
    "nodeinfo": "NodeInfo",
    "media": "pictures",
    "queue": "queues",
    "servers": "other servers",
    "https": "http to https",
    "skipped": "the rest",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding. `text` are lines to copy, `whose` is empty where nobody has to move."""

    subject: str
    state: str
    grade: str
    what: str
    whose: str
    todo: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one grade."""

    name: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HealthPage:
    """The last check. `ended` is None before the first one; `is_slow`: no worker has taken up the one that waits."""

    template: ClassVar[str] = "admin/health.html"
    around: Around
    summary: str
    ended: When | None
    is_running: bool
    is_slow: bool
    groups: tuple[Group, ...]


async def show(visit: Visit) -> Response:
    """What was found last. While a check runs, the page asks to be loaded again."""

    async def view(db: Reader) -> HealthPage:
        blog = await the_blog(db)
        last = await rows.last(db, blog.pk)
        return _page(await around.of(db, visit, HERE), last, blog.time_zone, visit.shop.now())

    page = await visit.shop.store.read(view)
    response = visit.web.private(page)
    if page.is_running:
        response.headers["refresh"] = _LOOK_AGAIN
    return response


def _page(frame: Around, last: Checkup | None, time_zone: str, now: int) -> HealthPage:
    findings = checkups.findings_in(last.findings) if last else []
    is_waiting = last is not None and last.is_waiting
    return HealthPage(
        around=frame,
        summary=summary_of(last.problems, last.warnings) if last and findings else "",
        ended=dates.when(last.ended_at, time_zone) if last and last.ended_at is not None else None,
        is_running=is_waiting,
        is_slow=last is not None and is_waiting and not last.is_running(now) and now - last.asked_at > _LONG_MS,
        groups=_groups(findings),
    )


def summary_of(problems: int, warnings: int) -> str:
    """The whole in one sentence."""
    if problems:
        more = f", and {count(warnings, 'warning')}" if warnings else ""
        return f"{count(problems, 'problem')} to mend{more}."
    return (
        f"Everything works; {count(warnings, 'warning')} to look at." if warnings else "Everything is as it should be."
    )


def _groups(findings: Sequence[Finding]) -> tuple[Group, ...]:
    by_grade = {grade: tuple(_line(f) for f in findings if f.grade is grade) for grade in _WORST_FIRST}
    return tuple(Group(grade.value, _HEADINGS[grade], lines) for grade, lines in by_grade.items() if lines)


def _line(finding: Finding) -> Line:
    return Line(
        subject=_SUBJECTS.get(finding.subject, finding.subject),
        state=_STATES[finding.grade],
        grade=finding.grade.value,
        what=finding.what,
        whose="" if finding.whose is Whose.NOBODY else finding.whose.value,
        todo=finding.todo,
        text="\n".join(finding.text),
        path="/admin/hosts" if finding.subject == "servers" and finding.text else "",
    )


async def check(visit: Visit, _: Submission) -> Response:
    """Have the worker look at everything. Asked twice within a minute, the first one counts."""
    try:
        await checkups.ask(visit.shop, visit.account.name)
    except Busy:
        return going.to(HERE, "checked-just-now")
    return going.to(HERE)


routes = [on(HERE, get=show, post=check)]
