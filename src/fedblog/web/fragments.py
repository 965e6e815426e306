"""Comments as HTML, each rendered once: a thread of a thousand is joined, not rendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from fedblog.domain.actor import NameEmoji
from fedblog.services.emojis import pictures
from fedblog.store.comments import CommentLine
from fedblog.text.sanitise import name_html
from fedblog.urls import host_of, read_url
from fedblog.web import addresses, dates
from fedblog.web.templating import Templates
from fedblog.web.views import Attached, CommentView

_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a comment's look depends on besides itself. `reply_path` is the post's; empty: closed.

    `author_ids` are the author's other accounts, which name the blog too.
    """

    time_zone: str
    author_name: str
    author_handle: str
    author_avatar_url: str
    reply_path: str
    author_ids: frozenset[str] = frozenset()


class Fragments:
    """Renders comments and keeps the result for as long as nothing that is shown of them changes."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self.of = lru_cache(maxsize=_MOST_KEPT)(self._render)

    def _render(self, line: CommentLine, parent: int | None, around: Surroundings) -> str:
        return self._templates.text(comment_view(line, parent, around))


def comment_view(line: CommentLine, parent: int | None, around: Surroundings) -> CommentView:
    """A comment as its template sees it; `parent` is the number of what it answers, if that has one."""
    number = line.number or 0
    is_ours = line.is_by_author
    name = around.author_name if is_ours else (line.actor_name or line.actor_username)
    original = "" if is_ours else web_address(line.url) or web_address(line.object_id)
    return CommentView(
        number=number,
        parent=parent,
        name=_with_emoji(name, () if is_ours else line.actor_emojis),
        initial=_initial(name),
        handle=around.author_handle if is_ours else f"@{line.actor_handle}",
        profile_url="/" if is_ours else web_address(line.actor_url) or line.actor_id,
        avatar_url=around.author_avatar_url if is_ours else addresses.media_path(line.avatar_name),
        is_by_author=is_ours,
        is_badged=is_ours or line.actor_id in around.author_ids,
        html=Markup(line.html),  # noqa: S704 - sanitised when it was stored
        content_warning=line.summary,
        language=line.language,
        attached=tuple(_attached(thing.url, thing.name) for thing in line.attachments if web_address(thing.url)),
        published=dates.when(line.published_at, around.time_zone),
        is_edited=line.edited_at is not None,
        original_url=original,
        original_host=host_of(original) or "",
        reply_path=f"{around.reply_path}/{number}" if around.reply_path else "",
    )


def web_address(text: str) -> str:
    """The text if it is an http(s) address that may stand in a link; else empty."""
    return text if read_url(text) else ""


def _attached(url: str, words: str) -> Attached:
    host = host_of(url) or ""
    return Attached(url, words or "Attachment", host)


def _with_emoji(name: str, emojis: Sequence[NameEmoji]) -> Markup:
    files = {emoji.name: emoji.file_name for emoji in emojis if emoji.file_name}
    return Markup(name_html(name, pictures(files))) if files else escape(name)  # noqa: S704 - cleaned


def _initial(name: str) -> str:
    return next((character.upper() for character in name if character.isalnum()), "?")
