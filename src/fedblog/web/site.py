"""The whole ASGI app: the page cache around the checks around the routes."""

from collections.abc import Awaitable, Sequence

from starlette.datastructures import State
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from fedblog.services.going_home import Knocks
from fedblog.services.receiving import Inbox
from fedblog.services.workshop import Workshop
from fedblog.web import statics
from fedblog.web.desk import Web
from fedblog.web.federation.inbox_door import InboxDoor
from fedblog.web.fragments import Fragments
from fedblog.web.kept import Ready
from fedblog.web.middleware.access_log import AccessLog
from fedblog.web.middleware.address_check import AddressCheck
from fedblog.web.middleware.body_guard import BodyGuard
from fedblog.web.middleware.failures import Failures
from fedblog.web.middleware.forwarded import Forwarded
from fedblog.web.middleware.host_check import HostCheck
from fedblog.web.middleware.security_headers import SecurityHeaders
from fedblog.web.page_cache import PageCache
from fedblog.web.pages import notice
from fedblog.web.routes import served
from fedblog.web.templating import Templates


class Site:
    """The web server's face of one workshop. `state.web` is what handlers find on `request.app`."""

    def __init__(self, shop: Workshop, routes: Sequence[BaseRoute] | None = None) -> None:
        files = statics.load()
        templates = Templates(files.paths)
        self.web = Web(shop, Inbox(shop), templates, files, Fragments(templates), Knocks(shop.world.monotonic))
        self.state = State({"web": self.web})
        hosts = {shop.config.site.base_url.authority}
        router = Router(served() if routes is None else routes, redirect_slashes=False)
        self.cache = PageCache(self._checked(router, hosts), hosts)
        shop.store.listen(self.cache.heard)

    def ready(self, scope: Scope) -> Ready | None:
        """As `PageCache.ready`."""
        return self.cache.ready(scope)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return self.cache(scope, receive, send)

    def _checked(self, router: ASGIApp, hosts: set[str]) -> ASGIApp:
        """The routes inside of every check, the first one to be passed on the outside."""
        config, world = self.web.shop.config, self.web.shop.world
        app: ASGIApp = BodyGuard(router)
        app = AddressCheck(app)
        app = HostCheck(app, hosts)
        forwarded = Forwarded(app, config.server.trusted_proxies)
        failures = Failures(forwarded, self._explain)
        log = AccessLog(failures, world.monotonic)
        app = self._as_app(SecurityHeaders(log))
        base_url = config.site.base_url
        return InboxDoor(app, self.web.inbox, base_url, log=log, forwarded=forwarded, failures=failures)

    def _as_app(self, inside: ASGIApp) -> ASGIApp:
        """What was not answered from memory finds us as `request.app`."""

        def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            scope["app"] = self
            return inside(scope, receive, send)

        return app

    async def _explain(self, scope: Scope, status: int, words: str) -> Response:
        return await notice.explain(self.web, scope, status, words)
