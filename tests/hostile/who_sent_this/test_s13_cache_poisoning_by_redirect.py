"""S13, a key that is kept under the address that redirected to it.

Known case: Fedify 2.2.10 (a key document was cached under the address that was asked, not under its own).
Verdict: 401 for the address that redirects, and the good key still serves.
"""

from fedblog.world import WireResponse


async def test_a_good_key_is_not_spoiled_by_a_redirect_to_it(blog, dump, pond, ada, eve):
    """Fedify 2.2.10: what a redirect leads to is never kept under the address that redirected."""
    dump.documents["/users/eve"] = WireResponse(302, (("location", ada.id),), b"")
    assert (await blog.post(eve, eve.activity("Follow", blog.actor_id))).status == 401
    assert (await blog.post(ada, ada.activity("Follow", blog.actor_id))).status == 202
