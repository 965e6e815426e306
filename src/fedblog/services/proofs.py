"""Who wrote this? What an activity proves by itself, whoever sent it (FEP-8b32, protocol.md b.1 and b.4)."""

from typing import Any

from fedblog.ap.parse.activity import Head, read_head
from fedblog.ap.signatures import ProofClaim, claimed_proofs
from fedblog.domain.backoff import DAY
from fedblog.errors import Invalid, Unproven, Unreachable
from fedblog.services.keys import KnownKey
from fedblog.services.proving import fitting
from fedblog.services.remote_actors import read_remote_actor
from fedblog.services.workshop import Workshop
from fedblog.store import actors, remote_keys
from fedblog.store.door import Writer
from fedblog.urls import is_same_id, is_same_origin

LONGEST = 8 * DAY
"""How long (ms) a proof counts: somewhat longer than any server goes on trying to deliver.

A signed request dies within an hour. A proof would bring back for ever what its author has long taken back.
"""


async def proven_by(shop: Workshop, document: dict[str, Any]) -> str | None:
    """The actor whose activity this is, as a proof in it shows; None when nothing in it does.

    Proven then: the method is on the actor's own server, and the actor lists it; its key signed all of the document
    within the last eight days; the activity has an id, on that server too. Never one of ours. Keys are found as those
    of requests are, within the same bounds. Raises `Unreachable` when a key's server cannot be asked now.
    """
    try:
        head = read_head(document)
        claims = claimed_proofs(document, shop.now())
    except (Invalid, Unproven):
        return None
    if not _may_be_proven(shop, head):
        return None
    is_unsure = False
    for claim in claims:
        try:
            if _may_be_from(shop, claim, head) and await _is_from(shop, claim, head):
                return head.actor_id
        except Unproven as error:
            is_unsure = is_unsure or error.status == 503
    if is_unsure:
        raise Unreachable("the server of the key of its proof cannot be asked now")
    return None


def _may_be_proven(shop: Workshop, head: Head) -> bool:
    """An activity of the actor's own server, which is not this one."""
    if is_same_origin(head.actor_id, shop.config.site.base_url.origin):
        return False
    return head.activity_id is not None and is_same_origin(head.activity_id, head.actor_id)


def _may_be_from(shop: Workshop, claim: ProofClaim, head: Head) -> bool:
    """Whether it is worth looking for the key: nobody makes us ask a third server for it."""
    return claim.created_at > shop.now() - LONGEST and is_same_origin(claim.key_id, head.actor_id)


async def _is_from(shop: Workshop, claim: ProofClaim, head: Head) -> bool:
    ring = shop.others_keys
    known = await fitting(ring, claim, await ring.find(claim.key_id, may_fetch=True))
    if not is_same_id(known.owner, head.actor_id):
        return False
    ring.confirm(known)
    await _keep(shop, known)
    return True


async def _keep(shop: Workshop, known: KnownKey) -> None:
    """Store a key that was fetched, and its owner where nothing is known of it."""
    if known.is_stored:
        return
    owner = read_remote_actor(known.actor, shop.now()) if known.actor else None

    async def work(db: Writer) -> None:
        await remote_keys.save(db, known.row)
        if owner and await actors.by_id(db, owner.actor_id) is None:
            await actors.save(db, owner)

    await shop.store.write(work)
    shop.others_keys.stored(known)
