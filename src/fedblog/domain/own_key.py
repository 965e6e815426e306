"""Our own keys, and where each stands while one takes the place of another (docs/decisions/0011)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class OwnKeyKind(StrEnum):
    """What a key of ours is for: RSA signs requests, Ed25519 the proofs in activities."""

    RSA = "rsa"
    ED25519 = "ed25519"


class Standing(StrEnum):
    """Where a key stands. `former`: it signs nothing more, but what it signed may still be on its way."""

    IN_USE = "in use"
    ANNOUNCED = "announced"
    FORMER = "former"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key pair of ours. `takes_over_at`: it was announced, and signs from then on. Times in ms UTC."""

    pk: int
    actor_pk: int
    key_id: str
    kind: str
    private_pem: str
    public_pem: str
    created_at: int
    retired_at: int | None
    takes_over_at: int | None = None
    unlisted_at: int | None = None

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        if self.unlisted_at is not None:
            return Standing.GONE
        if self.retired_at is not None:
            return Standing.FORMER
        return Standing.IN_USE if self.takes_over_at is None else Standing.ANNOUNCED


def in_use(keys: Iterable[OwnKey], kind: OwnKeyKind) -> OwnKey | None:
    """The key of that kind that signs now: the newest, should there be two."""
    found = [key for key in keys if key.kind == kind and key.standing is Standing.IN_USE]
    return max(found, key=lambda key: key.pk, default=None)


def for_assertions(keys: Iterable[OwnKey]) -> tuple[OwnKey, ...]:
    """The keys that the actor's document lists as `assertionMethod`, the one in use first.

    Every Ed25519 key that is not gone; and an RSA key that is announced, for `publicKey` has room for one only.
    """
    listed = [key for key in keys if _is_listed(key)]
    return tuple(sorted(listed, key=lambda key: (_ORDER.index(key.standing), key.pk)))


_ORDER = (Standing.IN_USE, Standing.ANNOUNCED, Standing.FORMER)


def _is_listed(key: OwnKey) -> bool:
    if key.kind == OwnKeyKind.ED25519:
        return key.standing is not Standing.GONE
    return key.standing is Standing.ANNOUNCED
