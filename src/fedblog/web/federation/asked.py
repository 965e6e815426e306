"""What a request under `/ap/` asks for."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.media_types import ACTIVITY_JSON
from fedblog.ap.render.wire import as_bytes
from fedblog.ap.vocabulary import Document
from fedblog.web import desk
from fedblog.web.negotiate import Wanted, wanted_by


def asked_id(request: Request) -> str:
    """The id that is asked for: our configured origin and the path, never what the Host header says."""
    return f"{desk.of(request).origin}{request.scope['path']}"


def is_page_wanted(request: Request) -> bool:
    """Whether a browser asks: it is led to the page."""
    return wanted_by(request.scope) is Wanted.PAGE


def fresh(document: Document) -> Response:
    """A document that changes without a topic, such as a count of followers: made for each request."""
    headers = {"cache-control": "max-age=180", "vary": "Accept"}
    return Response(as_bytes(document), headers=headers, media_type=ACTIVITY_JSON)
