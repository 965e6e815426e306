"""The inboxes: the shared one, and that of the blog's actor. All they do here is turn HTTP into a message."""

from starlette.requests import Request
from starlette.responses import Response

from fedblog.ap.signatures import Message
from fedblog.errors import Missing
from fedblog.services.workshop import the_actor
from fedblog.web import desk
from fedblog.web.federation.asked import asked_id
from fedblog.web.routing import on


async def receive(request: Request) -> Response:
    """Take one activity. 202 means that it is on disk; see `services.receiving` for every other status."""
    web = desk.of(request)
    receipt = await web.inbox.receive(await message_of(request))
    headers = {"cache-control": "no-store"}
    if receipt.retry_after is not None:
        headers["retry-after"] = str(receipt.retry_after)
    return Response(status_code=receipt.status, headers=headers)


async def receive_for_actor(request: Request) -> Response:
    """The same, at an inbox that must be the blog's own."""
    actor = await the_actor(desk.of(request).shop.store.reader)
    if asked_id(request) != actor.inbox:
        raise Missing("There is no such inbox here.")
    return await receive(request)


async def message_of(request: Request) -> Message:
    """The request as signatures see it: our public origin, the raw path, every header line."""
    scope, base = request.scope, desk.of(request).shop.config.site.base_url
    query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
    target = scope["raw_path"].decode("latin-1").partition("?")[0] + query
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Message(request.method, base.scheme, base.authority, target, headers, await request.body())


routes = [on("/inbox", post=receive), on("/ap/actors/{ulid}/inbox", post=receive_for_actor)]
