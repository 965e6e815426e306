"""What a handler works with: one frozen struct, on `request.app.state.web`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from fedblog.services.going_home import Knocks
from fedblog.services.receiving import Inbox
from fedblog.services.workshop import Workshop
from fedblog.web import respond
from fedblog.web.fragments import Fragments
from fedblog.web.statics import Statics
from fedblog.web.templating import Templates
from fedblog.web.views import Page


@dataclass(frozen=True, slots=True)
class Web:
    """The workshop, and the means to make pages. `fragments` keeps rendered comments,
    `knocks` bounds what one client may make us ask of other servers."""

    shop: Workshop
    inbox: Inbox
    templates: Templates
    statics: Statics
    fragments: Fragments
    knocks: Knocks

    @property
    def origin(self) -> str:
        """The only source of absolute addresses (security.md A14)."""
        return self.shop.config.site.base_url.origin

    def page(self, view: Page, topics: Iterable[str], *, status: int = 200, is_negotiated: bool = False) -> Response:
        """A public page, kept until one of its topics changes."""
        html = self.templates.render(view)
        return respond.page(html, topics=topics, status=status, is_negotiated=is_negotiated)

    def private(self, view: Page, *, status: int = 200) -> Response:
        """A page for one person, kept by nobody."""
        return respond.private(self.templates.render(view), status=status)


def of(request: Request) -> Web:
    """The desk of this request's site."""
    return cast(Web, request.app.state.web)
