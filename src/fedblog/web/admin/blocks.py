"""Blocks: whom and which servers the blog wants nothing of."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.actor import BlockKind
from fedblog.errors import Invalid, Refused
from fedblog.services import moderating
from fedblog.services.workshop import the_blog
from fedblog.store import actors, blocks
from fedblog.store.door import Reader
from fedblog.urls import host_of
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words
from fedblog.web.views import When

HERE = "/admin/blocks"


@dataclass(frozen=True, slots=True)
class Line:
    """A block: a person by handle where we know them, or a whole server."""

    pk: int
    what: str
    words: str
    since: When


@dataclass(frozen=True, slots=True)
class BlocksPage:
    """The list, newest first."""

    template: ClassVar[str] = "admin/blocks.html"
    around: Around
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BlockPage:
    """Block somebody, or their server. Without an `actor_id`: a server that is typed."""

    template: ClassVar[str] = "admin/block.html"
    around: Around
    actor_id: str
    handle: str
    host: str
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The list."""

    async def view(db: Reader) -> BlocksPage:
        blog = await the_blog(db)
        lines = [
            Line(b.pk, await _named(db, b.kind, b.value), _KINDS[b.kind], dates.when(b.created_at, blog.time_zone))
            for b in await blocks.listed(db, blog.pk)
        ]
        return BlocksPage(await around.of(db, visit, HERE), tuple(lines))

    return visit.web.private(await visit.shop.store.read(view))


_KINDS = {BlockKind.ACTOR: "one account", BlockKind.HOST: "a whole server"}


async def _named(db: Reader, kind: BlockKind, value: str) -> str:
    actor = await actors.by_id(db, value) if kind is BlockKind.ACTOR else None
    return actor.full_handle if actor and actor.handle else value


async def ask(visit: Visit) -> Response:
    """The form: for somebody, or for a server by name."""
    return await _form(visit, visit.asked("actor"), visit.asked("host").strip()[:255])


async def block(visit: Visit, form: Submission) -> Response:
    """Block. What was left here is hidden too, where that is ticked."""
    actor_id, host, what = form.line("actor"), form.line("host"), form.line("what")
    hides_all, by = form.flag("hides_all"), visit.account.name
    try:
        if what == "actor":
            await moderating.block_actor(visit.shop, actor_id, by=by, hides_all=hides_all)
        elif host:
            await moderating.block_host(visit.shop, host, by=by, hides_all=hides_all)
        else:
            raise Invalid("No server is named.", "Write a host name such as spam.example.")
    except Refused as error:
        status, problem = status_and_words(error)
        return await _form(visit, actor_id, host, problem, status)
    return going.to(HERE, "blocked")


async def _form(visit: Visit, actor_id: str, host: str, problem: str = "", status: int = 200) -> Response:
    async def view(db: Reader) -> BlockPage:
        actor = await actors.by_id(db, actor_id) if actor_id else None
        handle = actor.full_handle if actor else actor_id
        named = host or host_of(actor_id) or ""
        return BlockPage(await around.of(db, visit, HERE), actor.actor_id if actor else "", handle, named, problem)

    return visit.web.private(await visit.shop.store.read(view), status=status)


async def lift(visit: Visit, _: Submission) -> Response:
    """Lift a block."""
    await moderating.unblock(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "lifted")


routes = [
    on(HERE, get=show),
    on(HERE + "/new", get=ask, post=block),
    on(HERE + "/{pk:int}/lift", post=lift),
]
