"""Chromium starts, shows a page in every view, and its picture is kept."""

import pytest
from PIL import Image

from tests.browser.pages import PHONE, PHONE_DARK

PAGE = """data:text/html,
<meta name=viewport content="width=device-width"><title>Hello</title>
<style>:root{color-scheme:light dark} @media (prefers-color-scheme:dark){html{background:black}}</style>
<h1>Hello, reader</h1>"""


@pytest.mark.parametrize(("view", "paper"), [(PHONE, (255, 255, 255)), (PHONE_DARK, (0, 0, 0))])
async def test_a_page_is_shown_and_photographed(page, photograph, paper):
    await page.goto(PAGE)
    assert await page.get_by_role("heading").inner_text() == "Hello, reader"
    picture = Image.open(await photograph("browser-itself")).convert("RGB")
    assert picture.width == 390
    assert picture.getpixel((0, 0)) == paper


@pytest.mark.parametrize("has_script", [False])
async def test_a_reader_without_script(page):
    await page.goto("data:text/html,<p id=said>still</p><script>said.textContent='changed'</script>")
    assert await page.locator("#said").inner_text() == "still"
