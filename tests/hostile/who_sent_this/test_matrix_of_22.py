"""The 22 cases of security.md 2.1, in both forms, sent to a whole blog: S01 to S09, S15 and S17 in one table.

Known cases: those of each class, in its own file. Verdict: refused with the status beside it, and nothing stored; an
actor who is not the signer and a foreign object are taken as hints (202) and have no effect. Each request is signed by
Ada's true key wherever the case allows, so that only the named fault can refuse it; no code of ours signs.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import pytest

from fedblog.ap.signatures import CAVAGE, RFC9421, Message
from fedblog.store import comments, followers
from tests.fediverse import Box, HandClock, Peer
from tests.fediverse.blog import blog_in
from tests.hand_signed import (
    KEY_ID,
    MINUTE,
    NOW,
    WRITTEN_COMPONENTS,
    cavage,
    http_date,
    pem_of,
    rfc9421,
    rsa_key,
    with_body,
    with_headers,
)
from tests.hostile.who_sent_this.forging import post_message, rows_of

SECONDS = NOW // 1000
ADA, EVE, WEAK = rsa_key("ada"), rsa_key("eve"), rsa_key("weak", bits=1024)


@dataclass
class Scene:
    """A blog with a post, Ada whose key signs, and Eve's server, which holds keys that say that they are Ada's."""

    site: Any
    ada: Any
    eve: Any
    post: Any
    us: str

    @property
    def follow(self):
        return self.ada.activity("Follow", self.us)

    def body(self, activity=None):
        return json.dumps(activity or self.follow).encode()

    def foreign_object(self):
        note = self.eve.note("<p>forged</p>", in_reply_to=self.post.object_id)
        del self.eve.peer.documents[note["id"].removeprefix(self.eve.peer.origin)]
        return self.body(self.ada.create(note))

    def doubled(self):
        return self.body()[:-1] + f', "actor": "{self.eve.id}"}}'.encode()


@pytest.fixture
async def scene(databases):
    box = Box(clock=HandClock(NOW))
    async with blog_in(box, await databases.migrated()) as site:
        ada, eve = Peer(box, "peer.example").person("ada"), Peer(box, "dump.example").person("eve")
        keys = ada.peer.documents
        keys["/users/ada"]["publicKey"] = {"id": KEY_ID, "owner": ada.id, "publicKeyPem": pem_of(ADA)}
        keys["/upload/1"] = {"id": f"{ada.peer.origin}/upload/1", "owner": ada.id, "publicKeyPem": pem_of(EVE)}
        eve.peer.documents["/key"] = {"id": f"{eve.peer.origin}/key", "owner": ada.id, "publicKeyPem": pem_of(EVE)}
        weak = ada.peer.person("weak")
        keys["/users/weak"]["publicKey"]["publicKeyPem"] = pem_of(WEAK)
        assert weak.id.endswith("/weak")
        yield Scene(site, ada, eve, await site.publish(), await site.actor_id())


# ---------------------------------------------------------------- draft-cavage

UNCOVERED = "(request-target) host date digest"


def cavage_by(key_id):
    """How the header is written for another key id."""
    return f'keyId="{key_id}",algorithm="{{algorithm}}",headers="{{names}}",signature="{{signature}}"'


def without(name):
    return " ".join(kept for kept in UNCOVERED.split() if kept != name)


def keyed_with_the_pem(_key, text):
    return hmac.new(pem_of(ADA).encode(), text.encode(), hashlib.sha256).digest()


def flipped(message):
    return with_body(message, message.body.replace(b"Follow", b"Fellow", 1))


def doubled_signature(message):
    """The same header twice: two labels, as this form would have them."""
    again = tuple(line for line in message.headers if line[0] == "Signature")
    return Message(
        message.method, message.scheme, message.authority, message.target, message.headers + again, message.body
    )


def cavage_expired(body):
    times = {"created": str(SECONDS - 64 * 60), "expires": str(SECONDS - 62 * 60)}
    names = "(request-target) host (created) (expires) digest"
    return cavage(ADA, body=body, algorithm="hs2019", names=names, parameters=times)


IN_CAVAGE = {
    "unsigned": lambda s: with_headers(cavage(ADA, body=s.body()), signature=None),
    "wrong key": lambda s: cavage(EVE, body=s.body()),
    "body flipped": lambda s: flipped(cavage(ADA, body=s.body())),
    "digest absent": lambda s: with_headers(cavage(ADA, body=s.body()), digest=None),
    "digest uncovered": lambda s: cavage(ADA, body=s.body(), names=without("digest")),
    "target uncovered": lambda s: cavage(ADA, body=s.body(), names=without("(request-target)")),
    "host uncovered": lambda s: cavage(ADA, body=s.body(), names=without("host")),
    "host of another server": lambda s: cavage(ADA, body=s.body(), headers={"Host": "other.example"}),
    "date uncovered": lambda s: cavage(ADA, body=s.body(), names=without("date")),
    "stale": lambda s: cavage(ADA, body=s.body(), headers={"Date": http_date(NOW - 66 * MINUTE)}),
    "future": lambda s: cavage(ADA, body=s.body(), headers={"Date": http_date(NOW + 61 * MINUTE)}),
    "expired": lambda s: cavage_expired(s.body()),
    "algorithm disagreeing with key": lambda s: cavage(ADA, body=s.body(), algorithm="ed25519"),
    "HMAC": lambda s: cavage(ADA, body=s.body(), algorithm="hmac-sha256", sign=keyed_with_the_pem),
    "RSA-1024": lambda s: cavage(WEAK, body=s.body(), written=cavage_by("https://peer.example/users/weak#main-key")),
    "owner on a foreign host": lambda s: cavage(EVE, body=s.body(), written=cavage_by("https://dump.example/key")),
    "key not listed by its actor": lambda s: cavage(
        EVE, body=s.body(), written=cavage_by("https://peer.example/upload/1")
    ),
    "actor not the signer": lambda s: cavage(ADA, body=s.body(s.follow | {"actor": f"{s.ada.peer.origin}/users/bob"})),
    "foreign activity id": lambda s: cavage(ADA, body=s.body(s.follow | {"id": f"{s.eve.peer.origin}/1"})),
    "foreign object id": lambda s: cavage(ADA, body=s.foreign_object()),
    "duplicate JSON keys": lambda s: cavage(ADA, body=s.doubled()),
    "two labels": lambda s: doubled_signature(cavage(ADA, body=s.body())),
}

# ---------------------------------------------------------------- RFC 9421


def created(at, rest="", key_id=KEY_ID):
    return f';created={at // 1000};keyid="{key_id}"{rest}'


def rfc9421_without(name):
    return " ".join(kept for kept in WRITTEN_COMPONENTS.split() if kept != f'"{name}"')


def rfc9421_two_labels(body):
    """The first label that covers enough is the one that counts; here it is forged."""
    return rfc9421(
        ADA,
        body=body,
        before=f'sig0=("@method" "@target-uri" "content-digest"){created(NOW)}, ',
        signatures_before="sig0=:AAAA:, ",
    )


IN_RFC9421 = {
    "unsigned": lambda s: with_headers(rfc9421(ADA, body=s.body()), signature=None, signature_input=None),
    "wrong key": lambda s: rfc9421(EVE, body=s.body()),
    "body flipped": lambda s: flipped(rfc9421(ADA, body=s.body())),
    "digest absent": lambda s: with_headers(rfc9421(ADA, body=s.body()), content_digest=None),
    "digest uncovered": lambda s: rfc9421(ADA, body=s.body(), components=rfc9421_without("content-digest")),
    "target uncovered": lambda s: rfc9421(ADA, body=s.body(), components=rfc9421_without("@target-uri")),
    "host uncovered": lambda s: rfc9421(ADA, body=s.body(), components='"@method" "@path" "content-digest"'),
    "host of another server": lambda s: rfc9421(ADA, body=s.body(), headers={"Host": "other.example"}),
    "date uncovered": lambda s: rfc9421(ADA, body=s.body(), parameters=f';keyid="{KEY_ID}"'),
    "stale": lambda s: rfc9421(ADA, body=s.body(), parameters=created(NOW - 66 * MINUTE)),
    "future": lambda s: rfc9421(ADA, body=s.body(), parameters=created(NOW + 61 * MINUTE)),
    "expired": lambda s: rfc9421(
        ADA, body=s.body(), parameters=created(NOW - 64 * MINUTE, f";expires={SECONDS - 62 * 60}")
    ),
    "algorithm disagreeing with key": lambda s: rfc9421(ADA, body=s.body(), parameters=created(NOW, ';alg="ed25519"')),
    "HMAC": lambda s: rfc9421(
        ADA, body=s.body(), parameters=created(NOW, ';alg="hmac-sha256"'), sign=keyed_with_the_pem
    ),
    "RSA-1024": lambda s: rfc9421(
        WEAK, body=s.body(), parameters=created(NOW, key_id="https://peer.example/users/weak#main-key")
    ),
    "owner on a foreign host": lambda s: rfc9421(
        EVE, body=s.body(), parameters=created(NOW, key_id="https://dump.example/key")
    ),
    "key not listed by its actor": lambda s: rfc9421(
        EVE, body=s.body(), parameters=created(NOW, key_id="https://peer.example/upload/1")
    ),
    "actor not the signer": lambda s: rfc9421(ADA, body=s.body(s.follow | {"actor": f"{s.ada.peer.origin}/users/bob"})),
    "foreign activity id": lambda s: rfc9421(ADA, body=s.body(s.follow | {"id": f"{s.eve.peer.origin}/1"})),
    "foreign object id": lambda s: rfc9421(ADA, body=s.foreign_object()),
    "duplicate JSON keys": lambda s: rfc9421(ADA, body=s.doubled()),
    "two labels": lambda s: rfc9421_two_labels(s.body()),
}

FORMS = {CAVAGE: IN_CAVAGE, RFC9421: IN_RFC9421}
HINTS = {"actor not the signer", "foreign object id"}
STATUS = {"duplicate JSON keys": 400, "host of another server": 421} | dict.fromkeys(HINTS, 202)


def test_both_forms_have_all_22_cases():
    assert list(IN_CAVAGE) == list(IN_RFC9421)
    assert len(IN_CAVAGE) == 22


@pytest.mark.parametrize("sign", [cavage, rfc9421])
async def test_without_a_fault_the_request_is_taken(scene, sign):
    assert (await post_message(scene.site, sign(ADA, body=scene.body()))).status == 202
    await scene.site.work()
    assert await followers.count(scene.site.shop.store.reader, 1) == 1


@pytest.mark.parametrize("form", FORMS)
async def test_each_fault_is_refused_and_leaves_nothing(scene, form):
    for case, forge in FORMS[form].items():
        before = await rows_of(scene.site)
        answer = await post_message(scene.site, forge(scene))
        assert answer.status == STATUS.get(case, 401), case
        await scene.site.work()
        assert case in HINTS or await rows_of(scene.site) == before, case
        await assert_nothing_is_believed(scene, case)


async def assert_nothing_is_believed(scene, case):
    db = scene.site.shop.store.reader
    assert await followers.count(db, 1) == 0, case
    assert await comments.listed(db, 1) == [], case
    assert [d for d in scene.ada.peer.delivered + scene.eve.peer.delivered if d.activity["type"] == "Accept"] == [], (
        case
    )
