"""S03, an inbox that verifies nothing.

Known case: WriteFreely of 2024-10, whose inbox never looked at a signature.
Verdict: 401, the followers stay as they are; no option switches the verification off.
"""

import json

from fedblog.config import OPTIONS
from fedblog.store import followers
from fedblog.world import WireRequest
from tests.fediverse.box import call_asgi
from tests.fediverse.peer import AP_TYPE
from tests.hostile.who_sent_this.forging import rows_of


async def test_what_is_not_signed_changes_no_follower_and_no_comment(site, ada):
    us, post = await site.actor_id(), await site.publish()
    follow = ada.activity("Follow", us)
    assert (await ada.post(site.inbox, follow)).status == 202
    await site.work()
    before = await rows_of(site)
    said = (
        ada.activity("Follow", us),
        ada.activity("Undo", follow),
        ada.create(ada.note("<p>x</p>", in_reply_to=post.object_id)),
        ada.activity("Like", post.object_id),
    )
    for inbox in ("/inbox", f"{us}/inbox".removeprefix(site.origin)):
        for activity in said:
            for pretence in ((), (("signature", ""),), (("authorization", "Signature"),), (("signature-input", ""),)):
                headers = (("host", site.host), ("content-type", AP_TYPE), *pretence)
                body = json.dumps(activity).encode()
                answer = await call_asgi(site.site, WireRequest("POST", "https", site.host, 443, inbox, headers, body))
                assert answer.status == 401, (activity["type"], pretence)
    await site.work()
    assert await rows_of(site) == before
    assert await followers.count(site.shop.store.reader, 1) == 1


def test_no_option_switches_the_verification_off():
    words = ("verif", "sign", "debug", "insecure", "skip", "trust_all")
    assert [option.key for option in OPTIONS if any(word in option.key for word in words)] == []
    assert len(OPTIONS) > 10
