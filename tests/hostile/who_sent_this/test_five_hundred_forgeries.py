"""S04 to S09 in random mixtures: 500 forgeries, each wrong in at least one link of the identity chain, none accepted.

Known case: Fedify's five impersonation fixes of fourteen months, each a different missing comparison of two ids.
Verdict: 202, 401 or 503, and no effect at all; the same mixture without its faults is taken.
"""

import random

from fedblog.ap.signatures import FORMS, SigningKey
from tests.fediverse.peer import spare_key_pair
from tests.hostile.who_sent_this.forging import (
    listed_by,
    nothing_happened,
)


async def test_five_hundred_forgeries_leave_nothing(blog, ada, eve, pond, dump):
    """Random mixtures of true and false parts, each wrong in at least one link."""
    post = await blog.publish()
    dice = random.Random(7)
    mallory = pond.person("mallory")
    listed_by(dump, ada, f"{dump.origin}/key", eve.pair.public_pem)
    genuine_key = spare_key_pair(0).public_pem
    assert genuine_key == ada.pair.public_pem
    for number in range(500):
        signer = dice.choice((eve, mallory))
        key_id = dice.choice((signer.key.key_id, f"{ada.id}#main-key", f"{dump.origin}/key", f"{ada.id}#other"))
        note = ada.note("<p>forged</p>", in_reply_to=post.object_id)
        del pond.documents[note["id"].removeprefix(pond.origin)]
        target = {"Follow": blog.actor_id, "Create": note, "Update": note, "Like": post.object_id}
        kind = dice.choice(list(target))
        activity = ada.activity(kind, target[kind])
        activity["id"] = dice.choice((activity["id"], f"{dump.origin}/{number}", f"{signer.id}/{number}"))
        if dice.random() < 0.3:
            activity["actor"] = {"id": ada.id, "type": "Person", "publicKey": {"publicKeyPem": eve.pair.public_pem}}
        own = signer.key
        signer.key = SigningKey(key_id, own.private_key)
        receipt = await blog.post(signer, activity, form=dice.choice(FORMS))
        signer.key = own
        assert receipt.status in {202, 401, 503}, receipt
        blog.box.clock.move(seconds=3)
    await blog.work()
    assert await blog.reactions(post.object_id) == (0, 0)
    await nothing_happened(blog)
