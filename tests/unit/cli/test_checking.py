"""`check`: what is right, what is wrong, and what to do about it."""

import contextlib
import datetime as dt
import re
import sqlite3

import pytest
import trustme

from fedblog.config import load
from fedblog.services.checking.network import check_certificate, check_names
from tests.engines import quiet_world
from tests.fediverse.box import Box
from tests.ports import free_port
from tests.unit.cli.test_serving import read_until, serving


def findings(done, subject=None):
    return [(f["grade"], f["what"]) for f in done.json if subject in {None, f["subject"]}]


@pytest.fixture
def laboratory(fresh):
    """A blog on an address of this machine, which needs no DNS. Nothing listens there."""
    fresh("init", "--base-url", f"http://127.0.0.1:{free_port()}", "--laboratory")
    return fresh


def test_a_sound_blog_has_no_problem(laboratory):
    done = laboratory("check", "--json")
    assert done.status == 0, done.out
    subjects = {f["subject"] for f in done.json}
    assert {"configuration", "data directory", "database", "identity", "keys", "clock", "name"} <= subjects
    assert not [f for f in done.json if f["grade"] == "problem"]
    assert all(f["todo"] for f in done.json if f["grade"] != "ok")


def test_people_read_one_line_for_each_finding_and_what_to_do(laboratory):
    done = laboratory("check")
    assert done.status == 0
    assert re.search(r"ok       identity        @blog@127.0.0.1:(\d+) at http://127.0.0.1:\1\n", done.out)
    assert "-> you: fedblog account create NAME" in done.out


def test_a_blog_that_does_not_run_is_no_problem_but_cannot_be_seen(laboratory):
    done = laboratory("check", "--json")
    (reach,) = [f for f in done.json if f["subject"] == "reach"]
    assert (reach["grade"], reach["whose"]) == ("warning", "you")
    assert "does not run" in reach["what"]
    assert any(line.startswith("curl ") for line in reach["text"])
    assert findings(done, "skipped")


def test_lines_to_run_elsewhere_are_printed_under_their_finding(laboratory):
    out = laboratory("check").out
    assert re.search(r"^ +\| curl -sI http://127.0.0.1:\d+/ \| head -1$", out, re.MULTILINE)


def test_a_local_check_asks_nobody(laboratory):
    subjects = {f["subject"] for f in laboratory("check", "--local", "--json").json}
    assert "database" in subjects
    assert subjects.isdisjoint({"reach", "skipped", "inbox", "canary"})


def test_local_and_canary_exclude_each_other(laboratory):
    assert laboratory("check", "--local", "--canary").status == 2


def test_a_laboratory_that_runs_can_be_checked_in_full_and_is_sound(laboratory, text):
    with serving(laboratory) as server:
        read_until(server, "Listening on")
        laboratory("post", "publish", text("# Hello\n\nWorld."))
        done = laboratory("check", "--canary", "--json")
    assert done.status == 0, done.out
    grades = {(f["subject"], f["grade"]) for f in done.json}
    sound = {"reach", "webfinger", "negotiation", "keys", "nodeinfo", "inbox", "canary"}
    assert grades >= {(subject, "ok") for subject in sound}
    assert not [f for f in done.json if f["subject"] in sound and f["grade"] != "ok"]


def test_without_the_laboratory_switches_the_own_address_is_still_looked_at(fresh, text):
    """`fedblog serve` on this machine, as somebody tries it first: all but the canary's song can be seen."""
    fresh("init", "--base-url", f"http://127.0.0.1:{free_port()}")
    with serving(fresh) as server:
        read_until(server, "Listening on")
        done = fresh("check", "--canary", "--json")
    assert done.status == 1
    assert {f["subject"] for f in done.json if f["grade"] == "problem"} == {"address"}
    notes = [f for f in done.json if f["grade"] == "note"]
    assert any("leads to this machine itself" in f["what"] for f in notes)
    assert any(f["subject"] == "canary" and "could not sing" in f["what"] for f in notes)


def test_a_blog_that_does_not_run_got_the_lines_for_elsewhere_twice(fresh):
    fresh("init", "--base-url", f"http://127.0.0.1:{free_port()}")
    [reach] = findings(fresh("check", "--json"), "reach")
    assert "does not answer here" in reach[1]


def test_laboratory_switches_are_warned_of(laboratory):
    warnings = findings(laboratory("check", "--json"), "switches")
    assert [grade for grade, _ in warnings] == ["warning", "warning"]


def test_a_plain_address_outside_of_a_laboratory_is_a_problem(fresh):
    fresh("init", "--base-url", f"http://127.0.0.1:{free_port()}")
    done = fresh("check", "--json")
    assert done.status == 1
    assert findings(done, "address")[0][0] == "problem"


def test_a_wrong_configuration_is_a_finding_too(laboratory):
    laboratory.set("server.prot", 1)
    done = laboratory("check", "--json")
    assert done.status == 1
    assert [(f["grade"], f["todo"]) for f in done.json] == [("problem", "Did you mean 'server.port'?")]


def test_without_database_everything_else_is_still_looked_at(laboratory):
    (laboratory.folder / "data" / "fedblog.db").unlink()
    done = laboratory("check", "--json")
    assert done.status == 1
    assert ("ok", f"{laboratory.folder / 'data'} can be written to.") in findings(done)
    assert findings(done, "database")[0][0] == "problem"


@pytest.mark.parametrize(("mode", "grade"), [(0o600, None), (0o640, "problem"), (0o644, "problem")])
def test_a_database_that_others_can_read_is_a_problem(laboratory, mode, grade):
    (laboratory.folder / "data" / "fedblog.db").chmod(mode)
    done = laboratory("check", "--json")
    assert [g for g, what in findings(done, "files") if "fedblog.db," in what] == ([grade] if grade else [])
    assert done.status == (1 if grade else 0)


def test_of_the_operators_own_files_it_only_warns(laboratory):
    laboratory.config.chmod(0o644)
    done = laboratory("check", "--json")
    assert done.status == 0
    assert [grade for grade, what in findings(done, "files") if "config.toml" in what] == ["warning"]


def test_a_key_whose_halves_do_not_match_is_a_problem(laboratory):
    with contextlib.closing(sqlite3.connect(laboratory.folder / "data" / "fedblog.db")) as database:
        (other,) = database.execute("SELECT public_pem FROM own_key ORDER BY pk DESC").fetchone()
        database.execute("UPDATE own_key SET public_pem = ? WHERE pk = (SELECT MIN(pk) FROM own_key)", (other,))
        database.commit()
    done = laboratory("check", "--json")
    assert done.status == 1
    assert [grade for grade, _ in findings(done, "keys")] == ["problem", "ok"]


def test_a_missing_key_is_a_problem(laboratory):
    with contextlib.closing(sqlite3.connect(laboratory.folder / "data" / "fedblog.db")) as database:
        database.execute("DELETE FROM own_key")
        database.commit()
    assert [grade for grade, _ in findings(laboratory("check", "--json"), "keys")] == ["problem", "problem", "warning"]


def test_a_clock_that_runs_behind_the_database_is_a_problem(laboratory):
    with contextlib.closing(sqlite3.connect(laboratory.folder / "data" / "fedblog.db")) as database:
        database.execute("UPDATE blog SET updated_at = updated_at + 86400000")
        database.commit()
    assert findings(laboratory("check", "--json"), "clock")[0][0] == "problem"


async def test_the_own_name_must_lead_somewhere_public(tmp_path):
    box = Box()
    box.addresses = {"public.example": ("45.33.0.1",), "inside.example": ("10.0.0.1", "fd00::1")}
    grades = {}
    for name in ("public.example", "inside.example", "nowhere.example"):
        config = load(None, {"FEDBLOG_SITE__BASE_URL": f"https://{name}"})
        (finding,) = await check_names(config, box.world())
        grades[name] = str(finding.grade)
    assert grades == {"public.example": "ok", "inside.example": "warning", "nowhere.example": "problem"}


async def test_an_own_name_that_leads_to_this_machine_is_told_apart_from_a_wrong_record():
    box = Box()
    box.addresses = {"blog.example": ("127.0.1.1",)}
    (found,) = await check_names(load(None, {"FEDBLOG_SITE__BASE_URL": "https://blog.example"}), box.world())
    assert found.grade == "warning"
    assert "this machine" in found.what
    assert found.text[0] == "dig +short blog.example A blog.example AAAA"


async def test_a_handle_domain_is_resolved_and_its_redirects_are_named():
    box = Box()
    box.addresses = {"blog.example.org": ("45.33.0.1",)}
    settings = {"FEDBLOG_SITE__BASE_URL": "https://blog.example.org", "FEDBLOG_SITE__HANDLE_DOMAIN": "example.org"}
    found = await check_names(load(None, settings), box.world())
    assert [str(f.grade) for f in found] == ["ok", "problem", "ok"]
    assert "/.well-known/webfinger" in found[2].what


def certified(tmp_path, name="blog.example", days=90):
    """A configuration with a certificate of that name that ends in so many days."""
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    issued = trustme.CA().issue_cert(name, not_before=until - dt.timedelta(days=365), not_after=until)
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    for blob in issued.cert_chain_pems:
        blob.write_to_path(tmp_path / "chain.pem", append=True)
    settings = {
        "FEDBLOG_SITE__BASE_URL": "https://blog.example",
        "FEDBLOG_SERVER__TLS_CERTIFICATE": str(tmp_path / "chain.pem"),
        "FEDBLOG_SERVER__TLS_KEY": str(tmp_path / "key.pem"),
    }
    return load(None, settings)


@pytest.mark.parametrize(
    ("name", "days", "grade", "words"),
    [
        ("blog.example", 90, "ok", "belongs to the key"),
        ("blog.example", 5, "warning", "ends on"),
        ("blog.example", -1, "problem", "expired"),
        ("other.example", 90, "problem", "blog.example"),
    ],
)
def test_a_certificate_is_checked_as_a_client_would(tmp_path, name, days, grade, words):
    (finding,) = check_certificate(certified(tmp_path, name, days), quiet_world())
    assert str(finding.grade) == grade
    assert words in finding.what


def test_a_certificate_that_is_none_is_a_problem(tmp_path):
    config = certified(tmp_path)
    (tmp_path / "chain.pem").write_text("I am no certificate.")
    (finding,) = check_certificate(config, quiet_world())
    assert str(finding.grade) == "problem"


@pytest.mark.parametrize("pages", [1, 40], ids=["a page in the middle", "the rest of the file"])
def test_a_damaged_database_is_a_problem_in_words_and_is_not_backed_up(laboratory, pages):
    path = laboratory.folder / "data" / "fedblog.db"
    data = bytearray(path.read_bytes())
    at = data.index(b"-----BEGIN PRIVATE KEY") // 4096 * 4096
    data[at : at + pages * 4096] = b"\xff" * len(data[at : at + pages * 4096])
    path.write_bytes(data)
    done = laboratory("check", "--json")
    assert done.status == 1
    assert [what for grade, what in findings(done, "database") if grade == "problem" and "damaged" in what]
    refused = laboratory("backup", laboratory.folder / "b.tar")
    assert refused.status == 1
    assert refused.said.startswith("fedblog: ")
    assert not (laboratory.folder / "b.tar").exists()


def test_a_blog_without_a_key_for_proofs_is_told_how_to_get_one(laboratory):
    with contextlib.closing(sqlite3.connect(laboratory.folder / "data" / "fedblog.db")) as database:
        database.execute("DELETE FROM own_key WHERE kind = 'ed25519'")
        database.commit()
    assert [grade for grade, _ in findings(laboratory("check", "--json"), "keys")] == ["ok", "ok", "warning"]
    laboratory("migrate")
    assert [grade for grade, _ in findings(laboratory("check", "--json"), "keys")] == ["ok", "ok"]


def test_a_change_of_keys_that_is_under_way_is_told(laboratory):
    laboratory("keys", "rotate")
    assert "New keys are announced; they take over at" in findings(laboratory("check", "--json"), "keys")[-1][1]
