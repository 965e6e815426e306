import pytest

from fedblog.ap.parse.actor import read_actor
from fedblog.ap.parse.keys import KeyEntry, find_key, read_keys
from fedblog.errors import Invalid

PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"
ALICE = "https://remote.test/users/alice"


def actor(**changes):
    return {
        "id": ALICE,
        "type": "Person",
        "preferredUsername": "alice",
        "inbox": f"{ALICE}/inbox",
        "endpoints": {"sharedInbox": "https://remote.test/inbox"},
        "followers": f"{ALICE}/followers",
        "publicKey": {"id": f"{ALICE}#main-key", "owner": ALICE, "publicKeyPem": PEM},
    } | changes


def test_an_actor_is_read():
    found = read_actor(
        actor(
            name="Alice",
            icon=[
                {"type": "Image", "url": "https://cdn.test/a.png"},
                {"type": "Image", "url": "https://cdn.test/b.png"},
            ],
            manuallyApprovesFollowers=True,
            hidesCcPublicFromUnauthedWeb=True,
            alsoKnownAs="https://old.test/users/alice",
            attachment={"type": "PropertyValue", "name": "Site", "value": "alice.test"},
        )
    )
    assert (found.username, found.host, found.name) == ("alice", "remote.test", "Alice")
    assert found.shared_inbox == "https://remote.test/inbox"
    assert found.avatar_url == "https://cdn.test/a.png"
    assert found.is_locked
    assert found.hides_unlisted
    assert not found.hides_public
    assert found.also_known_as == ("https://old.test/users/alice",)
    assert [item.name for item in found.fields] == ["Site"]
    assert found.keys == (KeyEntry(f"{ALICE}#main-key", ALICE, PEM, ""),)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "acct:alice@remote.test"},
        {"id": [ALICE]},
        {"type": "Note"},
        {"type": None},
        {"inbox": None},
        {"inbox": "https://other.test/inbox"},
        {"inbox": "http://remote.test/users/alice/inbox"},
        {"inbox": "https://remote.test:8443/inbox"},
        {"inbox": "https://remote.test.evil.test/inbox"},
    ],
)
def test_what_is_no_usable_actor_is_refused(changes):
    with pytest.raises(Invalid):
        read_actor(actor(**changes))


def test_a_shared_inbox_on_another_server_is_left_out():
    found = read_actor(actor(endpoints={"sharedInbox": "https://victim.test/inbox"}))
    assert found.shared_inbox is None
    assert found.inbox == f"{ALICE}/inbox"


def test_a_shared_inbox_at_the_top_level_is_found():
    document = actor(sharedInbox="https://remote.test/shared")
    del document["endpoints"]
    assert read_actor(document).shared_inbox == "https://remote.test/shared"


@pytest.mark.parametrize("name", ["bob@victim.test", "a/b", "a b", "a\u202eb", "<b>", "x" * 101, 7, None])
def test_a_username_that_would_forge_a_handle_is_left_to_webfinger(name):
    assert read_actor(actor(preferredUsername=name)).username == ""


def test_a_profile_page_on_another_host_is_not_believed():
    assert read_actor(actor(url="https://victim.test/@alice")).url == ALICE
    assert (
        read_actor(actor(url=["https://victim.test/", "https://remote.test/@alice"])).url
        == "https://remote.test/@alice"
    )


def test_a_true_text_is_not_true():
    assert not read_actor(actor(suspended="false")).is_suspended
    assert read_actor(actor(suspended=True)).is_suspended


KEY = {"id": f"{ALICE}#main-key", "owner": ALICE, "publicKeyPem": PEM}


@pytest.mark.parametrize(
    "document",
    [
        {"id": ALICE, "publicKey": KEY},
        {"id": ALICE, "publicKey": [{**KEY, "id": f"{ALICE}#old"}, KEY]},
        {"id": ALICE, "publicKey": {"id": f"{ALICE}#main-key", "publicKeyPem": PEM}},
        {"type": "Key", **KEY},
        {"type": "CryptographicKey", "id": f"{ALICE}#main-key", "controller": ALICE, "publicKeyPem": PEM},
    ],
    ids=["embedded", "list", "without-owner", "bare", "bare-with-controller"],
)
def test_a_key_is_found_in_every_form(document):
    assert find_key(read_keys(document), f"{ALICE}#main-key") == KeyEntry(f"{ALICE}#main-key", ALICE, PEM, "")


def test_a_key_given_by_its_address_says_that_it_must_be_fetched():
    entry = find_key(read_keys({"id": ALICE, "publicKey": f"{ALICE}/main-key"}), f"{ALICE}/main-key")
    assert entry is not None
    assert entry.is_reference
    assert entry.owner == ALICE


def test_multikeys_are_found():
    multikey = {"id": f"{ALICE}#ed", "type": "Multikey", "controller": ALICE, "publicKeyMultibase": "z6Mk"}
    assert find_key(read_keys({"id": ALICE, "assertionMethod": multikey}), f"{ALICE}#ed").multibase == "z6Mk"
    assert find_key(read_keys({"id": ALICE, "assertionMethod": [multikey]}), f"{ALICE}#ed").multibase == "z6Mk"
    assert read_keys(multikey) == (KeyEntry(f"{ALICE}#ed", ALICE, "", "z6Mk"),)


def test_the_fragment_tells_keys_apart():
    assert find_key(read_keys({"id": ALICE, "publicKey": KEY}), f"{ALICE}#other") is None
    assert find_key(read_keys({"id": ALICE, "publicKey": KEY}), ALICE) is None


def test_a_document_that_names_a_foreign_owner_is_read_as_it_says():
    """The reader reports the claim; the chain of proof refuses it (security.md S04)."""
    claim = {**KEY, "id": "https://evil.test/key", "owner": ALICE}
    assert read_keys(claim)[0].owner == ALICE


def test_a_pile_of_keys_is_cut():
    pile = [{**KEY, "id": f"{ALICE}#{number}"} for number in range(500)]
    assert len(read_keys({"id": ALICE, "publicKey": pile})) == 20
