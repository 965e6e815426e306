"""Style sheets and pictures: named by their content, kept for a year, and nothing else from the disk."""

import re

import pytest

from fedblog.services import media

NAME = "0123456789abcdef0123456789abcdef.png"


async def test_the_style_of_a_page_is_there_and_kept_for_a_year(blog):
    path = re.search(r'rel="stylesheet" href="([^"]+)"', (await blog.get("/")).text)[1]
    sheet = await blog.get(path)
    assert sheet.status == 200
    assert sheet.header("content-type") == "text/css; charset=utf-8"
    assert "immutable" in sheet.header("cache-control")
    assert "--paper" in sheet.text
    assert len(sheet.body) <= 20_000
    assert (await blog.get("/static/blog.000000000000.css")).status == 404


async def test_picture_is_served_as_what_it_is_in_a_sandbox(blog):
    folder = media.directory(blog.shop)
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(b"picture")
    picture = await blog.get(f"/media/{NAME}")
    assert (picture.status, picture.body) == (200, b"picture")
    assert picture.header("content-type") == "image/png"
    assert picture.header("content-security-policy") == "default-src 'none'; sandbox"
    assert picture.header("x-content-type-options") == "nosniff"
    known = await blog.get(f"/media/{NAME}", headers=[("if-none-match", picture.header("etag"))])
    assert (known.status, known.body) == (304, b"")


@pytest.mark.parametrize("name", [NAME, "../fedblog.db", "..%2ffedblog.db", "fedblog.db", "x\0.png", ".png"])
async def test_nothing_else_is_served_from_the_disk(blog, name):
    assert (await blog.get(f"/media/{name}")).status in {400, 404}
