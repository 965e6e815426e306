"""Requests signed by hand: what a peer, or somebody who plays one, may put on the wire.

Nothing here uses the code it is there to test: signing strings are written out, and `cryptography` signs them.
"""

import base64
import functools
import hashlib
from email.utils import formatdate

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from fedblog.ap.signatures import Message

NOW = 1_793_707_200_000  # Tue, 03 Nov 2026 12:00:00 GMT
MINUTE = 60_000
BODY = b'{"type":"Follow"}'
KEY_ID = "https://peer.example/users/ada#main-key"
HOST = "blog.example"


@functools.cache
def rsa_key(name="ada", bits=2048):
    """A key of that name; the same one whenever it is asked for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@functools.cache
def ed25519_key(name="ada"):
    return ed25519.Ed25519PrivateKey.generate()


def pem_of(private_key, form=serialization.PublicFormat.SubjectPublicKeyInfo):
    """The public half as PEM."""
    return private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def raw_signature(private_key, text, algorithm=None):
    data = text.encode("latin-1")
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return private_key.sign(data)
    return private_key.sign(data, padding.PKCS1v15(), algorithm or hashes.SHA256())


def sha256_base64(body):
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def http_date(at):
    return formatdate(at / 1000, usegmt=True)


def cavage(
    private_key,
    *,
    method="POST",
    target="/inbox",
    signed_target=None,
    body=BODY,
    headers=None,
    names="(request-target) host date digest",
    algorithm="rsa-sha256",
    parameters=None,
    written='keyId="{key_id}",algorithm="{algorithm}",headers="{names}",signature="{signature}"{rest}',
    field="Signature",
    sign=raw_signature,
    authority=HOST,
):
    """A request with a draft-cavage signature. `headers` override the usual ones; None takes one away."""
    sent = {
        "Host": HOST,
        "Date": http_date(NOW),
        "Digest": f"SHA-256={sha256_base64(body)}" if method == "POST" else None,
        "Content-Type": "application/activity+json",
        "Accept": "application/activity+json",
    } | (headers or {})
    present = {name: value for name, value in sent.items() if value is not None}
    parameters = parameters or {}
    values = {name.lower(): value for name, value in present.items()}
    values["(request-target)"] = f"{method.lower()} {target if signed_target is None else signed_target}"
    values |= {f"({name})": value for name, value in parameters.items()}
    text = "\n".join(f"{name}: {values[name]}" for name in names.lower().split())
    present[field] = written.format(
        key_id=KEY_ID,
        algorithm=algorithm,
        names=names,
        signature=base64.b64encode(sign(private_key, text)).decode(),
        rest="".join(f",{name}={value}" for name, value in parameters.items()),
    )
    return Message(method, "https", authority, target, tuple(present.items()), body)


WRITTEN_COMPONENTS = '"@method" "@target-uri" "content-digest"'


def rfc9421(
    private_key,
    *,
    method="POST",
    target="/inbox",
    body=BODY,
    headers=None,
    components=WRITTEN_COMPONENTS,
    values=None,
    parameters=None,
    label="sig1",
    before="",
    signatures_before="",
    sign=raw_signature,
    authority=HOST,
):
    """A request with an RFC 9421 signature. `headers` and `values` override the usual ones; None takes one away.

    `parameters` is the text behind the inner list; `before` and `signatures_before` stand before ours.
    """
    sent = {
        "Host": HOST,
        "Date": http_date(NOW),
        "Content-Digest": f"sha-256=:{sha256_base64(body)}:" if method == "POST" else None,
        "Content-Type": "application/activity+json",
    } | (headers or {})
    present = {name: value for name, value in sent.items() if value is not None}
    path, _, query = target.partition("?")
    known = {
        "@method": method,
        "@target-uri": f"https://{HOST}{target}",
        "@authority": HOST,
        "@path": path,
        "@query": f"?{query}",
        "@scheme": "https",
        "@request-target": target,
    }
    known |= {name.lower(): value for name, value in present.items()} | (values or {})
    if parameters is None:
        parameters = f';created={NOW // 1000};keyid="{KEY_ID}";alg="rsa-v1_5-sha256"'
    raw = f"({components}){parameters}"
    lines = [f"{name}: {known[name.split(';')[0].strip(chr(34))]}" for name in components.split()]
    text = "\n".join([*lines, f'"@signature-params": {raw}'])
    encoded = base64.b64encode(sign(private_key, text)).decode()
    present["Signature-Input"] = f"{before}{label}={raw}"
    present["Signature"] = f"{signatures_before}{label}=:{encoded}:"
    return Message(method, "https", authority, target, tuple(present.items()), body)


def with_headers(message, **changes):
    """The message with headers replaced (underscores stand for dashes) or, for None, taken away."""
    changed = {name.replace("_", "-").lower(): value for name, value in changes.items()}
    kept = [(name, value) for name, value in message.headers if name.lower() not in changed]
    added = [(name, value) for name, value in changed.items() if value is not None]
    return Message(message.method, message.scheme, message.authority, message.target, tuple(kept + added), message.body)


def with_body(message, body):
    return Message(message.method, message.scheme, message.authority, message.target, message.headers, body)
