"""`init`, and a configuration that is wrong: refused in words, with nothing left behind."""

import stat

import pytest

from fedblog.cli.main import COMMANDS, main


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_init_founds_a_blog_for_its_owner_only(fresh):
    done = fresh("init", "--base-url", "https://blog.example", "--handle", "notes")
    assert (done.status, done.said) == (0, "")
    assert "@notes@blog.example" in done.out
    assert mode(fresh.config) == mode(fresh.folder / "data" / "fedblog.db") == 0o600
    assert mode(fresh.folder / "data") == 0o700


def test_init_takes_the_same_answers_again_however_they_are_written(fresh):
    for _ in range(2):
        done = fresh("init", "--base-url", "https://Blog.example:443/", "--handle", "@Notes")
        assert (done.status, done.said) == (0, "")
        assert "@notes@blog.example" in done.out


def test_init_again_finds_the_blog_there_and_changes_nothing(blog):
    before = blog.process("check", "--json").json
    assert blog("init").status == 0
    assert [f for f in blog.process("check", "--json").json if f["subject"] == "identity"] == [
        f for f in before if f["subject"] == "identity"
    ]


def test_init_prints_the_redirects_that_a_handle_domain_needs(fresh):
    done = fresh("init", "--base-url", "https://blog.example.org", "--handle-domain", "example.org")
    assert "@blog@example.org" in done.out
    assert "/.well-known/webfinger  ->  https://blog.example.org/.well-known/webfinger" in done.out


def test_init_without_terminal_and_address_asks_nothing_and_writes_nothing(fresh):
    done = fresh.process("init")
    assert done.status == 1
    assert "--base-url" in done.said
    assert list(fresh.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (("--base-url", "https://blog.example/under"), "without a path"),
        (("--base-url", "ftp://blog.example"), "no web address"),
        (("--base-url", "https://blog.example", "--handle", "my blog"), "site.handle"),
        (("--base-url", "https://blog.example", "--database", "mysql://x"), "storage.database"),
    ],
)
def test_a_wrong_answer_to_init_leaves_nothing_behind(fresh, flags, word):
    done = fresh("init", *flags)
    assert done.status == 1
    assert word in done.said
    assert list(fresh.folder.iterdir()) == []


def test_a_plain_address_makes_the_blog_listen_on_its_port(fresh):
    fresh("init", "--base-url", "http://127.0.0.1:8123")
    assert "\nport = 8123\n" in fresh.config.read_text()


def test_init_takes_the_address_from_the_environment(fresh, monkeypatch):
    monkeypatch.setenv("FEDBLOG_SITE__BASE_URL", "https://blog.example")
    assert "@blog@blog.example" in fresh("init").out
    monkeypatch.delenv("FEDBLOG_SITE__BASE_URL")
    assert fresh("post", "list").status == 0


def test_init_refuses_a_flag_that_the_environment_overrules(fresh, monkeypatch):
    monkeypatch.setenv("FEDBLOG_SITE__HANDLE", "other")
    done = fresh("init", "--base-url", "https://blog.example", "--handle", "notes")
    assert done.status == 1
    assert "--handle says 'notes'" in done.said
    assert list(fresh.folder.iterdir()) == []


def test_flags_that_contradict_the_configuration_are_refused(blog):
    done = blog("init", "--base-url", "https://other.example")
    assert done.status == 1
    assert "https://other.example" in done.said
    assert "https://blog.example" in done.said


def test_another_address_than_that_of_the_database_is_refused(blog):
    blog.set("site.base_url", "https://other.example")
    for command in ("init",), ("post", "list"), ("followers", "list"), ("backup", "b.tar"):
        done = blog(*command)
        assert done.status == 1
        assert "site.base_url" in done.said
        assert "every follow hangs on it" in done.said


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("site.tittle", "x", "Did you mean 'site.title'?"),
        ("server.prot", 1, "Did you mean 'server.port'?"),
        ("server.port", "8000", "must be a whole number"),
        ("server.port", 70000, "between 0 and 65535"),
        ("server.log_level", "loud", "debug, info, warning or error"),
        ("server.tls_key", "key.pem", "give both or neither"),
        ("site.time_zone", "Mars/Olympus", "there is no time zone 'Mars/Olympus'"),
        ("site.time_zone", "../../etc/passwd", "there is no time zone"),
        ("federation.allow_http", True, "allow_private_networks is empty"),
        ("federation.allow_private_networks", ["127.0.0.0/33"], "allow_private_networks"),
        ("storage.database", "blog.db", "sqlite:///FILE"),
    ],
)
def test_an_unknown_or_contradictory_option_is_refused_by_name(blog, key, value, words):
    blog.set(key, value)
    for command in ("post", "list"), ("serve",):
        done = blog(*command)
        assert done.status == 1
        assert words in done.said
        assert done.said.count("\n") == 1


def test_a_file_that_is_no_toml_is_refused(blog):
    blog.config.write_text("[site\n")
    assert "cannot be read" in blog("post", "list").said


def test_without_configuration_init_is_named(fresh):
    done = fresh("post", "list")
    assert done.status == 1
    assert "fedblog init" in done.said


def test_without_database_init_is_named_and_no_database_is_made(fresh, founded):
    fresh.config.write_text((founded / "config.toml").read_text())
    for command in ("post", "list"), ("serve",), ("backup", "b.tar"):
        done = fresh(*command)
        assert done.status == 1
        assert "fedblog init" in done.said
    assert [path.name for path in fresh.folder.iterdir()] == ["config.toml"]


def test_the_configuration_may_stand_before_or_after_the_command(blog):
    before = blog.raw("--config", blog.config, "post", "list", "--json")
    after = blog.raw("post", "list", "--json", "--config", blog.config)
    assert (before.status, before.json) == (after.status, after.json) == (0, [])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"fedblog {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("fly",), ("post",), ("post", "publish"), ("post", "show", "one"), ("serve", "--role", "x")]
)
def test_wrong_usage_is_status_2(blog, words):
    assert blog(*words).status == 2
