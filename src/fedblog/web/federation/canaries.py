"""What a check's canary shows and hears while it lives: its actor, its inbox, and a mirror for requests.

Under ids that nobody can guess. For everybody else, and afterwards, there is nothing here.
"""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.render.wire import as_bytes
from fedblog.services.canary import life, listening
from fedblog.services.workshop import the_blog
from fedblog.store.canaries import Canary
from fedblog.web import desk, respond
from fedblog.web.federation.asked import asked_id
from fedblog.web.federation.inboxes import message_of
from fedblog.web.routing import on

_UNKEPT = {"cache-control": "no-store"}


async def show(request: Request) -> Response:
    """The actor document."""
    shop = desk.of(request).shop
    canary = await _asked(request)
    body = as_bytes(life.document_of(await the_blog(shop.store.reader), canary))
    return Response(body, headers=_UNKEPT, media_type=respond.ACTIVITY_JSON)


async def hear(request: Request) -> Response:
    """Our own Accept, on its way back."""
    web = desk.of(request)
    canary = await _asked(request, "/inbox")
    status = await listening.take_answer(web.shop, web.inbox.keys, canary, await message_of(request))
    return Response(status_code=status, headers=_UNKEPT)


async def mirror(request: Request) -> Response:
    """How the request arrived."""
    await _asked(request, "/mirror/inbox")
    body = respond.to_json(listening.reflected(await message_of(request)))
    return Response(body, headers=_UNKEPT, media_type="application/json")


async def _asked(request: Request, suffix: str = "") -> Canary:
    """The living canary of this address. Raises `Missing`."""
    return await listening.found(desk.of(request).shop, asked_id(request).removesuffix(suffix))


_CANARY = "/ap/canaries/{token}"

routes = [
    on(_CANARY, get=show),
    on(f"{_CANARY}/inbox", post=hear),
    on(f"{_CANARY}/mirror/inbox", post=mirror),
]
