"""P04, pages that tell strangers who reads them.

Known case: remote faces and emoji that every reader's browser fetches from their server; Hollo added a proxy for them.
Verdict: nothing on any page is loaded from elsewhere, and no reader gets a cookie.
"""

import re

import pytest

from tests.hostile.asking import BROWSER, every_address, is_public, send
from tests.hostile.page_elements import Page

LOADS = {
    "img": ("src", "srcset"), "script": ("src",), "source": ("src", "srcset"), "iframe": ("src",), "video": ("src", "poster"),
    "audio": ("src",), "embed": ("src",), "object": ("data",), "track": ("src",), "input": ("src",), "use": ("href",),
}  # fmt: skip
LINKS_THAT_LOAD = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "preconnect",
    "dns-prefetch",
    "manifest",
}


def loaded_from_elsewhere(html):
    """What a browser fetches by itself when it shows this page, from any other host."""
    found = []
    for tag, attributes in Page(html).elements:
        values = [attributes[name] for name in LOADS.get(tag, ()) if name in attributes]
        if tag == "link" and LINKS_THAT_LOAD & set(attributes.get("rel", "").lower().split()):
            values.append(attributes.get("href", ""))
        found += [value for value in values if not re.match(r"/(?!/)", value)]
    return found


def test_the_search_sees_what_would_be_loaded():
    assert loaded_from_elsewhere('<img src="https://x.example/a.png">') == ["https://x.example/a.png"]
    assert loaded_from_elsewhere('<link rel="stylesheet" href="//x.example/a.css">') == ["//x.example/a.css"]
    assert loaded_from_elsewhere('<a href="https://x.example/">x</a><img src="/media/a.png">') == []


@pytest.fixture
async def post(blog, pond):
    """A post below which strangers put everything that a page might load."""
    made = await blog.publish("On faces", "Words ![a](https://x.example/a.png) <img src=https://x.example/b.png>")
    picture = {"type": "Image", "mediaType": "image/png", "url": "https://x.example/p.png"}
    ada = pond.person("ada", icon=picture, image=picture, tag=[{"type": "Emoji", "name": ":x:", "icon": picture}])
    pond.documents["/users/ada"]["name"] = "Ada :x:"
    emoji = {"type": "Emoji", "name": ":x:", "icon": picture}
    words = "<p>x :x: <img src='https://x.example/i.png'><a href='https://x.example/'>x</a></p>"
    for extra in ({}, {"attachment": [picture]}, {"tag": [emoji]}, {"image": picture, "preview": picture}):
        note = ada.note(words, in_reply_to=made.object_id, **extra)
        await ada.post(blog.inbox, ada.create(note))
    await ada.post(blog.inbox, ada.activity("EmojiReact", made.object_id, content=":x:", tag=[emoji]))
    await blog.work()
    await blog.shop.store.write(_show_all)
    return made


async def _show_all(db):
    """As if the author had approved what waits."""
    await db.run("UPDATE comment SET state = 'shown', number = pk WHERE state = 'held'")
    db.touch("frame", "post:1")


async def test_no_page_loads_anything_from_elsewhere_nor_sets_a_cookie(blog, post):
    pages = 0
    for address in filter(is_public, await every_address(blog, post)):
        answer = await send(blog, "GET", address, [("accept", BROWSER)])
        assert answer.header("set-cookie") is None, address
        if answer.status == 200 and (answer.header("content-type") or "").startswith("text/html"):
            assert loaded_from_elsewhere(answer.body.decode()) == [], address
            pages += 1
    assert pages > 5
    assert "x.example" in await blog.page(post)
