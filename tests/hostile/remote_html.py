"""Hostile HTML in numbers, and a look at what is left of it through another parser's eyes."""

from itertools import product
from pathlib import Path

import html5lib

# Payloads are parted by lines of "%%"; some have several lines.
WRITTEN = Path(__file__).with_suffix(".txt").read_text("utf-8").rstrip("\n").split("\n%%\n")


_EVENTS = ("onclick", "onerror", "onload", "onmouseover", "onfocus", "onanimationstart", "ontoggle", "onpointerenter")
_ELEMENTS = ("a", "body", "img", "svg", "math", "video", "audio", "details", "input", "form", "iframe", "object", "embed", "p", "span", "div", "table", "td", "b", "select", "style")  # fmt: skip
_TAGS = (
    "<{e} {v}=alert(1)>x</{e}>",
    '<{e}/{v}="alert(1)"/x>',
    "<{e} x='\"' {v}='alert(1)'>",
    "<{e}\t{v}\n=\falert(1) ",
)

_SCRIPT = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \t\n javascript:alert(1)",
    "\x01javascript:alert(1)",
    "\x00javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "java\x00script:alert(1)",
    "javascript\t:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript:alert(1)",
    "&#0000106;avascript:alert(1)",
    "&#106avascript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "&#x1;javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\u2028javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "vbscript:msgbox(1)",
    "livescript:x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:text/html,x",
    "blob:https://x.example/1",
    "filesystem:https://x.example/1",
    "file:///etc/passwd",
    "view-source:javascript:1",
    "jar:http://x!/y",
    "feed:javascript:alert(1)",
    "xmpp:a@b.example",
    "gemini://x.example/",
    "//evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example\\x",
    "../admin/",
    "https://user:pass@evil.example/",
    "https://evil.example\\.good.example/",
    "http://[::1",
    "http://2130706433/",
    "https://exa mple.org/",
    'https://ok.example/"><script>alert(1)</script>',
    "https://ok.example/'onclick='alert(1)",
)
_ADDRESSED = (
    '<a href="{u}">x</a>',
    "<a href='{u}'>x</a>",
    "<a href={u}>x</a>",
    '<a HREF\n=\n"{u}">x',
    '<img src="{u}">',
    '<iframe src="{u}"></iframe>',
    '<form action="{u}"><button formaction="{u}">x</button></form>',
    '<svg><a xlink:href="{u}" href="{u}"><text>x</text></a></svg>',
    '<object data="{u}"></object><embed src="{u}">',
    '<blockquote cite="{u}">x</blockquote>',
    '<a class="mention" href="{u}">@x</a>',
    "[x]({u}) <{u}> ![x]({u})",
)

_PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "--><script>alert(1)</script>",
    "</style></script></title></textarea><svg onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "]]><script>alert(1)</script>",
)
_WRAPPERS = (
    "<svg>{p}</svg>", "<svg><style>{p}", "<svg><title>{p}</title>", "<svg><desc>{p}", "<svg></p>{p}", "<svg><![CDATA[{p}]]>",
    "<math>{p}</math>", "<math><mtext>{p}", "<math><mtext><mglyph><style>{p}", "<math><annotation-xml>{p}", "<math><mi><table>{p}",
    "<noscript>{p}</noscript>", '<noscript><p title="</noscript>{p}">', "<style>{p}</style>", "<style>{p}", "<style><!--</style>{p}-->",
    "<template>{p}</template>", "<template>{p}", "<textarea>{p}</textarea>", '<textarea><a title="</textarea>{p}">', "<title>{p}",
    "<xmp>{p}</xmp>", "<iframe>{p}</iframe>", "<noembed>{p}", "<noframes>{p}</noframes>", "<plaintext>{p}", "<!--{p}-->", "<!-- --!>{p}",
    "<!--><!--{p}", "<?x {p}?>", "<!x {p}>", "</x {p}>", '<p title="{p}">', "<p title='{p}'>", "<p title={p}>", "<p {p}>", "<{p}>",
    "<table>{p}</table>", "<table><tr>{p}", "<table><caption>{p}", "<select>{p}</select>", "<select><option>{p}", "<form>{p}<form>",
    "<a><a>{p}", "<b><p></b>{p}", "<p><b><i></p>{p}", "<button><p>{p}</button>", "<object>{p}", "<marquee>{p}", "<ruby><rt>{p}<rp>",
    "<pre>\n\n{p}", "<listing>\n{p}", "<frameset>{p}", "<html><head>{p}", "<body>{p}<body>", "<li><ul><li>{p}", "<dl><dd><dt>{p}",
    "<h1><h2>{p}</h1>", "<code>{p}</code>", "<a href='https://ok.example'>{p}", "<span class='invisible'>{p}", "<details><summary>{p}",
    "<x><y><z>{p}</y>", "<svg><foreignObject>{p}", "<svg><p>{p}", "<font color={p}>", "<p\x00>{p}", "<p>\ud800{p}", "<scr\x00ipt>{p}",
)  # fmt: skip


def corpus() -> list[str]:
    """Every payload, each once: the written ones, and those that combinations make."""
    events = [tag.format(e=e, v=v) for tag, e, v in product(_TAGS, _ELEMENTS, _EVENTS)]
    addresses = [form.format(u=u) for form, u in product(_ADDRESSED, _SCRIPT)]
    nested = [outer.format(p=payload) for outer, payload in product(_WRAPPERS, _PAYLOADS)]
    twice = [
        outer.format(p=inner.format(p=payload))
        for outer, inner, payload in product(_WRAPPERS[::3], _WRAPPERS[1::3], _PAYLOADS[:3])
    ]
    return list(dict.fromkeys(WRITTEN + events + addresses + nested + twice))


def cost_bombs(size: int = 256 * 1024) -> dict[str, str]:
    """Texts that keep a parser busy whose work grows faster than its input."""
    units = {
        "open tags": "<a ", "open tags with quotes": '<a x="', "brackets": "(", "less than": "<", "references": "&amp", "twice escaped": "&amp;amp;",
        "divs": "<div>", "quotations": "<blockquote>", "lists": "<ul><li>", "bold": "<b>", "bold paragraphs": "<b><p>", "links": "<a href=https://x.example>",
        "crossed": "<b><i></b>", "tables": "<table>", "cells": "<table><td>", "ends": "</p>", "comments": "<!--", "declarations": "<!x", "drawings": "<svg>",
        "ruby": "<ruby><rt>", "templates": "<template>", "styles": "<style>", "titles": "<title></", "headings": "<h1><h2>", "colons": ":a:", "marks": "@a@",
    }  # fmt: skip
    bombs = {name: unit * (size // len(unit)) for name, unit in units.items()}
    different = "".join(f"<b x={number}>" for number in range(size // 10))
    many = "<a " + " ".join(f"a{number}=1" for number in range(size // 8)) + ">x</a>"
    return {
        **bombs,
        "different bold": different,
        "different bold, then paragraphs": different[: size // 2] + "<p>x" * 20_000,
        "attributes": many,
    }


def findings(
    html: str, *, elements: set[str], attributes: set[str], classes: set[str], schemes: tuple[str, ...]
) -> list[str]:
    """What html5lib finds in `html` that is not on these lists. Empty is good."""
    return [
        found
        for container in ("div", "body", "td")
        for element in html5lib.parseFragment(html, container=container, namespaceHTMLElements=False).iter()
        if element.tag != "DOCUMENT_FRAGMENT"
        for found in _wrong_in(element, elements, attributes, classes, schemes)
    ]


def _wrong_in(element, elements, attributes, classes, schemes):
    if element.tag not in elements:
        yield f"element {element.tag}"
    for name, value in element.attrib.items():
        if name not in attributes:
            yield f"attribute {name}"
        if name in {"href", "src", "cite"} and not value.startswith(schemes):
            yield f"address {value}"
        if name == "class" and not set(value.split()) <= classes:
            yield f"class {value}"
