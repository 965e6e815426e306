"""Leading a reader to their own server: from the handle they type to the link that goes on there."""

from dataclasses import dataclass

from fedblog.ap.intents import Intent, Typed, interaction_url, parse_typed
from fedblog.ap.webfinger import Jrd, query_url, read_jrd
from fedblog.errors import BadAnswer, Gone, Invalid, Missing, RemoteError
from fedblog.services.resolving import lookup_scheme
from fedblog.services.workshop import Workshop
from fedblog.urls import Url
from fedblog.world import Limits

_LOOKUP = Limits(total=5.0, connect=3.0, body=64 << 10)


@dataclass(frozen=True, slots=True)
class WayHome:
    """Where the reader goes on: an address on their own server, and that server's name."""

    url: str
    host: str


async def way_home(shop: Workshop, intent: Intent, object_id: str, written: str) -> WayHome:
    """The way to do something with `object_id` on the server that the reader named (checklist 43, security.md X11).

    A handle is looked up by WebFinger; a bare server name is taken as it is. Raises `Invalid` with a
    sentence for the reader.
    """
    typed = parse_typed(written)
    jrd = await _jrd(shop, typed)
    url = interaction_url(intent, object_id, typed, jrd, allow_http=shop.config.federation.allow_http)
    return WayHome(url, Url.parse(url).authority)


async def _jrd(shop: Workshop, typed: Typed) -> Jrd | None:
    if typed.acct is None:
        return None
    scheme = lookup_scheme(typed.authority, shop.config.federation)
    try:
        _, document = await shop.net.get_json(query_url(typed.acct, scheme), limits=_LOOKUP)
        return read_jrd(document)
    except (Missing, Gone, BadAnswer, Invalid) as error:
        raise Invalid(f"The server {typed.authority} knows no such account.", "Check how it is spelled.") from error
    except RemoteError as error:
        raise Invalid(
            f"The server {typed.authority} does not answer.", "Check how it is spelled, or try again later."
        ) from error
