"""Reading the signature of a received request."""

from fedblog.ap.signatures import cavage, rfc9421
from fedblog.ap.signatures.claims import Claim
from fedblog.ap.signatures.message import Message
from fedblog.ap.signatures.reasons import Reason, refused


def claim(message: Message, now_ms: int, *, needs_body: bool) -> Claim:
    """Check everything about a request's signature that needs no key.

    Form, host, coverage, algorithm, time and digest are checked here; what is left is to find the key of
    `key_id` and to ask `is_made_by`. A request with `Signature-Input` is read by RFC 9421, any other by
    draft-cavage, with no second try. `needs_body`: the body will be used, so its digest must be covered.
    Raises `Unproven` with one of `reasons.Reason`.
    """
    examine = cavage.examine if message.header("signature-input") is None else rfc9421.examine
    found = examine(message, now_ms, needs_body=needs_body)
    if not message.is_for_its_authority:
        raise refused(Reason.HOST)
    return found
