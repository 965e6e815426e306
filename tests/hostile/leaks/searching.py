"""Marked texts, and a search for them in everything that anybody may fetch."""

import itertools
import json
import re
from urllib.parse import quote, unquote

from tests.hostile.asking import AP, BROWSER, every_address, is_public, send

marks = itertools.count(1)


def new_mark():
    """A word that stands nowhere else."""
    return f"mark{next(marks):06}kram"


async def everything_public(blog, post):
    """Every public answer that can be found: the route table, and whatever its answers link to on this host."""
    waiting = ["/nothing", "/2026", "/1999/01/nothing", "/ap/notes/nothing", "/ap/articles/nothing", "/media/nothing"]
    waiting += [address for address in await every_address(blog, post) if is_public(address)]
    waiting += [f"/reply/{pk}" for pk in range(max(1, post.pk - 4), post.pk + 2)]
    waiting += [f"/reply/{post.pk}/{number}" for number in range(1, 9)]
    seen, answers = set(), []
    while waiting and len(seen) < 400:
        address = waiting.pop()
        if address in seen or not is_public(address):
            continue
        seen.add(address)
        for accept in (AP, BROWSER):
            answer = await send(blog, "GET", address, [("accept", accept)])
            answers.append((f"GET {address}", answer))
            waiting += _links(blog, answer)
        if address.startswith(("/follow", "/reply")):
            form = [("content-type", "application/x-www-form-urlencoded"), ("accept", BROWSER)]
            answers.append((f"POST {address}", await send(blog, "POST", address, form, b"handle=x")))
    return answers


def _links(blog, answer):
    text = answer.body.decode("utf-8", "replace")
    found = re.findall(rf'(?:href|src|action)="(/[^"#]*)|({re.escape(blog.origin)}/[^"#<>\s\\]*)', text)
    located = (answer.header("location") or "").partition("#")[0]
    paths = [path or full.removeprefix(blog.origin) for path, full in found]
    return [*paths, *([located.removeprefix(blog.origin)] if located.startswith(blog.origin) else [])]


def where(mark, answers):
    """The addresses whose answer holds the mark, in any writing."""
    spellings = {mark, quote(mark), mark.upper(), mark.title(), json.dumps(mark)[1:-1]}
    texts = ((name, f"{answer.headers} {answer.body.decode('utf-8', 'replace')}") for name, answer in answers)
    return [
        name for name, text in texts if any(spelling in text or spelling in unquote(text) for spelling in spellings)
    ]


def marked(note, mark, us):
    """The note with the mark in everything that it says."""
    return note | {
        "content": f"<p>{mark} <a href='https://{mark}.example/{mark}' title='{mark}'>{mark}</a></p>",
        "contentMap": {"en": f"<p>{mark}</p>"},
        "summary": f"{mark} warning",
        "name": f"{mark} name",
        "sensitive": True,
        "url": f"https://pond.example/@x/{mark}",
        "source": {"content": mark, "mediaType": "text/markdown"},
        "tag": [
            {"type": "Mention", "href": us, "name": f"@{mark}@blog.example"},
            {"type": "Hashtag", "href": f"https://pond.example/tags/{mark}", "name": f"#{mark}"},
            {
                "type": "Emoji",
                "name": f":{mark}:",
                "icon": {"type": "Image", "url": f"https://pond.example/{mark}.png"},
            },
        ],
        "attachment": [
            {"type": "Document", "mediaType": "image/png", "url": f"https://pond.example/{mark}.png", "name": mark}
        ],
    }
