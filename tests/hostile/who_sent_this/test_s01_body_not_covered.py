"""S01, a body that its signature does not cover.

Known case: Misskey CVE-2023-49079 (Digest and Host unchecked); the WordPress plugin 4.0.0, whose digest check was
guarded by a variable that was never set.
Verdict: 401, nothing is stored.
"""

from dataclasses import replace

from tests.fediverse.box import call_asgi
from tests.hostile.who_sent_this.forging import both_forms, rows_of


@both_forms
async def test_one_flipped_byte_under_the_same_signature_stores_nothing(site, ada, form):
    request = ada.request(site.inbox, ada.activity("Follow", await site.actor_id()), form=form)
    before = await rows_of(site)
    for place in (0, len(request.body) // 2, len(request.body) - 2):
        body = bytearray(request.body)
        body[place] ^= 1
        answer = await call_asgi(site.site, replace(request, body=bytes(body)))
        assert answer.status in {400, 401}, place
    assert (await call_asgi(site.site, replace(request, body=request.body + b" "))).status == 401
    assert await rows_of(site) == before


@both_forms
async def test_a_digest_that_was_made_to_fit_another_body_stores_nothing(site, ada, form):
    """The headers of one request around the body of another, its digest with it."""
    follow = ada.request(site.inbox, ada.activity("Follow", await site.actor_id()), form=form)
    like = ada.request(site.inbox, ada.activity("Like", "https://x.example/"), form=form)
    fitting = {name: value for name, value in follow.headers if name.lower() in {"digest", "content-digest"}}
    headers = tuple((name, fitting.get(name, value)) for name, value in like.headers)
    before = await rows_of(site)
    assert (await call_asgi(site.site, replace(like, headers=headers, body=follow.body))).status == 401
    assert await rows_of(site) == before
