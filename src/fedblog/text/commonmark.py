"""Markdown as fedblog reads it: CommonMark, with tables, footnotes, task lists, strikethrough and bare links.

HTML inside it is kept here, because the author is the owner; what of it may stay, `markdown` decides.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from fedblog.text import html_reader
from fedblog.text.language import primary
from fedblog.text.tree import Element, plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_ESCAPED_MARKS = frozenset({"#", "@"})
# Opening and closing, outer and inner. A language that is not here keeps the quotes as typed.
_QUOTES = {
    "cs": ("„", "“", "‚", "‘"),
    "da": ("„", "“", "‚", "‘"),
    "de": ("„", "“", "‚", "‘"),
    "en": ("“", "”", "‘", "’"),
    "es": ("«", "»", "“", "”"),
    "fi": ("”", "”", "’", "’"),
    "fr": ("«\xa0", "\xa0»", "‹\xa0", "\xa0›"),
    "it": ("«", "»", "“", "”"),
    "nl": ("“", "”", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": ("“", "”", "‘", "’"),
    "ru": ("«", "»", "„", "“"),
    "sv": ("”", "”", "’", "’"),
    "uk": ("«", "»", "„", "“"),
}


def read(source: str, language: str = "") -> Element:
    """The tree of a Markdown text, not yet sanitised. `language` (BCP 47) chooses the quotation marks."""
    return html_reader.read(_parser(primary(language)).render(source, {}))


def split_title(source: str) -> tuple[str, str]:
    """The text of a first heading of the first level, plain, and what follows it; "" and all when there is none."""
    tokens = _parser("").parse(source, {})
    if len(tokens) < 2 or tokens[0].type != "heading_open" or tokens[0].tag != "h1" or not tokens[0].map:
        return "", source
    title = plain(html_reader.read(_parser("").renderInline(tokens[1].content, {})))
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return " ".join(title.split()), "\n".join(lines[tokens[0].map[1] :]).lstrip("\n")


@lru_cache(maxsize=64)
def _parser(language: str) -> "MarkdownIt":
    # Only who writes needs them: a server that is merely read does without their memory and their start.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    quotes = _QUOTES.get(language)
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True, "typographer": bool(quotes)})
    parser.enable(["table", "strikethrough", "linkify"]).use(footnote_plugin).use(tasklists_plugin)
    if quotes:
        parser.options["quotes"] = list(quotes)
        parser.enable("smartquotes")
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.core.ruler.before("text_join", "escaped_marks", _keep_escaped_marks)
    return parser


def _keep_escaped_marks(state: "StateCore") -> None:
    r"""`\#` and `\@` stay a mark of their own, so that no hashtag and no handle begins there."""
    for block in state.tokens:
        block.children = [_literal(token) for token in block.children or []] or block.children


def _literal(token: "Token") -> "Token":
    if token.type != "text_special" or token.content not in _ESCAPED_MARKS:
        return token
    return token.copy(type="html_inline", content=f'<span class="literal">{token.content}</span>')
