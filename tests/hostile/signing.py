"""Bodies of any kind, signed by somebody whom the blog knows."""

from fedblog.ap.signatures import Message, sign
from fedblog.world import Limits, WireRequest, WireResponse
from tests.fediverse.peer import AP_TYPE, Person


def signed(person: Person, inbox: str, body: bytes, *, content_type: str = AP_TYPE) -> WireRequest:
    """The POST of these bytes, properly signed."""
    host, _, path = inbox.removeprefix("https://").partition("/")
    headers = (("Host", host), ("Content-Type", content_type))
    message = Message("POST", "https", host, f"/{path}", headers, body)
    proof = sign(message, person.key, person.peer.form, person.peer.box.clock.now())
    length = ("Content-Length", str(len(body)))
    return WireRequest("POST", "https", host, 443, f"/{path}", (*headers, *proof, length), body)


async def deliver(person: Person, inbox: str, body: bytes, *, content_type: str = AP_TYPE) -> WireResponse:
    """Deliver these bytes, and return the answer."""
    request = signed(person, inbox, body, content_type=content_type)
    return await person.peer.box.exchange(request, person.peer.box.addresses[request.host], Limits())
