"""An account as its own server shows it at this moment, whatever it was named by."""

from dataclasses import dataclass

from fedblog.ap.parse.actor import RemoteActor, read_actor
from fedblog.ap.webfinger import Acct, parse_acct, query_url, read_jrd
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.errors import Gone, Invalid, Missing, RemoteError
from fedblog.services import documents_by_id, gate
from fedblog.services.resolving import lookup_scheme, understood
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.text.html_reader import read_within
from fedblog.text.tree import walk
from fedblog.urls import host_of, is_same_id, normal_form, read_url
from fedblog.world import Limits

_LOOKUP = Limits(total=6.0, connect=3.0, body=256 << 10)
_LONGEST_FIELD, _MOST_TAGS = 4_000, 40


@dataclass(frozen=True, slots=True)
class Seen:
    """The account as it was just seen. `names_us`: it names the blog's actor in `alsoKnownAs`;
    `links_us`: a line of its profile links to the blog with rel="me"."""

    actor: Actor
    names_us: bool
    links_us: bool


async def look(shop: Workshop, written: str) -> Seen:
    """Look at the account that somebody wrote as a handle, as the address of its page, or as its id. Stores nothing.

    Raises `Invalid` with a sentence for the author.
    """
    blog, us = await the_blog(shop.store.reader), await the_actor(shop.store.reader)
    try:
        return await _look(shop, blog, us, await _address_of(shop, blog, written.strip()))
    except (Gone, Missing) as error:
        raise Invalid(f"There is no account {written.strip()}.", "Check how it is spelled.") from error
    except RemoteError as error:
        raise Invalid(f"{written.strip()} could not be looked at: {error}.", "Try again later.") from error


async def _look(shop: Workshop, blog: Blog, us: Actor, address: str) -> Seen:
    if host_of(address) == host_of(blog.base_url):
        raise Invalid("That is this blog itself.", "Name an account on another server.")
    if not (await gate.read(shop.store.reader, blog.pk)).may_act(address):
        raise Invalid("You have blocked this account or its server.", "Lift the block first.")
    document = await documents_by_id.fetch(shop.net, address)
    try:
        remote = read_actor(document)
    except Invalid as error:
        raise Invalid("There is something at that address, but no account.", "Write a handle: @name@server.") from error
    actor = await understood(shop, document, remote, with_handle=True)
    return Seen(actor, names_us=_names(remote, us.actor_id), links_us=_links(remote, blog, us))


async def _address_of(shop: Workshop, blog: Blog, written: str) -> str:
    if (url := read_url(written)) is not None:
        return str(url)
    acct = parse_acct(written)
    if str(acct) in {blog.address, str(Acct(blog.handle, host_of(blog.base_url) or ""))}:
        return blog.base_url
    _, document = await shop.net.get_json(
        query_url(acct, lookup_scheme(acct.authority, shop.config.federation)), limits=_LOOKUP
    )
    actor_id = read_jrd(document).actor_id
    if actor_id is None:
        raise Missing("There is no such account.")
    return actor_id


def _names(remote: RemoteActor, our_id: str) -> bool:
    return any(is_same_id(alias, our_id) for alias in remote.also_known_as)


def _links(remote: RemoteActor, blog: Blog, us: Actor) -> bool:
    """Whether a profile line has `<a rel="me">` to the blog's first page or to its actor."""
    ours = {normal_form(address) for address in (f"{blog.base_url}/", us.url, us.actor_id)} - {None}
    return any(not ours.isdisjoint(_links_of_me(field.value)) for field in remote.fields)


def _links_of_me(html: str) -> set[str | None]:
    tree, _ = read_within(html, characters=_LONGEST_FIELD, tags=_MOST_TAGS)
    return {
        normal_form(element.attributes.get("href"))
        for element in walk(tree)
        if element.tag == "a" and "me" in element.attributes.get("rel", "").lower().split()
    }
