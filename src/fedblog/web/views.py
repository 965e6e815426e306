"""What templates see: one frozen struct per page, with real attributes and nothing to compute.

`Markup` fields hold HTML that was sanitised; every other text is escaped by the template.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class When:
    """A moment: for machines, as a day, and as a day with the time."""

    machine: str
    day: str
    full: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that is served from here."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the profile."""

    name: str
    value: Markup


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page. `direction` is ltr or rtl; `origin` begins absolute addresses.

    `moved`: the account that the blog's own one moved to.
    """

    origin: str
    language: str
    direction: str
    title: str
    description: str
    description_html: Markup
    handle: str
    actor_url: str
    actor_id: str
    avatar: Picture | None
    header: Picture | None
    fields: tuple[Field, ...]
    years: tuple[int, ...]
    stylesheet: str
    icon: str
    moved: Link | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself. Addresses are absolute; `document_url` is its ActivityPub form."""

    title: str
    description: str = ""
    canonical: str = ""
    kind: str = "website"
    image: Picture | None = None
    document_url: str = ""
    published: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()
    is_indexed: bool = True


class Page(Protocol):
    """Whatever a template can show."""

    @property
    def template(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Card:
    """A post in a list."""

    path: str
    title: str
    language: str
    direction: str
    published: When
    teaser: str
    content_warning: str
    tags: tuple[Link, ...]
    comments: int
    likes: int
    boosts: int


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a list goes on; empty paths where it ends."""

    number: int
    newer_path: str
    older_path: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The latest posts."""

    template: ClassVar[str] = "home.html"
    frame: Frame
    head: Head
    cards: tuple[Card, ...]
    paging: Paging


@dataclass(frozen=True, slots=True)
class TagPage:
    """Posts with one tag."""

    template: ClassVar[str] = "tag.html"
    frame: Frame
    head: Head
    name: str
    cards: tuple[Card, ...]
    paging: Paging


@dataclass(frozen=True, slots=True)
class Month:
    """The posts of one month, newest first."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class YearPage:
    """The posts of one year."""

    template: ClassVar[str] = "year.html"
    frame: Frame
    head: Head
    year: int
    count: int
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji that people reacted with, and how many of them. `url` is our copy of a custom one, else empty."""

    content: str
    people: int
    url: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Who quotes a post: a name, a handle, and where the quote stands on its own server."""

    name: str
    handle: str
    url: str
    published: When


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as its page shows it."""

    path: str
    url: str
    title: str
    language: str
    direction: str
    html: Markup
    summary: str
    content_warning: str
    hero: Picture | None
    tags: tuple[Link, ...]
    published: When
    edited: When | None
    likes: int
    boosts: int
    emojis: tuple[Emoji, ...]
    comments: int
    reply_path: str
    like_path: str
    boost_path: str
    is_open: bool
    who_may_comment: str = ""
    quotes: tuple[Quoted, ...] = ()
    complete: When | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that came with a comment, as a link to where it lies."""

    url: str
    words: str
    host: str


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment without its answers. `original_url` leads to its own server, empty for the author's."""

    template: ClassVar[str] = "comment.html"
    number: int
    parent: int | None
    name: Markup
    initial: str
    handle: str
    profile_url: str
    avatar_url: str
    is_by_author: bool
    is_badged: bool
    html: Markup
    content_warning: str
    language: str
    attached: tuple[Attached, ...]
    published: When
    is_edited: bool
    original_url: str
    original_host: str
    reply_path: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """One post with what people made of it. `thread` is joined from ready fragments."""

    template: ClassVar[str] = "post.html"
    frame: Frame
    head: Head
    post: PostView
    thread: Markup


@dataclass(frozen=True, slots=True)
class RemarkPage:
    """What the author said below something of `handle`'s elsewhere. `original_url` leads to that."""

    template: ClassVar[str] = "remark.html"
    frame: Frame
    head: Head
    handle: str
    original_url: str
    original_host: str
    html: Markup
    language: str
    direction: str
    published: When
    edited: When | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Something is not here, not here any more, or cannot be done: a heading and a few words."""

    template: ClassVar[str] = "notice.html"
    frame: Frame
    head: Head
    status: int
    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class RemotePage:
    """Do something from the reader's own server: first the form, then the link to go on.

    `copied` is what can be pasted into a search box there; `ready_url` is empty until the handle is known;
    `here_path` is where a reply can be written on this site, empty where that is not offered.
    """

    template: ClassVar[str] = "remote.html"
    frame: Frame
    head: Head
    heading: str
    lead: str
    action: str
    button: str
    copied: str
    back: Link | None = None
    typed: str = ""
    problem: str = ""
    ready_url: str = ""
    ready_host: str = ""
    ready_words: str = ""
    here_path: str = ""


@dataclass(frozen=True, slots=True)
class WritePage:
    """A reply is written here: first the form, then the link to allow it (`ready_url`), then that it is posted.

    `text` is what was typed; `shown_text` is it as it will be posted. `other_path` is the way without this.
    """

    template: ClassVar[str] = "write.html"
    frame: Frame
    head: Head
    heading: str
    lead: str
    action: str
    other_path: str
    back: Link
    longest: int
    handle: str = ""
    text: str = ""
    problem: str = ""
    ready_url: str = ""
    ready_host: str = ""
    shown_text: str = ""
    posted_url: str = ""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A post in a feed. `html` is its full text with absolute addresses; times for machines."""

    object_id: str
    url: str
    title: str
    language: str
    summary: str
    html: str
    published: str
    updated: str
    published_rfc822: str
    tags: tuple[str, ...]
    image_url: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The latest posts for feed readers. `template` says in which format."""

    template: str
    frame: Frame
    self_url: str
    updated: str
    updated_rfc822: str
    items: tuple[FeedItem, ...]


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Every page that search engines may want: its address, and when it changed."""

    template: ClassVar[str] = "sitemap.xml"
    entries: tuple[tuple[str, str], ...]
