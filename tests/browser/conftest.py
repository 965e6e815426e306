"""Headless Chromium for the tests: `browser` for the run, `page` for one test.

`page` is a desktop window in light colours. Parametrise `view` for others:
`@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)`.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.pages import DESKTOP, SCREENSHOTS, View
from tests.browser.running import running_blog
from tests.needs import missing

__all__ = ["running_blog"]

Photograph = Callable[[str], Awaitable[Path]]

# Nothing that calls home, and no sandbox, as CI runs as root.
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the installed Chromium."""
    return shutil.which("chromium") or missing("Chromium", "apt install chromium fonts-dejavu-core")


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A fresh Chromium with an empty profile."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def view() -> View:
    """The window that `page` opens in."""
    return DESKTOP


@pytest.fixture
def has_script() -> bool:
    """Whether `page` runs scripts; parametrise with False for a reader without."""
    return True


@pytest.fixture
async def context(browser: Browser, view: View, has_script: bool) -> AsyncIterator[BrowserContext]:
    """A window of its own: no cookies, the view's size and colours, any certificate believed."""
    context = await browser.new_context(
        viewport={"width": view.width, "height": view.height},
        color_scheme=view.scheme,
        java_script_enabled=has_script,
        ignore_https_errors=True,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    context.set_default_timeout(15_000)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """One tab. The test fails at its end when the page threw an error or broke its own CSP."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert complaints == []


@pytest.fixture
def photograph(page: Page, view: View) -> Photograph:
    """`await photograph("home")` keeps the whole page as build/screenshots/home-desktop.png."""

    async def take(name: str) -> Path:
        path = SCREENSHOTS / f"{name}-{view.name}.png"
        await page.screenshot(path=path, full_page=True)
        return path

    return take
