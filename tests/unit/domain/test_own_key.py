from fedblog.domain.own_key import OwnKey, OwnKeyKind, Standing, for_assertions, in_use


def key(pk, kind=OwnKeyKind.ED25519, **times):
    return OwnKey(pk, 1, f"https://blog.test/a#{pk}", kind, "", "", 0, times.pop("retired_at", None), **times)


SIGNING, PROVING = key(1, OwnKeyKind.RSA), key(2)
ANNOUNCED = key(3, OwnKeyKind.RSA, takes_over_at=9), key(4, takes_over_at=9)
FORMER = key(5, OwnKeyKind.RSA, retired_at=5), key(6, retired_at=5)
GONE = key(7, OwnKeyKind.RSA, retired_at=5, unlisted_at=6), key(8, retired_at=5, unlisted_at=6)
ALL = (*GONE, *FORMER, *ANNOUNCED, SIGNING, PROVING)


def test_a_key_stands_where_its_times_put_it():
    for keys, standing in (
        ((SIGNING, PROVING), Standing.IN_USE),
        (ANNOUNCED, Standing.ANNOUNCED),
        (FORMER, Standing.FORMER),
        (GONE, Standing.GONE),
    ):
        assert {key.standing for key in keys} == {standing}


def test_only_what_is_in_use_signs():
    assert in_use(ALL, OwnKeyKind.RSA) == SIGNING
    assert in_use(ALL, OwnKeyKind.ED25519) == PROVING
    assert in_use((*GONE, *FORMER, *ANNOUNCED), OwnKeyKind.RSA) is None
    assert in_use((), OwnKeyKind.RSA) is None


def test_the_document_lists_what_verifies_proofs_and_what_will_sign():
    assert for_assertions(ALL) == (PROVING, *ANNOUNCED, FORMER[1])
    assert for_assertions((SIGNING,)) == ()
