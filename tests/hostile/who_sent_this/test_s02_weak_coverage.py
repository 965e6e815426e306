"""S02, a signature that covers too little.

Known case: the WordPress plugin 4.0.0 let the sender choose the signed headers (`date` alone); Akkoma 3.19 had to
demand that Host is there and ours.
Verdict: 401 for every component that is missing.
"""

import json
from itertools import combinations

import pytest

from tests.fediverse import Box, HandClock, Peer
from tests.fediverse.blog import blog_in
from tests.hand_signed import KEY_ID, NOW, cavage, pem_of, rfc9421, rsa_key
from tests.hostile.who_sent_this.forging import post_message, rows_of

ADA = rsa_key("ada")
CAVAGE = ("(request-target)", "host", "date", "digest")
RFC9421 = ('"@method"', '"@target-uri"', '"content-digest"')


@pytest.fixture
async def scene(databases):
    box = Box(clock=HandClock(NOW))
    async with blog_in(box, await databases.migrated()) as site:
        ada = Peer(box, "peer.example").person("ada")
        ada.peer.documents["/users/ada"]["publicKey"] = {"id": KEY_ID, "owner": ada.id, "publicKeyPem": pem_of(ADA)}
        yield site, json.dumps(ada.activity("Follow", await site.actor_id())).encode()


def weaker(components):
    """Every choice of the components but the whole, and also the empty one."""
    return [choice for size in range(len(components)) for choice in combinations(components, size)]


async def test_every_smaller_choice_of_headers_is_refused(scene):
    site, body = scene
    before = await rows_of(site)
    for choice in weaker(CAVAGE):
        assert (await post_message(site, cavage(ADA, body=body, names=" ".join(choice)))).status == 401, choice
    assert await rows_of(site) == before
    assert len(weaker(CAVAGE)) == 15


async def test_every_smaller_choice_of_components_is_refused(scene):
    site, body = scene
    before = await rows_of(site)
    for choice in weaker(RFC9421):
        message = rfc9421(ADA, body=body, components=" ".join(choice))
        assert (await post_message(site, message)).status == 401, choice
    assert await rows_of(site) == before


async def test_authority_path_and_query_are_no_less_than_the_whole_target(scene):
    site, body = scene
    parts = '"@method" "@authority" "@path" "@query" "content-digest"'
    for missing in ('"@authority"', '"@path"', '"@query"'):
        message = rfc9421(ADA, body=body, components=parts.replace(missing, "").replace("  ", " "))
        assert (await post_message(site, message)).status == 401, missing
    assert (await post_message(site, rfc9421(ADA, body=body, components=parts))).status == 202
