"""Accept and trust: whom it is about first, then the deed; and everybody who is trusted."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from fedblog.domain.actor import Actor, BlockKind
from fedblog.domain.blog import CommentPolicy
from fedblog.errors import Invalid, Missing
from fedblog.services import trusting
from fedblog.services.workshop import the_blog
from fedblog.store import actors, comments, trusts
from fedblog.store.door import Reader
from fedblog.store.trusts import Trust
from fedblog.web import dates
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.views import When

HERE = "/admin/trusted"
_KINDS = {BlockKind.ACTOR: "one account", BlockKind.HOST: "everybody on this server"}


@dataclass(frozen=True, slots=True)
class TrustPage:
    """Whom to trust. `is_in_vain`: the policy of the blog holds everybody, known or not."""

    template: ClassVar[str] = "admin/trust.html"
    around: Around
    comment_pk: int
    handle: str
    host: str
    text: str
    is_in_vain: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who is trusted. `can_undo`: the comment that was accepted with it would be taken off the page too."""

    pk: int
    what: str
    words: str
    since: When
    can_undo: bool


@dataclass(frozen=True, slots=True)
class TrustedPage:
    """The list, newest first."""

    template: ClassVar[str] = "admin/trusted.html"
    around: Around
    lines: tuple[Line, ...]


async def ask(visit: Visit) -> Response:
    """The comment, and whom to trust."""

    async def view(db: Reader) -> TrustPage:
        comment, blog = await comments.by_pk(db, visit.pk()), await the_blog(db)
        actor = await actors.by_pk(db, comment.actor_pk) if comment else None
        if comment is None or actor is None:
            raise Missing("There is no such comment.")
        frame = await around.of(db, visit, "/admin/comments")
        is_in_vain = blog.comment_policy in {CommentPolicy.HOLD_ALL, CommentPolicy.CLOSED}
        return TrustPage(frame, comment.pk, actor.full_handle, actor.host, comment.text, is_in_vain)

    return visit.web.private(await visit.shop.store.read(view))


async def accept(visit: Visit, form: Submission) -> Response:
    """Show it, and trust."""
    try:
        kind = BlockKind(form.line("what"))
    except ValueError as error:
        raise Invalid("It is not said whom to trust.") from error
    await trusting.accept_and_trust(visit.shop, visit.pk(), kind, by=visit.account.name)
    return going.to(HERE, "trusted")


async def show(visit: Visit) -> Response:
    """Everybody who is trusted."""

    async def view(db: Reader) -> TrustedPage:
        blog = await the_blog(db)
        found = await trusts.listed(db, blog.pk)
        lines = [await _line(db, trust, blog.time_zone) for trust in found]
        return TrustedPage(await around.of(db, visit, "/admin/blocks"), tuple(lines))

    return visit.web.private(await visit.shop.store.read(view))


async def _line(db: Reader, trust: Trust, time_zone: str) -> Line:
    actor = await actors.by_id(db, trust.value) if trust.kind is BlockKind.ACTOR else None
    what, since = _named(trust, actor), dates.when(trust.created_at, time_zone)
    return Line(trust.pk, what, _KINDS[trust.kind], since, trust.comment_state not in {"", "shown"})


def _named(trust: Trust, actor: Actor | None) -> str:
    return actor.full_handle if actor and actor.handle else trust.value


async def undo(visit: Visit, _: Submission) -> Response:
    """As if it had not been done."""
    await trusting.undo(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "trust-undone")


async def lift(visit: Visit, _: Submission) -> Response:
    """Trust no more; what is shown stays."""
    await trusting.lift(visit.shop, visit.pk(), by=visit.account.name)
    return going.to(HERE, "trust-lifted")


routes = [
    on("/admin/comments/{pk:int}/trust", get=ask, post=accept),
    on(HERE, get=show),
    on(HERE + "/{pk:int}/undo", post=undo),
    on(HERE + "/{pk:int}/lift", post=lift),
]
