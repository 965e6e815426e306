"""Why a signature was refused, in the short fixed words that the ledger counts."""

from enum import StrEnum

from fedblog.errors import Unproven


class Reason(StrEnum):
    """One word per way to fail. None of them holds anything the sender wrote."""

    UNSIGNED = "unsigned"
    MALFORMED = "signature-malformed"
    KEY_ID = "key-id-missing"
    ALGORITHM = "algorithm"
    HOST = "host"
    TARGET_UNCOVERED = "target-uncovered"
    HOST_UNCOVERED = "host-uncovered"
    TIME_UNCOVERED = "time-uncovered"
    DIGEST_UNCOVERED = "digest-uncovered"
    COMPONENT_UNKNOWN = "component-unknown"
    COMPONENT_MISSING = "component-missing"
    DIGEST_MISSING = "digest-missing"
    DIGEST_MISMATCH = "digest-mismatch"
    TIME_MALFORMED = "time-malformed"
    STALE = "stale"
    FUTURE = "future"
    EXPIRED = "expired"
    PROOF_MISSING = "proof-missing"
    PROOF_MALFORMED = "proof-malformed"
    PROOF_KIND = "proof-kind"
    PROOF_CONTEXT = "proof-context"
    PROOF_UNREADABLE = "proof-unreadable"


def refused(reason: Reason) -> Unproven:
    """The error for that reason. Always 401: peers then try their other signature form, or again later."""
    return Unproven(reason.value)
