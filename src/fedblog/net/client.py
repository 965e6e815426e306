"""What the services ask of the outside: documents, JSON, images, and deliveries."""

import copy
from collections.abc import Mapping
from typing import Any

from fedblog import __version__
from fedblog.ap.media_types import ACCEPT_ACTIVITY, JRD_JSON, LD_JSON, is_activity_type
from fedblog.ap.signatures import CAVAGE, Form, SigningKey
from fedblog.ap.strict_json import read_object
from fedblog.config import FederationConfig
from fedblog.errors import BadAnswer, Gone, Invalid, Missing
from fedblog.net.calling import CALL, Caller, Reply
from fedblog.net.fetching import Answer, Errand, Fetcher, KeyProvider, Meter
from fedblog.net.posting import DELIVERY, Poster, Receipt
from fedblog.net.way_out import WayOut
from fedblog.urls import Url
from fedblog.world import Limits, World

__all__ = ["DELIVERY", "FETCH", "IMAGE", "Answer", "KeyProvider", "Meter", "Net", "Receipt", "Reply", "user_agent_of"]

FETCH = Limits(total=8.0, connect=5.0, body=1 << 20)
"""What fetching a document may cost."""
IMAGE = Limits(total=8.0, connect=5.0, body=10 << 20)
"""What fetching an image may cost."""

_JSON_TYPES = frozenset({JRD_JSON, "application/json"})
_IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif"})
_ACCEPT_JSON = f"{JRD_JSON}, application/json"
_ACCEPT_IMAGE = "image/webp, image/png, image/jpeg, image/gif"


def user_agent_of(base_url: Url) -> str:
    """How we name ourselves: `fedblog/<version> (+https://blog.example/)`."""
    return f"fedblog/{__version__} (+{base_url.origin}/)"


class Net:
    """The way out. One per process; `aclose` when it ends, then close the world's transport.

    Every method checks the address, each redirect anew, and may raise the `RemoteError`s:
    `AddressRefused`, `Unreachable`, `TooLarge`, `BadAnswer`.
    """

    def __init__(self, world: World, federation: FederationConfig, instance_key: KeyProvider, user_agent: str) -> None:
        way_out = WayOut(world, federation)
        self._fetcher = Fetcher(way_out, instance_key, user_agent)
        self._poster = Poster(way_out, user_agent)
        self._caller = Caller(way_out, user_agent)

    def metered(self, meter: Meter) -> "Net":
        """The same way out, with every GET counted by the meter. Only the first one is ever closed."""
        twin = copy.copy(self)
        twin._fetcher = self._fetcher.metered(meter)  # noqa: SLF001 - its own class
        return twin

    async def aclose(self) -> None:
        """Let go of the client. The transport of the world stays open."""
        await self._fetcher.aclose()

    async def get(self, url: str, *, accept: str, limits: Limits = FETCH, signed: bool = False) -> Answer:
        """GET anything; every status is an answer. A signed GET (by the instance actor) never leaves its origin."""
        return await self._fetcher.get(url, Errand(accept, limits, is_signed=signed))

    async def get_document(
        self, url: str, *, limits: Limits = FETCH, signed: bool = True
    ) -> tuple[str, dict[str, Any]]:
        """An ActivityPub document, and the address that answered, which is of the same origin.

        Raises `Gone` for 410, `Missing` for 404, `BadAnswer` (with the status) for every other refusal,
        another media type (security.md S11) and unsound JSON. Whether its id is right is for the caller to see.
        """
        answer = await self._get_bound(url, ACCEPT_ACTIVITY, limits, signed=signed)
        if answer.status in {406, 415}:
            answer = await self._get_bound(url, LD_JSON, limits, signed=signed)
        _require_found(answer)
        if not is_activity_type(answer.content_type):
            raise BadAnswer("the answer is not an ActivityPub document", answer.status)
        return answer.url, _object_of(answer)

    async def get_json(self, url: str, *, limits: Limits = FETCH) -> tuple[str, dict[str, Any]]:
        """A JSON object (WebFinger, NodeInfo), unsigned, and the address that answered. Raises as `get_document`."""
        answer = await self.get(url, accept=_ACCEPT_JSON, limits=limits)
        _require_found(answer)
        _require_type(answer, _JSON_TYPES)
        return answer.url, _object_of(answer)

    async def get_image(self, url: str, *, limits: Limits = IMAGE) -> Answer:
        """An image as it was sent, named PNG, JPEG, WebP or GIF but not yet looked at. Raises as `get_document`."""
        answer = await self.get(url, accept=_ACCEPT_IMAGE, limits=limits)
        _require_found(answer)
        _require_type(answer, _IMAGE_TYPES)
        return answer

    async def post_signed(
        self,
        url: str,
        body: bytes,
        *,
        body_sha256: bytes,
        key: SigningKey,
        form: Form = CAVAGE,
        limits: Limits = DELIVERY,
    ) -> Receipt:
        """Deliver an activity. Every status is an answer, redirects too; the answer's body is not kept."""
        return await self._poster.post(url, body, body_sha256, key, form, limits)

    async def call_api(
        self,
        url: str,
        fields: Mapping[str, str] | None = None,
        *,
        bearer: str = "",
        once: str = "",
        limits: Limits = CALL,
    ) -> Reply:
        """Call an HTTP API, unsigned: a form by POST, or a GET without one. Every status is an answer."""
        return await self._caller.call(url, fields, bearer=bearer, once=once, limits=limits)

    async def _get_bound(self, url: str, accept: str, limits: Limits, *, signed: bool) -> Answer:
        return await self._fetcher.get(url, Errand(accept, limits, is_signed=signed, keeps_origin=True))


def _require_found(answer: Answer) -> None:
    if answer.status == 410:
        raise Gone("What was at that address has been deleted.")
    if answer.status == 404:
        raise Missing("There is nothing at that address.")
    if not 200 <= answer.status < 300:
        raise BadAnswer(f"the server answered with status {answer.status}", answer.status)


def _require_type(answer: Answer, types: frozenset[str]) -> None:
    essence = answer.content_type.partition(";")[0].strip().lower()
    if essence not in types:
        raise BadAnswer("the answer is of another type than was asked for", answer.status)


def _object_of(answer: Answer) -> dict[str, Any]:
    try:
        return read_object(answer.body)
    except Invalid as error:
        raise BadAnswer("the answer is not sound JSON", answer.status) from error
