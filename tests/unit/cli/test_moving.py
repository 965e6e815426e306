"""`fedblog alias`, `fedblog move` and who was let go: on the command line, with another server on this machine."""

import json
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Neighbour(BaseHTTPRequestHandler):
    """A server with documents, and an inbox that takes everything."""

    def do_GET(self):
        found = self.server.documents.get(self.path)
        body = json.dumps(found).encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/activity+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """It keeps quiet."""


@pytest.fixture
def neighbour():
    """The server; `origin` and `documents` are its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Neighbour)
    server.documents = {}
    server.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def person(server, name, **extra):
    actor_id = f"{server.origin}/users/{name}"
    server.documents[f"/users/{name}"] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": actor_id,
        "type": "Person",
        "preferredUsername": name,
        "inbox": f"{actor_id}/inbox",
        **extra,
    }
    return actor_id


@pytest.fixture
def laboratory(blog):
    """The blog, which may speak to this machine."""
    blog.set("federation.allow_http", True)
    blog.set("federation.allow_private_networks", ["127.0.0.0/8"])
    return blog


def our_id(blog):
    """The blog's actor id."""
    with closing(sqlite3.connect(blog.folder / "data" / "fedblog.db")) as database:
        return database.execute("SELECT actor_id FROM actor WHERE kind = 'blog'").fetchone()[0]


def test_an_account_is_named_listed_and_named_no_more(laboratory, neighbour):
    ada = person(neighbour, "ada")
    added = laboratory("alias", "add", ada)
    assert added.status == 0, added
    assert "It does not name the blog" in added.out
    [row] = laboratory("alias", "list", "--json").json
    assert (row["actor_id"], row["names_the_blog"]) == (ada, "no")
    assert "ada@127.0.0.1" in laboratory("alias", "list").out
    assert laboratory("alias", "remove", ada).status == 0
    assert laboratory("alias", "list").out == "The blog names no other account.\n"
    again = laboratory("alias", "remove", ada)
    assert again.status == 1
    assert "fedblog alias list" in again.said


def test_what_cannot_be_looked_at_is_refused(laboratory, neighbour):
    done = laboratory("alias", "add", f"{neighbour.origin}/users/none")
    assert done.status == 1
    assert "There is no account" in done.said


def test_moving_in_lists_what_to_do(laboratory, neighbour):
    assert "fedblog alias add" in laboratory("move", "in").out
    laboratory("alias", "add", person(neighbour, "ada"))
    told = laboratory("move", "in").out
    assert "open     The other account has not moved yet." in told
    assert "-> Log in at 127.0.0.1." in told
    [row] = laboratory("move", "in", "--json").json
    assert row["has_moved"] is False
    assert [step["state"] for step in row["steps"]] == ["done", "done", "open", "open"]


def test_moving_out_is_looked_at_made_reported_and_taken_back(laboratory, neighbour):
    new = person(neighbour, "new")
    dry = laboratory("move", "out", new, "--dry-run")
    assert dry.status == 1
    assert "missing  " in dry.out
    assert "does not name the blog yet" in dry.out
    assert laboratory("move", "out", new).status == 1
    assert laboratory("move", "report").out == "The blog has not moved.\n"
    assert laboratory("move", "undo").status == 1

    person(neighbour, "new", alsoKnownAs=[our_id(laboratory)])
    dry = laboratory("move", "out", new, "--dry-run", "--json")
    assert (dry.status, dry.json["may_go"], dry.json["followers"], dry.json["servers"]) == (0, True, 0, 0)
    assert laboratory("move", "report", "--json").json is None
    moved = laboratory("move", "out", new)
    assert (moved.status, "has moved to @new@127.0.0.1" in moved.out) == (0, True), moved
    assert laboratory("move", "out", new).status == 0, "once more is no mistake"
    report = laboratory("move", "report", "--json").json
    assert (report["moved_to"], report["undone_at"], report["servers"]) == (new, None, [])
    assert laboratory("move", "undo").status == 0
    assert "taken back" in laboratory("move", "report").out
    assert laboratory("move", "undo").status == 1


def test_nobody_was_let_go_at_first(blog):
    assert blog("followers", "list", "--removed").out == "Nobody was let go.\n"
    assert blog("followers", "list", "--removed", "--json").json == []
