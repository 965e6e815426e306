"""`account`: who may log in."""

import pytest


def test_an_account_is_made_from_standard_input_and_its_password_is_nowhere(blog):
    done = blog.process("account", "create", "Ada", "--password-stdin", told=b"correct horse\n")
    assert (done.status, done.said) == (0, "")
    assert "https://blog.example/admin/" in done.out
    assert [account["name"] for account in blog("account", "list", "--json").json] == ["ada"]
    assert b"correct horse" not in (blog.folder / "data" / "fedblog.db").read_bytes()


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [("ada", b"short\n", "at least 10"), ("a b", b"long enough\n", "account name"), ("ada", b"", "at least 10")],
)
def test_a_bad_name_or_password_is_refused(blog, name, password, words):
    done = blog.process("account", "create", name, "--password-stdin", told=password)
    assert done.status == 1
    assert words in done.said
    assert blog("account", "list", "--json").json == []


def test_a_name_is_given_once(blog):
    blog.process("account", "create", "ada", "--password-stdin", told=b"correct horse\n")
    done = blog.process("account", "create", "ADA", "--password-stdin", told=b"another horse\n")
    assert done.status == 1
    assert "already" in done.said


def test_without_terminal_the_password_is_not_asked_for(blog):
    done = blog.process("account", "create", "ada")
    assert done.status == 1
    assert "--password-stdin" in done.said


def test_the_password_of_nobody_cannot_be_changed(blog):
    done = blog.process("account", "password", "eve", "--password-stdin", told=b"correct horse\n")
    assert done.status == 1
    assert "eve" in done.said
