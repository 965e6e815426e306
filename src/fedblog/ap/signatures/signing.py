"""Signing a request of ours."""

from fedblog.ap.signatures import cavage, rfc9421
from fedblog.ap.signatures.claims import RFC9421, Form
from fedblog.ap.signatures.keys import SigningKey
from fedblog.ap.signatures.message import Message
from fedblog.world import Headers


def sign(message: Message, key: SigningKey, form: Form, now_ms: int, *, body_sha256: bytes | None = None) -> Headers:
    """The headers to add to a request so that it is signed in that form.

    A GET must carry `Accept`, anything else `Content-Type`; `Host` is added when it is not there. `Date`,
    `Digest`, `Content-Digest` and `Signature` must not be there yet. `body_sha256` is the digest of the body,
    for a body that goes to many inboxes. Raises `ValueError` when a header that gets signed is missing.
    """
    write = rfc9421.sign if form == RFC9421 else cavage.sign
    added = write(message, key, now_ms, body_sha256)
    return added if message.header("host") is not None else (("Host", message.authority), *added)
