"""Looking at something of another server: any post or person, by id, by page or by handle.

What is found is made ready to be shown and is not stored; only who acts on it stores what that needs.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.interaction import SubPolicy, read_can_reply
from fedblog.ap.parse.object import read_object
from fedblog.ap.parse.values import id_of, type_of
from fedblog.ap.vocabulary import ACTOR_TYPES
from fedblog.ap.webfinger import parse_acct
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog
from fedblog.errors import (
    AddressRefused,
    BadAnswer,
    Conflict,
    Gone,
    Invalid,
    Missing,
    Refused,
    RemoteError,
    TooLarge,
    Unreachable,
)
from fedblog.net.client import FETCH
from fedblog.services import documents_by_id, gate, resolving
from fedblog.services.gate import Gate
from fedblog.services.remote_actors import as_actor, kept_from
from fedblog.services.replies import Reply, read_reply
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import actors
from fedblog.text.alternate import alternate
from fedblog.text.excerpt import shorten
from fedblog.text.xml import clean
from fedblog.urls import is_same_id, is_same_origin, read_url

PATIENCE = 25.0  # s, for all that one look needs
_LONGEST = 2048
_LONGEST_WORDS = 140
_SPELLING = "Paste the address of a post or a profile, or a handle such as @name@example.org."


class OwnAddress(Conflict):
    """It leads to this blog itself. `address` is its normal form, or "" for the blog's own handle."""

    def __init__(self, address: str = "") -> None:
        super().__init__("That is on this blog itself.")
        self.address = address


@dataclass(frozen=True, slots=True)
class Sight:
    """What stands there: a post with its author `actor`, or that person alone. `actor.pk` is 0 where unknown so far.

    `community` is the Group in which the post stands, if it names one as its audience (FEP-1b12); `reply_policy` what
    its author says about replies.
    """

    actor: Actor
    post: Reply | None = None
    community: Actor | None = None
    reply_policy: SubPolicy | None = None

    @property
    def object_id(self) -> str:
        """The id of what was looked at."""
        return self.post.object_id if self.post else self.actor.actor_id

    @property
    def url(self) -> str:
        """Its page, or its id where it names none."""
        return (self.post.object.url or self.post.object_id) if self.post else self.actor.url

    @property
    def words(self) -> str:
        """The beginning of a post, for lists; its warning alone where it has one."""
        if self.post is None:
            return ""
        written = self.post.object
        words = written.summary if written.is_sensitive else written.name or self.post.clean.text
        return shorten(clean(words), _LONGEST_WORDS)


async def look(shop: Workshop, written: str) -> Sight:
    """Fetch what an address or a handle leads to.

    Raises `Refused` with a sentence for the author, whatever goes wrong; `OwnAddress` for what is ours.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await _look(shop, written.strip())
    except TimeoutError as error:
        raise Missing("Its server takes too long to answer.", "Try again later.") from error
    except RemoteError as error:
        raise Missing(_words_for(error)) from error


def _words_for(error: RemoteError) -> str:
    if isinstance(error, AddressRefused):
        return "fedblog does not connect to that address."
    if isinstance(error, TooLarge):
        return "What stands there is too large."
    if isinstance(error, Unreachable):
        return "Its server does not answer. Try again later."
    return "Its server does not show it as a post or a profile of the fediverse."


async def _look(shop: Workshop, written: str) -> Sight:
    blog = await the_blog(shop.store.reader)
    open_gate = await gate.read(shop.store.reader, blog.pk)
    address = await _address_of(shop, blog, written)
    _refuse(blog, open_gate, address)
    document = await _document_at(shop, blog, address)
    if type_of(document, {"Create"}) == "Create":
        document = await _created(shop, blog, document)
    if type_of(document, ACTOR_TYPES) in ACTOR_TYPES:
        return Sight(await _person(shop, open_gate, document))
    return await _post(shop, blog, open_gate, document)


def _refuse(blog: Blog, open_gate: Gate, address: str) -> None:
    if is_same_origin(address, blog.base_url):
        raise OwnAddress(address)
    if not open_gate.may_act(address):
        raise Conflict("You have blocked them, or their server.", "Lift the block first.")


async def _address_of(shop: Workshop, blog: Blog, written: str) -> str:
    if (url := read_url(written)) is not None:
        return str(url)
    if len(written) > _LONGEST or "@" not in written:
        raise Invalid("That is no address and no handle.", _SPELLING)
    try:
        acct = parse_acct(written.removeprefix("!"))  # as Lemmy spells its communities
    except Invalid as error:
        raise Invalid("That is no address and no handle.", _SPELLING) from error
    if str(acct) in {blog.address.lower(), f"{blog.handle}@{blog.base_url.partition('://')[2]}".lower()}:
        raise OwnAddress
    try:
        return await resolving.actor_id_of(shop, acct)
    except (Missing, Gone, BadAnswer) as error:
        raise Missing(f"The server {acct.authority} knows no such account.") from error


async def _document_at(shop: Workshop, blog: Blog, address: str) -> dict[str, Any]:
    """The document with that id or behind that page."""
    try:
        return await documents_by_id.fetch(shop.net, address)
    except BadAnswer as error:
        if error.status is not None and error.status >= 300:
            raise
    behind = await _behind_page(shop, address)
    if is_same_origin(behind, blog.base_url):
        raise OwnAddress(behind)
    return await documents_by_id.fetch(shop.net, behind)


async def _behind_page(shop: Workshop, address: str) -> str:
    """What the page at an address names as its document. Only one of its own server is believed."""
    answer = await shop.net.get(address, accept="text/html", limits=FETCH)
    essence = answer.content_type.partition(";")[0].strip().lower()
    if answer.status != 200 or essence not in {"text/html", "application/xhtml+xml"}:
        raise BadAnswer("there is no page", answer.status)
    href = await asyncio.to_thread(alternate, answer.body.decode(errors="replace"))
    if href is None:
        raise Missing("That page does not say where its post or profile is on the fediverse.")
    url = read_url(_joined(answer.url, href))
    if url is None or not is_same_origin(str(url), answer.url):
        raise Missing("That page names a document of another server.", "Open the original, and paste its address.")
    return str(url)


def _joined(page: str, href: str) -> str:
    try:
        return urljoin(page, href)
    except ValueError:
        return ""


async def _created(shop: Workshop, blog: Blog, document: dict[str, Any]) -> dict[str, Any]:
    """The object of a Create, from its own id."""
    object_id = id_of(document.get("object"))
    if object_id is None or not is_same_origin(object_id, document.get("id")):
        raise BadAnswer("an activity without an object of its own server")
    _refuse(blog, Gate(), object_id)
    return await documents_by_id.fetch(shop.net, object_id)


async def _post(shop: Workshop, blog: Blog, open_gate: Gate, document: dict[str, Any]) -> Sight:
    try:
        written = read_object(document)
    except Invalid as error:
        raise BadAnswer("no kind of post") from error
    author_id, object_id = written.attributed_to, written.object_id
    if author_id is None or object_id is None or not is_same_origin(author_id, object_id):
        raise BadAnswer("its author is on another server than itself")
    actor = await _author(shop, open_gate, author_id)
    community = await _community(shop, open_gate, id_of(document.get("audience")))
    return Sight(actor, read_reply(written, object_id, actor, blog, None), community, read_can_reply(document))


async def _community(shop: Workshop, open_gate: Gate, actor_id: str | None) -> Actor | None:
    """The Group that a post names as its audience; None for anything else, and where it cannot be had."""
    if actor_id is None:
        return None
    try:
        found = await _author(shop, open_gate, actor_id)
    except (Refused, RemoteError):
        return None
    return found if found.type == "Group" else None


async def _author(shop: Workshop, open_gate: Gate, actor_id: str) -> Actor:
    known = await actors.by_id(shop.store.reader, actor_id)
    if known and known.gone_at is None and known.handle and shop.now() - known.fetched_at < resolving.DAY_MS:
        _refuse_blocked(open_gate, actor_id)
        return known
    return await _person(shop, open_gate, await documents_by_id.fetch(shop.net, actor_id), actor_id)


async def _person(shop: Workshop, open_gate: Gate, document: dict[str, Any], wanted: str | None = None) -> Actor:
    """The actor of a document, as it would be stored."""
    try:
        remote = read_actor(document)
    except Invalid as error:
        raise BadAnswer("no usable profile") from error
    if wanted is not None and not is_same_id(remote.actor_id, wanted):
        raise BadAnswer("the address shows another actor")
    _refuse_blocked(open_gate, remote.actor_id)
    known = await actors.by_id(shop.store.reader, remote.actor_id)
    if known and known.kind is not ActorKind.REMOTE:
        raise OwnAddress
    fresh = kept_from(known, as_actor(document, remote, shop.now()))
    if not fresh.handle:
        fresh = replace(fresh, handle=await resolving.settled_handle(shop, remote))
    same_face = known is not None and known.avatar_url == fresh.avatar_url
    return replace(fresh, pk=known.pk if known else 0, avatar_name=known.avatar_name if known and same_face else None)


def _refuse_blocked(open_gate: Gate, actor_id: str) -> None:
    if not open_gate.may_act(actor_id):
        raise Conflict("You have blocked them, or their server.", "Lift the block first.")
