"""S18, another host or query than the one that was signed.

Known case: Starlette CVE-2026-48710 (a Host header that poisons `request.url`); Akkoma 3.20 signs the query, old
Mastodon leaves it out, GoToSocial tries both.
Verdict: 400, 401 or 421 for another host; a query is verified with and without.
"""

from dataclasses import replace

import pytest

from fedblog.ap.signatures import claim
from fedblog.errors import Unproven
from tests.fediverse.box import call_asgi
from tests.hand_signed import (
    HOST,
    NOW,
    cavage,
    rfc9421,
    rsa_key,
)
from tests.hostile.who_sent_this.forging import both_forms, rows_of


@pytest.mark.parametrize("host", [f"{HOST}/inbox?", f"{HOST}.", f"{HOST}:8443", f"{HOST}, {HOST}", f"user@{HOST}", ""])
@pytest.mark.parametrize("sign", [cavage, rfc9421])
def test_a_host_header_that_is_not_exactly_ours_is_refused(sign, host):
    with pytest.raises(Unproven) as refusal:
        claim(sign(rsa_key("ada"), headers={"Host": host}), NOW, needs_body=True)
    assert (refusal.value.reason, refusal.value.status) == ("host", 401)


@both_forms
@pytest.mark.parametrize(
    "host", ["evil.example", "evil/inbox?", f"{HOST}, evil.example", f"evil@{HOST}", "", f"{HOST}:1"]
)
async def test_a_signed_request_under_another_host_is_not_taken(site, ada, form, host):
    request = ada.request(site.inbox, ada.activity("Follow", await site.actor_id()), form=form)
    headers = tuple((name, host if name == "Host" else value) for name, value in request.headers)
    before = await rows_of(site)
    answer = await call_asgi(site.site, replace(request, headers=headers))
    assert answer.status in {400, 401, 421}
    assert host == "" or host.encode() not in answer.body
    assert await rows_of(site) == before


@both_forms
async def test_an_inbox_address_with_a_query_is_taken_as_it_was_signed(site, ada, form):
    request = ada.request(f"{site.inbox}?x=1", ada.activity("Follow", await site.actor_id()), form=form)
    assert (await call_asgi(site.site, replace(request, target="/inbox?x=2"))).status == 401
    assert (await call_asgi(site.site, request)).status == 202
