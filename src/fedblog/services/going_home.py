"""Leading a reader to their own server: from the handle they type to the link that goes on there."""

from collections.abc import Callable
from dataclasses import dataclass

from fedblog.ap.intents import Intent, interaction_url, parse_typed
from fedblog.ap.webfinger import Acct, Jrd, query_url, read_jrd
from fedblog.errors import BadAnswer, Busy, Gone, Invalid, Missing, RemoteError
from fedblog.services.limits import Buckets
from fedblog.services.resolving import lookup_scheme
from fedblog.services.workshop import Workshop
from fedblog.store import actors
from fedblog.urls import Url
from fedblog.world import Limits

_LOOKUP = Limits(total=5.0, connect=3.0, body=64 << 10)


@dataclass(frozen=True, slots=True)
class WayHome:
    """Where the reader goes on: an address on their own server, and that server's name."""

    url: str
    host: str


class TooOften(Busy):
    """This client has made us ask enough for now. `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("That was often.", "Please wait a moment and try again.")
        self.wait = wait


class Knocks:
    """How often one client may make us ask other servers: one where nobody is known here ten times in an hour or so
    (protocol.md g.3), any other ten times in a minute or so. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._at_strangers = Buckets(monotonic, size=10, per_second=1 / 360)
        self._at_known = Buckets(monotonic, size=10, per_second=1 / 5)

    def take(self, client: str, *, is_known: bool) -> None:
        """Raises `TooOften`."""
        wait = (self._at_known if is_known else self._at_strangers).take(client)
        if wait:
            raise TooOften(wait)


async def way_home(
    shop: Workshop, knocks: Knocks, client: str, intent: Intent, object_id: str, written: str
) -> WayHome:
    """The way to do something with `object_id` on the server that the reader named (checklist 43, security.md X11).

    A handle is looked up by WebFinger, as often as `knocks` lets this client; a bare server name is taken as it is.
    Raises `Invalid` with a sentence for the reader, and `TooOften`.
    """
    typed = parse_typed(written)
    jrd = None
    if typed.acct is not None:
        is_known = await actors.has_host(shop.store.reader, Url.parse(f"https://{typed.authority}").host)
        knocks.take(client, is_known=is_known)
        jrd = await jrd_of(shop, typed.acct)
    url = interaction_url(intent, object_id, typed, jrd, allow_http=shop.config.federation.allow_http)
    return WayHome(url, Url.parse(url).authority)


async def jrd_of(shop: Workshop, acct: Acct) -> Jrd:
    """What an account's server says of it. Raises `Invalid` with a sentence for the reader."""
    scheme = lookup_scheme(acct.authority, shop.config.federation)
    try:
        _, document = await shop.net.get_json(query_url(acct, scheme), limits=_LOOKUP)
        return read_jrd(document)
    except (Missing, Gone, BadAnswer, Invalid) as error:
        raise Invalid(f"The server {acct.authority} knows no such account.", "Check how it is spelled.") from error
    except RemoteError as error:
        raise Invalid(
            f"The server {acct.authority} does not answer.", "Check how it is spelled, or try again later."
        ) from error
