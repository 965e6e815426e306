"""Looking for missing replies below one post: how complete its thread is, how far a search has come, start and stop."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.blog import Blog
from fedblog.domain.post import Post
from fedblog.domain.thread_search import ASKED_REQUESTS, REQUESTS
from fedblog.services import writing
from fedblog.services.searching import planning
from fedblog.services.searching.planning import Progress
from fedblog.services.workshop import the_blog
from fedblog.store import comments
from fedblog.store.door import Reader
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When

_HERE = "/admin/posts/{pk:int}/replies"


@dataclass(frozen=True, slots=True)
class Looking:
    """A search: `requests` of at most `most` were asked, which brought `found` comments; `done` of the `steps`
    addresses that it knows so far. `unanswered` addresses had servers that did not answer."""

    is_running: bool
    is_waiting: bool
    requests: int
    most: int
    found: int
    steps: int
    done: int
    unanswered: int
    complete: When | None
    ended: When | None
    wanted: When | None


@dataclass(frozen=True, slots=True)
class MissingRepliesPage:
    """The thread of one post. `looking` is None where nobody ever looked."""

    template: ClassVar[str] = "admin/missing_replies.html"
    around: Around
    post: Post
    comments: int
    looking: Looking | None
    by_itself: int = REQUESTS
    asked: int = ASKED_REQUESTS


async def show(visit: Visit) -> Response:
    """The page of one post."""
    post = await writing.existing(visit.shop.store.reader, visit.pk())
    return visit.web.private(await visit.shop.store.read(lambda db: _view(db, visit, post)))


async def _view(db: Reader, visit: Visit, post: Post) -> MissingRepliesPage:
    blog, progress = await the_blog(db), await planning.progress(db, post.pk)
    return MissingRepliesPage(
        around=await around.of(db, visit, going.HOME),
        post=post,
        comments=await comments.public_count(db, post.pk),
        looking=_looking(blog, progress) if progress else None,
    )


def _looking(blog: Blog, progress: Progress) -> Looking:
    search = progress.search
    return Looking(
        is_running=search.is_under_way,
        is_waiting=search.is_waiting,
        requests=search.requests,
        most=search.most_requests,
        found=search.found,
        steps=progress.steps,
        done=progress.done,
        unanswered=search.unanswered,
        complete=_when(blog, search.complete_at),
        ended=_when(blog, search.ended_at),
        wanted=_when(blog, search.wanted_at),
    )


def _when(blog: Blog, at: int | None) -> When | None:
    return None if at is None else dates.when(at, blog.time_zone)


async def ask(visit: Visit, _: Submission) -> Response:
    """Look now."""
    await planning.ask(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(f"/admin/posts/{visit.pk()}/replies", "looking")


async def stop(visit: Visit, _: Submission) -> Response:
    """Look no further for now."""
    await planning.stop(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(f"/admin/posts/{visit.pk()}/replies", "looked-enough")


routes = [on(_HERE, get=show, post=ask), on(_HERE + "/stop", post=stop)]
