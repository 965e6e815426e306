"""What stands around every page of the admin: the way around, with what waits for the author."""

from dataclasses import dataclass

from fedblog.domain.comment import CommentState
from fedblog.domain.interaction import InteractionKind
from fedblog.services.workshop import the_blog
from fedblog.store import checkups, comments, followers, interactions, mentions, quotes
from fedblog.store.door import Reader
from fedblog.web.admin import going
from fedblog.web.admin.visit import Visit
from fedblog.web.templating import count


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation. `badge` tells in words what waits there; empty: nothing."""

    path: str
    words: str
    badge: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Around:
    """The frame of a page. `csrf` goes into each of its forms; `said` is what was just done."""

    blog_title: str
    handle: str
    time_zone: str
    account: str
    stylesheet: str
    icon: str
    csrf: str
    entries: tuple[Entry, ...]
    said: str


async def of(db: Reader, visit: Visit, here: str = "") -> Around:
    """The frame of a page that belongs to the entry with the path `here`."""
    blog = await the_blog(db)
    badges = await _badges(db, blog.pk)
    statics = visit.web.statics.paths
    return Around(
        blog_title=blog.title,
        handle=blog.full_handle,
        time_zone=blog.time_zone,
        account=visit.account.name,
        stylesheet=statics["admin.css"],
        icon=statics["mark.svg"],
        csrf=visit.session.csrf,
        entries=tuple(Entry(path, words, badges.get(path, ""), path == here) for path, words in _ENTRIES),
        said=going.SAID.get(visit.asked("done"), ""),
    )


_ENTRIES = (
    ("/admin/", "Posts"),
    ("/admin/comments", "Comments"),
    ("/admin/mentions", "Mentions"),
    ("/admin/quotes", "Quotes"),
    ("/admin/elsewhere", "Elsewhere"),
    ("/admin/followers", "Followers"),
    ("/admin/reports", "Reports"),
    ("/admin/blocks", "Blocks"),
    ("/admin/inbox", "Inbox"),
    ("/admin/deliveries", "Deliveries"),
    ("/admin/hosts", "Servers"),
    ("/admin/health", "Health"),
    ("/admin/settings", "Settings"),
)


async def _badges(db: Reader, blog_pk: int) -> dict[str, str]:
    held = (await comments.count_by_state(db, blog_pk)).get(CommentState.HELD, 0)
    unread = await comments.count_unread(db, blog_pk)
    reports = [report for report in await mentions.reports(db, blog_pk) if report.closed_at is None]
    return {
        "/admin/comments": f"{held:,} held" if held else _some(unread, "new"),
        "/admin/mentions": _some(await mentions.count_unread(db, blog_pk), "new"),
        "/admin/quotes": await _quotes(db, blog_pk),
        "/admin/followers": _some(await followers.count_pending(db, blog_pk), "waiting"),
        "/admin/reports": f"{len(reports):,} open" if reports else "",
        "/admin/health": await _problems(db, blog_pk),
    }


async def _problems(db: Reader, blog_pk: int) -> str:
    last = await checkups.last(db, blog_pk)
    return count(last.problems, "problem") if last and last.problems else ""


async def _quotes(db: Reader, blog_pk: int) -> str:
    waiting = await interactions.count_waiting(db, blog_pk, InteractionKind.QUOTE)
    return _some(waiting, "waiting") or _some(await quotes.count_unread(db, blog_pk), "new")


def _some(number: int, words: str) -> str:
    return f"{number:,} {words}" if number else ""
