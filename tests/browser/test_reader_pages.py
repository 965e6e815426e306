"""Every page that a reader may see, in every window, with and without script: what holds for all of them."""

import pytest

from tests.browser.pages import VIEWS, View
from tests.browser.scenery import furnish

EVERYWHERE = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
NARROW = View("narrow", 320, 700, "light")


@pytest.fixture
async def wrong(page, running_blog):
    """What the pages ask of others, what they ask for in vain, and what the browser complains of."""
    seen = []
    page.on("request", lambda request: request.url.startswith(running_blog.url) or seen.append(request.url))
    # Whoever goes on before a picture far below is there does not want it any more.
    page.on("requestfailed", lambda request: "ABORTED" in request.failure or seen.append(f"failed: {request.url}"))
    page.on("response", lambda answer: answer.ok or answer.request.is_navigation_request() or seen.append(answer.url))
    page.on("console", lambda said: "the server responded with a status" in said.text or seen.append(said.text))
    return seen


@pytest.fixture
async def scene(running_blog):
    return await furnish(running_blog)


def paths(scene):
    return {
        "home": "/", "page-2": "/page/2", "post": scene.post.path, "post-closed": scene.closed.path,
        "post-rtl": scene.arabic.path, "post-warning": scene.warned.path, "tag": "/tags/notes",
        "tag-page-2": "/tags/notes/page/2", "year": "/2027", "missing": "/2026/11/nothing", "gone": scene.gone.path,
        "follow": "/follow", "reply": f"/reply/{scene.post.pk}", "reply-to-comment": f"/reply/{scene.post.pk}/1",
        "reply-closed": f"/reply/{scene.closed.pk}",
    }  # fmt: skip


STATUS = {"missing": 404, "gone": 410, "reply-closed": 409}


@EVERYWHERE
@pytest.mark.parametrize("has_script", [False, True], ids=["without script", "with script"])
async def test_every_page_is_sound(page, running_blog, scene, wrong, photograph, has_script):
    for name, path in paths(scene).items():
        answer = await page.goto(running_blog.url + path)
        assert answer.status == STATUS.get(name, 200), name
        assert await page.evaluate(FAULTS) == [], name
        if not has_script:
            await photograph(f"reader-{name}")
    assert wrong == []


@EVERYWHERE
async def test_an_empty_blog(page, running_blog, photograph):
    await page.goto(running_blog.url)
    assert "Nothing is published here yet." in await page.locator("main").inner_text()
    assert await page.evaluate(FAULTS) == []
    await photograph("reader-home-empty")


@pytest.mark.parametrize("view", [NARROW], ids=["320 px"])
async def test_nothing_is_wider_than_the_smallest_telephone(page, running_blog, scene):
    for name, path in paths(scene).items():
        await page.goto(running_blog.url + path)
        assert await page.evaluate(TOO_WIDE) == [], name


@pytest.mark.parametrize("view", [VIEWS[0], VIEWS[1]], ids=["light", "dark"])
async def test_the_post_on_paper(page, running_blog, scene, photograph):
    await page.goto(running_blog.url + scene.post.path)
    await page.emulate_media(media="print")
    for hidden in (".site-nav", "#follow", ".comments-head .button", ".comment-foot"):
        assert not await page.locator(hidden).first.is_visible(), hidden
    assert await page.locator("h1").is_visible()
    link = page.get_by_role("link", name="reference")
    assert "books.example" in await link.evaluate("a => getComputedStyle(a, '::after').content")
    assert await colours(page.locator("body")) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert await colours(page.locator(".badge").first) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    await photograph("reader-post-print")


async def colours(place):
    """Ink and paper."""
    style = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    return tuple(await place.evaluate(style))


@pytest.mark.parametrize("view", [VIEWS[0], VIEWS[1]], ids=["light", "dark"])
async def test_the_colours_follow_the_reader(page, running_blog, view):
    await page.goto(running_blog.url)
    _, paper = await colours(page.locator("body"))
    brightness = sum(int(part) for part in paper.removeprefix("rgb(").removesuffix(")").split(", ")) / 3
    assert brightness > 240 if view.scheme == "light" else brightness < 40


# What must hold on every page: one h1, no level left out, landmarks, named fields, alt texts, a language.
FAULTS = """() => {
    const faults = [], all = selector => [...document.querySelectorAll(selector)];
    const levels = all('h1, h2, h3, h4, h5, h6').map(one => Number(one.tagName[1]));
    if (levels.filter(level => level === 1).length !== 1) faults.push(`h1: ${levels}`);
    levels.forEach((level, at) => { if (level > (levels[at - 1] ?? 0) + 1) faults.push(`headings: ${levels}`); });
    for (const landmark of ['main', 'footer', 'header']) {
        if (all(`body > ${landmark}`).length !== 1) faults.push(landmark);
    }
    all('nav').forEach(one => { if (!one.getAttribute('aria-label')) faults.push(one.outerHTML); });
    all('input:not([type=hidden])').forEach(one => { if (!one.labels.length) faults.push(one.outerHTML); });
    all('a, button').forEach(one => {
        const pictures = [...one.querySelectorAll('img')].map(image => image.alt).join('');
        if (!(one.textContent + pictures).trim()) faults.push(one.outerHTML);
    });
    all('img').forEach(one => {
        if (!one.hasAttribute('alt')) faults.push(one.outerHTML);
        if (one.complete && !one.naturalWidth) faults.push(`broken: ${one.src}`);
    });
    if (!document.documentElement.lang || !document.documentElement.dir) faults.push('language');
    if (new Set(all('[id]').map(one => one.id)).size !== all('[id]').length) faults.push('an id twice');
    all('script, style, [style], [onclick]').forEach(one => faults.push(one.outerHTML));
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`wider than the window: ${root.scrollWidth}`);
    return faults;
}"""
# Elements that reach past the window, and are in no box that scrolls by itself.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = one => one && (getComputedStyle(one).overflowX === 'auto' || scrolls(one.parentElement));
    return [...document.querySelectorAll('body *:not(.sr, .sr *)')]
        .filter(one => one.getBoundingClientRect().right > width + 0.5 && !scrolls(one.parentElement))
        .map(one => one.outerHTML.slice(0, 120));
}"""
