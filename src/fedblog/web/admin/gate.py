"""The one gate of the admin. It stands around each handler, not around paths (security.md A01, A06).

Whoever has no session is led to the log-in; a POST must come from one of our own pages and carry the
session's token; only then does the handler run.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fedblog.errors import Refused, RemoteError
from fedblog.services import signing_in
from fedblog.web import desk, routing
from fedblog.web.admin import cookies, going, notice, own_forms, rescue, submission
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.routing import Handler

Show = Callable[[Visit], Awaitable[Response]]
Act = Callable[[Visit, Submission], Awaitable[Response]]


def on(path: str, *, get: Show | None = None, post: Act | None = None, takes_files: bool = False) -> Route:
    """A route for the logged-in. `takes_files`: its POST may be multipart."""
    shown = _shown(get) if get else None
    acted = _acted(post, takes_files=takes_files) if post else None
    return routing.on(path, get=shown, post=acted)


def _shown(show: Show) -> Handler:
    async def answer(request: Request) -> Response:
        visit = await _visit(request)
        if visit is None:
            return going.to(going.LOGIN, next=_address(request))
        return await _answered(visit, show(visit))

    return answer


def _acted(act: Act, *, takes_files: bool) -> Handler:
    async def answer(request: Request) -> Response:
        own_forms.refuse_foreign(request)
        visit = await _visit(request)
        if visit is None:
            return await rescue.rescue(request)
        form = await submission.read(request, takes_files=takes_files)
        own_forms.refuse_other_token(form.secret("csrf"), visit.session.csrf)
        return await _answered(visit, act(visit, form))

    return answer


async def _visit(request: Request) -> Visit | None:
    web = desk.of(request)
    token = cookies.session_token(request, web.origin)
    found = await signing_in.session_of(web.shop, token) if token else None
    return Visit(request, web, *found) if found else None


def _address(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])


async def _answered(visit: Visit, answering: Awaitable[Response]) -> Response:
    """The handler's answer; a refusal becomes a page of the admin."""
    try:
        return await answering
    except (Refused, RemoteError) as error:
        return await notice.explain(visit, error)
