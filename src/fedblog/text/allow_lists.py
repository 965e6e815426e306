"""The three allow-lists of HTML, each one sanitiser for the life of the process.

Every piece of HTML that leaves this room went through one of these last, and is not touched after.
None of them lets through script, style, event handlers, frames, forms, SVG or MathML.
"""

from collections.abc import Collection

import nh3

from fedblog.text import language
from fedblog.text.tree import names

COMMENT_TAGS = names("p br span a blockquote code pre ul ol li strong b em i del s u ruby rt rp h3 h4 h5 h6")
POST_TAGS = names(
    "a abbr aside b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure"
    " h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup"
    " table tbody td tfoot th thead time tr u ul var wbr"
)
# Their contents are no text for readers.
_WITH_CONTENT = {"iframe", "math", "noscript", "script", "select", "style", "svg", "template", "textarea", "title"}
LINK_REL = "nofollow ugc noopener noreferrer"
LEADING_MENTIONS = "leading-mentions"
EMOJI = "emoji"
COMMENT_LINK_CLASSES = names("mention hashtag")
_POST_CLASSES = names(
    "mention hashtag h-card u-url footnote-ref footnote-backref footnotes footnotes-list footnote-item footnotes-sep"
    " contains-task-list task-list-item align-left align-center align-right"
)
_WIRE_CLASSES = names("mention hashtag")
_COMMENT_ATTRIBUTES = {"a": {"href"}, "ol": {"start", "reversed"}, "li": {"value"}, "*": {"lang"}}
_WIRE_ATTRIBUTES = {
    "a": {"href", "rel"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "*": {"lang", "dir", "class"},
}
_POST_ATTRIBUTES = _WIRE_ATTRIBUTES | {
    "a": {"href", "rel", "title", "hreflang"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "*": {"lang", "dir", "class", "id"},
}


def _only_fragments(url: str) -> str | None:
    return url if url.startswith("#") else None


def _post_value(_tag: str, name: str, value: str) -> str | None:
    return _value(name, value, _POST_CLASSES)


def _wire_value(_tag: str, name: str, value: str) -> str | None:
    return _value(name, value, _WIRE_CLASSES)


def _value(name: str, value: str, classes: Collection[str]) -> str | None:
    if name == "class":
        return " ".join(word for word in value.split() if word in classes or _is_code_language(word)) or None
    if name == "rel":
        return value if value in {"tag", "me"} else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if name == "lang":
        return value if language.is_language_tag(value) else None
    return value


def _is_code_language(word: str) -> bool:
    name = word.removeprefix("language-")
    return name != word and len(name) <= 40 and name.isascii() and name.replace("+", "").replace("-", "").isalnum()


def comment_cleaner(pictures: Collection[str] = ()) -> nh3.Cleaner:
    """A sanitiser for what strangers wrote; the only pictures are those of `pictures`, addresses of our own."""
    allowed = frozenset(pictures)
    emoji = {"img": {"src": set(allowed), "class": {EMOJI}}} if allowed else {}
    return nh3.Cleaner(
        tags=set(COMMENT_TAGS) | set(emoji),
        clean_content_tags=_WITH_CONTENT,
        attributes=_COMMENT_ATTRIBUTES | ({"img": {"alt", "title"}} if allowed else {}),
        tag_attribute_values=emoji,
        allowed_classes={"a": set(COMMENT_LINK_CLASSES), "span": {LEADING_MENTIONS}},
        link_rel=LINK_REL,
        url_schemes={"http", "https"},
        url_relative=lambda url: url if url in allowed else None,
    )


COMMENT = comment_cleaner()
POST = nh3.Cleaner(
    tags=set(POST_TAGS),
    clean_content_tags=_WITH_CONTENT,
    attributes=_POST_ATTRIBUTES,
    attribute_filter=_post_value,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
    url_relative=_only_fragments,
)
WIRE = nh3.Cleaner(
    tags=set(POST_TAGS),
    clean_content_tags=_WITH_CONTENT,
    attributes=_WIRE_ATTRIBUTES,
    attribute_filter=_wire_value,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)
