"""S09, the copy that was verified is not the one that is used.

Known case: GHSA-39gj-rchc-q5m3 (Fedify), and names that stand twice, of which Python keeps the last.
Verdict: 400, nothing is stored.
"""

import json

from tests.hostile.who_sent_this.forging import (
    both_forms,
    nothing_happened,
    signed_body,
)


@both_forms
async def test_a_name_that_stands_twice(blog, ada, eve, form):
    body = json.dumps(eve.activity("Follow", blog.actor_id)).replace(
        f'"actor": "{eve.id}"', f'"actor": "{ada.id}", "actor": "{eve.id}"'
    )
    request = signed_body(eve, body.encode(), form)
    assert (await blog.take(request)).status == 400
    await nothing_happened(blog)
