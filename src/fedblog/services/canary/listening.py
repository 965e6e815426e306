"""The canary's own inbox, where our Accept must come back to; and its mirror, which tells how a request arrived."""

import hashlib
from collections.abc import Mapping
from typing import Any

from fedblog.ap.parse.activity import read_head
from fedblog.ap.signatures import Message, claim
from fedblog.ap.strict_json import read_object
from fedblog.errors import Invalid, Missing, Unproven
from fedblog.services.canary.admission import living
from fedblog.services.keys import KeyRing
from fedblog.services.proving import Proof, prove
from fedblog.services.workshop import Workshop, the_actor
from fedblog.store import canaries
from fedblog.store.canaries import Canary

_ANSWERS = frozenset({"Accept", "Reject"})
_ABSENT = "There is no such actor here."


async def found(shop: Workshop, actor_id: str) -> Canary:
    """The living canary of that id. Raises `Missing` for all else, dead ones too."""
    canary = await living(shop.store.reader, actor_id, shop.now())
    if canary is None:
        raise Missing(_ABSENT)
    return canary


async def take_answer(shop: Workshop, keys: KeyRing, canary: Canary, message: Message) -> int:
    """Note our own answer to the canary's Follow, if it is proven to be ours. Returns the HTTP status."""
    try:
        document = read_object(message.body)
        head = read_head(document)
        us = await the_actor(shop.store.reader)
        if head.actor_id != us.actor_id or head.type not in _ANSWERS or head.object_id != canary.follow_id:
            return 403
        proof = await prove(keys, claim(message, shop.now(), needs_body=True), head)
    except Unproven as error:
        return error.status
    except Invalid:
        return 400
    if not isinstance(proof, Proof) or proof.signer != us.actor_id:
        return 403
    now = shop.now()
    await shop.store.write(lambda db: canaries.note_answer(db, canary.actor_id, now))
    return 202


def reflected(message: Message) -> Mapping[str, Any]:
    """A request as it arrived: what a proxy may have changed on its way."""
    return {
        "method": message.method,
        "target": message.target,
        "headers": [[name.lower(), value] for name, value in message.headers],
        "size": len(message.body),
        "sha256": hashlib.sha256(message.body).hexdigest(),
    }
