"""Proofs in what we send: made once, when an activity is stored, and again when it is shown in another state."""

from collections.abc import Mapping
from typing import Any

from fedblog.ap.parse.values import many
from fedblog.ap.signatures import read_proving_key, with_proof
from fedblog.ap.vocabulary import DATA_INTEGRITY, Document, in_context
from fedblog.domain.own_key import OwnKeyKind, in_use
from fedblog.store import own_keys
from fedblog.store.door import Reader


async def attested(db: Reader, document: Mapping[str, Any], actor_pk: int, at: int) -> Document:
    """The activity with the proof of its actor as of `at` (ms); without one where that actor has no key for it.

    The same document, key and time make the same bytes, so that what is shown at an activity's id is what was sent.
    """
    key = in_use(await own_keys.of_actor(db, actor_pk), OwnKeyKind.ED25519)
    if key is None:
        return dict(document)
    whole = document if DATA_INTEGRITY in many(document.get("@context")) else in_context(document)
    return with_proof(whole, read_proving_key(key.key_id, key.private_pem), max(at, key.created_at))
