"""P03, a cache that hands a browser the document, or a server the page.

Known case: page caches in front of WordPress, which gave Mastodon HTML and people JSON.
Verdict: `Vary: Accept`, an ETag for each form, and nothing to be kept of the form at the page's own address.
"""

import itertools

import pytest

from tests.hostile.asking import AP, BROWSER, HTML, every_address, send


@pytest.fixture
async def addresses(blog, ada):
    """Every address of the route table, filled in with what is there."""
    post = await blog.publish("On slow reading", "Read *slowly*.\n\n#reading")
    note = ada.note("<p>Twice.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    return await every_address(blog, post)


class Proxy:
    """A shared cache in front of the blog, as plain as RFC 9111 lets one be; `heeds_vary` tells how careless."""

    def __init__(self, blog, *, heeds_vary):
        self.blog, self.heeds_vary, self.kept = blog, heeds_vary, {}

    async def get(self, address, accept):
        key = (address, accept if self.heeds_vary else "")
        kept = self.kept.get(key)
        known = [("if-none-match", kept.header("etag"))] if kept and kept.header("etag") else []
        answer = await send(self.blog, "GET", address, [("accept", accept), *known])
        if answer.status == 304:
            return kept
        if not {"no-store", "private"} & set((answer.header("cache-control") or "").split(", ")):
            self.kept[key] = answer
        return answer


async def test_a_proxy_never_hands_out_the_wrong_form(blog, addresses):
    """P03: the page and the document of one address, behind a cache, in every order of four askers."""
    [permalink] = [address for address in addresses if address.endswith("/on-slow-reading")]
    four = [AP, BROWSER, "*/*", "application/activity+json, application/ld+json, text/html;q=0.1"]
    for address, order, heeds_vary in itertools.product((permalink, "/"), itertools.permutations(four), (True, False)):
        proxy = Proxy(blog, heeds_vary=heeds_vary)
        for accept in (*order, *order):
            got = await proxy.get(address, accept)
            assert got.header("content-type").startswith(HTML if accept in {BROWSER, "*/*"} else AP), (address, order)
