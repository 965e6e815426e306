"""`serve` as a process: what it says, what it refuses, and how it stops."""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys

import httpx
import pytest
import trustme

from fedblog.server import listen
from fedblog.store.migrating import load
from tests.ports import free_port
from tests.unit.cli.conftest import CLEAN


@contextlib.contextmanager
def serving(blog, *flags):
    """A running server: its process, and what it printed until it was ready."""
    command = [sys.executable, "-m", "fedblog", "--config", str(blog.config), "serve", *flags]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN)
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def read_until(server, word):
    """What the server prints, up to the line with that word."""
    lines = []
    for line in server.stdout:
        lines.append(line)
        if word in line:
            return "".join(lines)
    raise AssertionError(f"no {word!r} in {lines} {server.stderr.read()}")


@pytest.fixture
def local(fresh):
    """A blog on a free port of this machine."""
    done = fresh("init", "--base-url", f"http://127.0.0.1:{free_port()}")
    assert done.status == 0, done.said
    return fresh


def origin(blog):
    return re.search(r'base_url = "(.*)"', blog.config.read_text())[1]


def test_serve_tells_the_address_the_handle_and_one_set_up_link(local):
    with serving(local) as server:
        said = read_until(server, "setup?token=")
        base = origin(local)
        assert f"{base}/ as @blog@{base.removeprefix('http://')}" in said
        assert "WARNING: The blog is served without TLS" in said
        link = re.search(rf"{re.escape(base)}/admin/setup\?token=\S+", said)[0]
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{base}/health").text == "ok\n"
            assert client.get(link).status_code == 200
            assert "no-store" in client.get(link).headers["cache-control"]


def test_on_an_address_with_a_port_both_actors_are_found_by_their_own_handles(local):
    with serving(local) as server:
        read_until(server, "Listening on")
        found = {}
        for path in ("/", "/ap/instance"):
            for _ in range(2):  # by the address, then by the subject of that answer
                question = {"resource": found.get(path, f"{origin(local)}{path}")}
                answer = httpx.get(f"{origin(local)}/.well-known/webfinger", params=question, trust_env=False)
                assert answer.status_code == 200, answer.text
                found[path] = answer.json()["subject"]
        host = origin(local).removeprefix("http://")
        assert found == {"/": f"acct:blog@{host}", "/ap/instance": f"acct:127.0.0.1@{host}"}


def test_serve_stops_within_ten_seconds_and_lets_the_next_one_start(local):
    with serving(local) as server:
        read_until(server, "setup?token=")
        refused = local.process("serve")
        assert refused.status == 1
        assert "Another program listens" in refused.said
        server.send_signal(signal.SIGTERM)
        out, log = server.communicate(timeout=10)
        assert (server.returncode, out, log) == (0, "Stopped.\n", "")
    with serving(local) as server:
        read_until(server, "setup?token=")


def test_a_second_server_on_the_same_file_is_refused(local):
    with serving(local) as server:
        read_until(server, "setup?token=")
        local.set("server.port", free_port())
        refused = local.process("serve")
        assert (refused.status, refused.out) == (1, "")
        assert re.search(r"server \(process \d+\) is running on .*fedblog\.db already", refused.said)
        assert local.process("post", "publish", "-", told=b"# While it runs\n\nText").status == 0
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{origin(local)}/admin/setup").status_code < 500


def test_with_an_account_there_is_no_set_up_link(local):
    local.process("account", "create", "ada", "--password-stdin", told=b"correct horse\n")
    with serving(local) as server:
        assert "setup" not in read_until(server, "WARNING")
        server.send_signal(signal.SIGTERM)
        assert "setup" not in server.communicate(timeout=10)[0]


def test_laboratory_switches_are_told_loudly(local):
    local.set("federation.allow_private_networks", ["127.0.0.0/8"])
    local.set("federation.allow_http", True)
    with serving(local) as server:
        said = read_until(server, "setup?token=")
        assert "WARNING: federation.allow_private_networks opens 127.0.0.0/8" in said
        assert "WARNING: federation.allow_http" in said


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_role_of_its_own_needs_postgresql(local, role):
    refused = local("serve", "--role", role)
    assert refused.status == 1
    assert "PostgreSQL" in refused.said


def test_a_foreign_port_is_refused_before_anything_else_happens(local):
    with contextlib.closing(listen("127.0.0.1", 0)[0]) as taken:
        local.set("server.port", taken.getsockname()[1])
        before = sorted((local.folder / "data").iterdir())
        refused = local("serve")
        assert refused.status == 1
        assert f"port {taken.getsockname()[1]}" in refused.said
        assert sorted((local.folder / "data").iterdir()) == before


@pytest.mark.parametrize("command", [("serve",), ("post", "list"), ("migrate",), ("check",), ("backup", "b.tar")])
def test_a_database_of_a_newer_version_is_refused(local, command):
    with contextlib.closing(sqlite3.connect(local.folder / "data" / "fedblog.db")) as database:
        newer = (len(load()) + 1, "from_tomorrow", "0" * 64, 0)
        database.execute("INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)", newer)
        database.commit()
    refused = local(*command)
    assert refused.status == 1
    assert "newer fedblog" in refused.said + refused.out


def test_another_blog_than_that_of_the_database_is_refused(local):
    local.set("site.handle", "other")
    refused = local("serve")
    assert refused.status == 1
    assert "site.handle" in refused.said


def without_rights():
    """The words that start a program which may not do what files forbid, also where the tests run as root."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_data_directory_without_write_permission_is_refused(local, mode):
    data = local.folder / "data"
    data.chmod(mode)
    try:
        for command in ("serve",), ("init",), ("check",):
            refused = local.process(*command, wrapper=without_rights())
            assert refused.status == 1, command
            assert str(data) in refused.said + refused.out
            assert "Traceback" not in refused.said
    finally:
        data.chmod(0o700)


def test_a_file_in_place_of_the_data_directory_is_refused(fresh, tmp_path):
    (tmp_path / "data").write_text("I am a file.")
    refused = fresh("init", "--base-url", "https://blog.example")
    assert refused.status == 1
    assert str(tmp_path / "data") in refused.said


def test_a_certificate_of_another_key_is_refused(local, tmp_path):
    for name in ("one", "two"):
        issued = trustme.CA().issue_cert("127.0.0.1")
        issued.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
    local.set("server.tls_certificate", str(tmp_path / "one.pem"))
    local.set("server.tls_key", str(tmp_path / "two.key"))
    refused = local("serve")
    assert refused.status == 1
    assert "cannot be used together" in refused.said
