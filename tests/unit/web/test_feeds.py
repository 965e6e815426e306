"""Feeds, sitemap, robots: whole texts, and well-formed whatever an author or a database holds."""

import json
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedblog.web import statics
from fedblog.web.templating import Templates, legal_xml
from fedblog.web.views import Sitemap
from tests.fediverse.clock import START
from tests.unit.web.asgi import HOST

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = 86_400_000


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
async def test_feed_readers_get_the_whole_text(blog, path):
    await blog.post(title="Why & <how>", html='<p>Body. <a href="#note">1</a></p>', tags=["web"], edited_at=START + DAY)
    answer = await blog.get(path)
    feed = feedparser.parse(answer.body)
    assert not feed.bozo
    assert feed.feed.title == "Tidewater Notes"
    (entry,) = feed.entries
    assert entry.link == f"https://{HOST}/2026/11/first"
    assert entry.id == f"https://{HOST}/ap/articles/first"
    assert entry.tags[0].term == "web"
    assert "Body." in entry.content[0].value
    assert f"https://{HOST}/2026/11/first#note" in entry.content[0].value
    assert entry.published_parsed[:3] == (2026, 11, 18)


async def test_json_feed_is_one(blog):
    await blog.post(title="Why & <how>", html="<p>Body.</p>", tags=["web"], images=[("a.png", "A boat")])
    answer = await blog.get("/feed.json")
    feed = json.loads(answer.body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"https://{HOST}/feed.json"
    (item,) = feed["items"]
    assert item["title"] == "Why & <how>"
    assert item["image"] == f"https://{HOST}/media/a.png"
    assert item["content_html"].endswith("<p>Body.</p>")
    assert b"<" not in answer.body


async def test_feed_media_types_are_their_own(blog):
    kinds = {path: (await blog.get(path)).header("content-type") for path in ("/feed.atom", "/feed.rss", "/feed.json")}
    assert kinds == {
        "/feed.atom": "application/atom+xml; charset=utf-8",
        "/feed.rss": "application/rss+xml; charset=utf-8",
        "/feed.json": "application/feed+json",
    }


async def test_warned_post_says_so_before_its_text(blog):
    await blog.post(content_warning="Spoilers", excerpt="The butler.", html="<p>The butler did it.</p>")
    entry = feedparser.parse((await blog.get("/feed.atom")).body).entries[0]
    assert entry.summary == "Spoilers"
    assert entry.content[0].value.index("Spoilers") < entry.content[0].value.index("butler")


async def test_no_feed_breaks_on_control_characters(blog):
    await blog.post(title="Bad \x08\x0b\x1b\ufffe title ]]>", html="<p>\x0c text ]]> &amp;</p>", tags=["a\x02b"])
    for path in ("/feed.atom", "/feed.rss", "/sitemap.xml"):
        ET.fromstring((await blog.get(path)).body)
    assert "Bad  title ]]>" in feedparser.parse((await blog.get("/feed.atom")).body).entries[0].title


async def test_unchanged_feed_is_304(blog):
    await blog.post()
    etag = (await blog.get("/feed.atom")).header("etag")
    assert (await blog.get("/feed.atom", headers=[("if-none-match", etag)])).status == 304
    await blog.post("second")
    assert (await blog.get("/feed.atom", headers=[("if-none-match", etag)])).status == 200


async def test_sitemap_lists_every_post_and_robots_names_it(blog):
    await blog.post("größe")
    root = ET.fromstring((await blog.get("/sitemap.xml")).body)
    found = [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [f"https://{HOST}/", f"https://{HOST}/2026/11/gr%C3%B6%C3%9Fe"]
    assert f"Sitemap: https://{HOST}/sitemap.xml" in (await blog.get("/robots.txt")).text


@given(st.text())
def test_any_text_in_any_place_leaves_xml_well_formed(text):
    body = TEMPLATES.render(Sitemap(((text, text),)))
    assert (ET.fromstring(body)[0][0].text or "") == legal_xml(text).replace("\r\n", "\n").replace("\r", "\n")


TEMPLATES = Templates(statics.load().paths)
