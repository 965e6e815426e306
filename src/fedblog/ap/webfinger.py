"""WebFinger (RFC 7033): reading what is asked for, answering, and reading the answers of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from fedblog.ap.media_types import ACTIVITY_JSON, is_activity_type
from fedblog.ap.parse.values import as_document, documents, many, text, web_address
from fedblog.ap.render.wire import Picture
from fedblog.ap.vocabulary import Document
from fedblog.errors import Invalid
from fedblog.urls import Url, read_url

PATH: Final = "/.well-known/webfinger"
SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"
INTENT: Final = "https://w3id.org/fep/3b86/"
"""Followed by the name of an activity (FEP-3b86)."""

_PROFILE_PAGE: Final = "http://webfinger.net/rel/profile-page"
_AVATAR: Final = "http://webfinger.net/rel/avatar"
_LONGEST_RESOURCE: Final = 2048
_LONGEST_NAME: Final = 100
_MOST_LINKS: Final = 50
_FORBIDDEN_IN_NAME: Final = frozenset(" @/:?#[]\\<>\"'&%")


@dataclass(frozen=True, slots=True)
class Acct:
    """An account address: `name` in lower case, `authority` the normal host with its port, if any."""

    name: str
    authority: str

    def __str__(self) -> str:
        return f"{self.name}@{self.authority}"

    @property
    def uri(self) -> str:
        """`acct:name@host` (RFC 7565)."""
        return f"acct:{self}"


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed of the blog."""

    url: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Jrd:
    """What a server says of one of its accounts. `actor_id` is its ActivityPub self link.

    `templates` maps the relations that lead to a dialogue there (subscribe, FEP-3b86) to their URI
    templates, unchecked.
    """

    subject: Acct | None
    actor_id: str | None
    templates: dict[str, str]


def parse_resource(resource: str | None) -> Acct | Url:
    """Read the `resource` of a query: an account in any of its spellings, or an http(s) URL.

    Tolerates upper case, a leading `@`, a missing `acct:` and one layer too much of percent-encoding
    (protocol.md c.3). Raises `Invalid` for everything else, an empty one included.
    """
    written = (resource or "").strip()
    if not written or len(written) > _LONGEST_RESOURCE:
        raise Invalid("A WebFinger query needs a resource.")
    if (url := read_url(written)) is not None:
        return url
    decoded = unquote(written)
    if (url := read_url(decoded)) is not None:
        return url
    return parse_acct(decoded)


def parse_acct(written: str) -> Acct:
    """Read `acct:name@host`, `@name@host` or `name@host`. Raises `Invalid`."""
    bare = written.strip()
    if bare[:5].lower() == "acct:":
        bare = bare[5:]
    name, at, host = bare.removeprefix("@").partition("@")
    if not at or not is_name(name):
        raise Invalid("That is no account address such as @name@example.org.")
    return Acct(name.lower(), parse_authority(host))


def parse_authority(written: str) -> str:
    """A host with an optional port, in normal form. Raises `Invalid`."""
    if not written or not {"/", "?", "#"}.isdisjoint(written):
        raise Invalid("That is no server name such as example.org.")
    return Url.parse(f"https://{written}").authority


def is_name(name: str) -> bool:
    """Whether a text can be the name of an account."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and _FORBIDDEN_IN_NAME.isdisjoint(name)


def query_url(acct: Acct, scheme: str = "https") -> str:
    """Where to ask for an account."""
    return f"{scheme}://{acct.authority}{PATH}?resource={quote(acct.uri, safe='')}"


def render_jrd(
    address: str,
    actor_id: str,
    page_url: str,
    avatar: Picture | None = None,
    feeds: Sequence[FeedLink] = (),
    interaction_url: str = "",
) -> Document:
    """The answer for an actor of ours; `address` is its `name@host`.

    `interaction_url`: where whoever runs this actor goes on with something of another server (FEP-3b86); "" for none.
    """
    links: list[Document] = [
        {"rel": "self", "type": ACTIVITY_JSON, "href": actor_id},
        {"rel": _PROFILE_PAGE, "type": "text/html", "href": page_url},
    ]
    if avatar:
        links.append({"rel": _AVATAR, "type": avatar.media_type, "href": avatar.url})
    links.extend(
        {"rel": "alternate", "type": feed.media_type, "href": feed.url, "titles": {"und": feed.title}} for feed in feeds
    )
    if interaction_url:
        links.extend(_intents(interaction_url))
    return {"subject": f"acct:{address}", "aliases": list(dict.fromkeys((page_url, actor_id))), "links": links}


def _intents(url: str) -> list[Document]:
    """The address for every intent: in `template`, where Mastodon has it, and in `href`, where the FEP has it."""
    patterns = {
        "Object": f"{url}?uri={{object}}",
        "Create": f"{url}?do=reply&uri={{inReplyTo}}&content={{content}}",
        "Follow": f"{url}?do=follow&uri={{object}}",
        "Like": f"{url}?do=like&uri={{object}}",
        "Announce": f"{url}?do=boost&uri={{object}}",
    }
    subscribe: Document = {"rel": SUBSCRIBE, "template": f"{url}?uri={{uri}}"}
    named = [{"rel": INTENT + name, "template": pattern, "href": pattern} for name, pattern in patterns.items()]
    return [subscribe, *named]


def read_jrd(document: object) -> Jrd:
    """Read the answer of another server. Raises `Invalid` when it is no JSON object.

    FEP-3b86 puts its pattern in `href`, Mastodon in `template`: both are read, `template` first.
    """
    body = as_document(document)
    links = documents(body.get("links"))[:_MOST_LINKS]
    actors = (web_address(link.get("href")) for link in links if _is_self(link))
    templates: dict[str, str] = {}
    for link in links:
        relation, pattern = text(link.get("rel")), text(link.get("template")) or text(link.get("href"))
        if pattern and (relation == SUBSCRIBE or relation.startswith(INTENT)):
            templates.setdefault(relation, pattern)
    return Jrd(_subject(body), next((found for found in actors if found), None), templates)


def _is_self(link: Document) -> bool:
    return link.get("rel") == "self" and is_activity_type(text(link.get("type")))


def _subject(body: Document) -> Acct | None:
    first = next((item for item in many(body.get("subject")) if isinstance(item, str)), "")
    try:
        return parse_acct(first)
    except Invalid:
        return None
