"""`elsewhere` and the standing of posts: a laboratory blog and a person on a server of this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

AP = "application/activity+json"


@pytest.fixture
def person():
    """The id of somebody who has a note at `…/note`, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            document = documents.get(self.path.partition("?")[0])
            body = json.dumps(document or {}).encode()
            self.send_response(200 if document else 404)
            self.send_header("content-type", "application/jrd+json" if "webfinger" in self.path else AP)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    actor = f"{origin}/ada"
    documents = {
        "/ada": {
            "id": actor, "type": "Person", "preferredUsername": "ada", "name": "Ada \x1b[31m", "inbox": f"{actor}/inbox",
            "followers": f"{actor}/followers",
        },
        "/note": {
            "id": f"{origin}/note", "type": "Note", "attributedTo": actor, "content": "<p>Read slowly.</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "published": "2026-11-18T11:00:00Z",
        },
        "/.well-known/webfinger": {
            "subject": f"acct:ada@127.0.0.1:{server.server_address[1]}",
            "links": [{"rel": "self", "type": AP, "href": actor}],
        },
    }  # fmt: skip
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield actor
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def lab(blog):
    """A blog that may talk with this machine."""
    blog.set("federation.allow_private_networks", ["127.0.0.0/8"])
    blog.set("federation.allow_http", True)
    return blog


def test_a_note_is_looked_at_liked_boosted_answered_and_all_of_it_taken_back(lab, person):
    note = person.replace("/ada", "/note")
    seen = lab("elsewhere", "look", note, "--json").json
    assert (seen["id"], seen["text"], seen["audience"]) == (note, "Read slowly.", "public")
    assert seen["handle"] == f"@ada@{person.split('/')[2]}"
    plain = lab("elsewhere", "look", person)
    assert (plain.status, "\x1b" in plain.out) == (0, False)
    for words, said in ((("like", note), "Liked"), (("boost", note), "Boosted"), (("follow", person), "Asked")):
        done = lab("elsewhere", *words)
        assert (done.status, said in done.out) == (0, True), done.said
    answered = lab.process("elsewhere", "answer", note, told=b"I *do*.")
    assert (answered.status, "Answered elsewhere (pk " in answered.out) == (0, True), answered.said
    rows = lab("elsewhere", "list", "--json").json
    assert {row["kind"] for row in rows} == {"like", "boost", "follow", "answer"}
    assert lab("elsewhere", "undo", "boost", next(row["pk"] for row in rows if row["kind"] == "like")).status == 1
    for row in rows:
        done = lab("elsewhere", "undo", row["kind"], row["pk"])
        assert done.status == 0, done.said
    assert lab("elsewhere", "list", "--json").json == []
    assert lab("elsewhere", "list").out == "Nothing stands elsewhere.\n"
    kinds = [line["kind"] for line in lab("deliveries", "list", "--json").json]
    assert sorted(kinds) == ["Announce", "Create", "Delete", "Follow", "Like", "Undo", "Undo", "Undo"]


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "nonsense", "javascript:alert(1)", "https://blog.example/"])
def test_what_cannot_be_looked_at_is_refused_in_words(blog, address):
    for verb in ("look", "like", "boost", "follow"):
        done = blog("elsewhere", verb, address)
        assert (done.status, done.out) == (1, "")
        assert done.said.startswith("fedblog: ")


@pytest.mark.parametrize("kind", ["answer", "like", "boost", "follow"])
def test_what_was_not_done_cannot_be_undone(blog, kind):
    done = blog("elsewhere", "undo", kind, 99)
    assert done.status == 1
    assert "fedblog elsewhere list" in done.said


def test_a_post_is_pinned_and_not_shared_on_its_first_day(blog, text):
    post = blog("post", "publish", text("# On slow reading\n\nRead."), "--json").json
    assert blog("post", "pin", post["pk"]).out == f"Post {post['pk']} is pinned.\n"
    assert blog("post", "unpin", post["pk"]).status == 0
    assert blog("post", "unpin", post["pk"]).status == 1
    refused = blog("post", "share", post["pk"])
    assert (refused.status, "within the last day" in refused.said) == (1, True)
    for verb in ("pin", "unpin", "share", "unshare"):
        missing = blog("post", verb, 99)
        assert (missing.status, "There is no post 99" in missing.said) == (1, True)
