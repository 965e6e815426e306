"""What other servers, and pages, may make the author do by leading them here.

Known cases: OStatus subscribe templates that led anywhere, `authorize_interaction` pages that acted on a GET, HTML taken
for ActivityPub (CVE-2024-25623), log-in pages that redirect to wherever they are told (security.md X11, A01, N01, S11).
"""

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from fedblog.domain.blog import Session
from fedblog.domain.elsewhere import GestureKind
from fedblog.ids import token_hash
from fedblog.services.workshop import the_blog
from fedblog.store import accounts, actors, gestures
from fedblog.world import WireResponse
from tests.fediverse import Peer
from tests.fediverse.peer import AP_TYPE
from tests.hostile.asking import send
from tests.hostile.page_elements import URL_ATTRIBUTES, Page

LOOK = "/admin/elsewhere/look"
FORM = ("content-type", "application/x-www-form-urlencoded")
TOKEN = "token-of-the-forms"


class Author:
    """A logged-in browser."""

    def __init__(self, blog):
        self.blog, self.cookie = blog, ("cookie", "__Host-fedblog=token-of-the-session")

    async def get(self, target):
        return await send(self.blog, "GET", target, [self.cookie])

    async def post(self, target, *, origin="https://blog.example", csrf=TOKEN, **fields):
        pairs = fields | ({"csrf": csrf} if csrf else {})
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items()).encode()
        return await send(self.blog, "POST", target, [self.cookie, FORM, ("origin", origin)], body)

    async def look(self, address, **more):
        asked = {"uri": address} | more
        return await self.get(f"{LOOK}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items()))


@pytest.fixture
async def author(blog):
    """The author, logged in."""

    async def work(db):
        now, row = blog.shop.now(), await the_blog(db)
        pk = await accounts.create(db, row.pk, "author", "no hash", now)
        await accounts.add_session(db, Session(token_hash("token-of-the-session"), pk, TOKEN, now, now))

    await blog.shop.store.write(work)
    return Author(blog)


def served(peer, path, body, kind="text/html"):
    peer.documents[path] = WireResponse(200, (("content-type", kind),), body.encode())
    return f"{peer.origin}{path}"


def requests(blog):
    return [(exchange.request.host, exchange.request.target) for exchange in blog.box.log]


async def nothing_was_done(blog):
    db = blog.shop.store.reader
    rows = [*await gestures.listed(db, 1, GestureKind.LIKE), *await gestures.listed(db, 1, GestureKind.BOOST)]
    sent = await db.value("SELECT COUNT(*) FROM activity")
    return rows == [] and sent == 0


class TestOnTheWayIn:
    async def test_a_stranger_is_led_to_the_log_in_and_from_there_to_what_they_came_for(self, blog, ada):
        note = ada.note("<p>x</p>")
        answer = await send(blog, "GET", f"/authorize_interaction?uri={quote(note['id'], safe='')}")
        assert answer.status == 303
        onwards = answer.header("location")
        assert onwards.startswith(f"{LOOK}?uri=https%3A%2F%2Fpond.example")
        login = (await send(blog, "GET", onwards)).header("location")
        assert urlsplit(login).path == "/admin/login"
        assert parse_qs(urlsplit(login).query)["next"] == [onwards]
        assert f'value="{onwards}"' in (await send(blog, "GET", login)).body.decode()
        assert requests(blog) == []

    @pytest.mark.parametrize(
        "query",
        [
            "uri=javascript:alert(1)", "uri=//evil.example", "uri=https://evil.example/&do=//evil.example",
            "next=https://evil.example", "uri=/admin/posts/1/delete", "uri=%0d%0aSet-Cookie:%20x=1", "uri=" + "x" * 3000, "uri=" + "%2F" * 2000, "uri=https://a.example/&content=" + "%F0%9F%8E%89" * 500,
            "uri=https://evil.example/%22onmouseover=x", "uri=~+*'()", "", "uri", "uri=a&uri=b",
        ],
    )  # fmt: skip
    async def test_whatever_is_asked_for_leads_to_our_own_page_and_nowhere_else(self, blog, query):
        answer = await send(blog, "GET", f"/authorize_interaction?{query}")
        assert answer.status == 303
        location = answer.header("location")
        assert urlsplit(location)[:3] == ("", "", LOOK)
        assert location.isprintable()
        assert len(location) < 4100
        login = (await send(blog, "GET", location)).header("location")
        assert urlsplit(login)[:3] == ("", "", "/admin/login")
        assert parse_qs(urlsplit(login).query)["next"] == [location]
        assert (await send(blog, "GET", login)).status == 200

    async def test_words_to_share_begin_a_post_and_publish_nothing(self, blog, author):
        trap = "</textarea><script>alert(1)</script>"
        answer = await author.get(f"/authorize_interaction?do=reply&uri=&content={quote(trap * 100, safe='')}")
        assert urlsplit(answer.header("location"))[:3] == ("", "", "/admin/posts/new")
        assert (await send(blog, "GET", answer.header("location"))).status == 303
        page = (await author.get(answer.header("location"))).body.decode()
        assert "&lt;/textarea&gt;&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert await nothing_was_done(blog)

    async def test_a_get_only_looks_whatever_it_says(self, blog, author, ada):
        note = ada.note("<p>x</p>")
        for wish in ("like", "boost", "follow", "reply", "unlike", "delete"):
            assert (await author.look(note["id"], do=wish, body="x", content="x")).status == 200
        for path in ("/admin/elsewhere/gestures/1/undo", "/admin/elsewhere/following/1/undo", "/admin/posts/1/pin"):
            assert (await author.get(path)).status == 405
        assert await nothing_was_done(blog)
        assert await actors.by_id(blog.shop.store.reader, ada.id) is None

    @pytest.mark.parametrize("deed", ["like", "boost", "follow", "reply"])
    async def test_a_form_of_another_site_does_nothing(self, blog, author, ada, deed):
        note = ada.note("<p>x</p>")
        for how in ({"csrf": ""}, {"csrf": "guessed"}, {"origin": "https://evil.example"}, {"origin": "null"}):
            assert (await author.post(LOOK, do=deed, uri=note["id"], body="x", **how)).status == 403
        assert await nothing_was_done(blog)
        assert requests(blog) == []

    async def test_what_another_site_wants_to_be_said_is_only_text_in_a_box(self, author, ada):
        trap = '</textarea><script>alert(1)</script><input name="csrf">'
        page = (await author.look(ada.note("<p>x</p>")["id"], do="reply", content=trap)).body.decode()
        assert "<script>alert" not in page
        assert "&lt;/textarea&gt;&lt;script&gt;" in page


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://pond.example/", "//pond.example/x",
            "pond.example", "@", "@@", "@ada@", "ada@pond.example/../x", "https://", "https://pond.example:99999/",
            "https://user:pass@pond.example/", "https:\\\\pond.example\\x", "x" * 5000, "\x00", "🎉", "@a@b@c",
        ],
    )  # fmt: skip
    async def test_what_is_no_address_is_refused_without_asking_anybody(self, blog, author, address):
        answer = await author.look(address)
        assert answer.status in {400, 404}
        assert 'role="alert"' in answer.body.decode()
        assert requests(blog) == []

    @pytest.mark.parametrize(
        "address", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "100.64.0.1"]
    )
    async def test_private_places_are_not_looked_at(self, blog, author, box, address):
        Peer(box, "inside.example")
        box.addresses["inside.example"] = (address,)
        literal = f"[{address}]" if ":" in address else address
        for spelling in ("https://inside.example/x", f"https://{literal}/x", "@root@inside.example"):
            answer = await author.look(spelling)
            assert answer.status in {400, 404}, spelling
        assert requests(blog) == []

    async def test_a_page_that_redirects_inside_is_not_followed(self, blog, author, box, pond):
        Peer(box, "inside.example")
        box.addresses["inside.example"] = ("10.0.0.7",)
        pond.documents["/x"] = WireResponse(302, (("location", "https://inside.example/secret"),), b"")
        assert (await author.look(f"{pond.origin}/x")).status == 404
        assert {host for host, _ in requests(blog)} == {"pond.example"}

    async def test_own_addresses_are_not_fetched(self, blog, author):
        post = await blog.publish()
        before = len(blog.box.log)
        actor_id = await blog.actor_id()
        for address in (post.object_id, f"{blog.origin}{post.path}", f"https://BLOG.example:443{post.path}"):
            answer = await author.look(address)
            assert (answer.status, answer.header("location")) == (303, f"/admin/posts/{post.pk}")
        for address in (actor_id, f"{blog.origin}/admin/", f"{blog.origin}/inbox", "@blog@blog.example", blog.origin):
            answer = await author.look(address)
            assert (answer.status, "on this blog itself" in answer.body.decode()) == (409, True), address
        assert len(blog.box.log) == before


class TestDocuments:
    @pytest.mark.parametrize(
        "kind", ["text/html", "text/plain", "application/octet-stream", "image/png", "application/json"]
    )
    async def test_what_is_not_served_as_activitypub_is_no_post(self, blog, author, ada, pond, kind):
        forged = {"id": f"{pond.origin}/upload", "type": "Note", "attributedTo": ada.id, "content": "Forged."}
        address = served(pond, "/upload", json.dumps(forged), kind)
        answer = await author.look(address)
        assert answer.status == 404
        assert "Forged." not in answer.body.decode()

    @pytest.mark.parametrize(
        "body",
        [
            "<html>x</html>",
            "",
            "[]",
            "null",
            "{",
            '{"id":1}',
            '{"id":"x","id":"y"}',
            "[" * 50_000,
            '{"type":"Tombstone"}',
        ],
    )
    async def test_what_calls_itself_activitypub_and_is_not_is_refused_in_words(self, author, pond, body):
        answer = await author.look(served(pond, "/x", body, AP_TYPE))
        assert answer.status in {404, 410}
        assert 'role="alert"' in answer.body.decode()

    async def test_a_document_of_another_server_is_not_taken_for_its_own(self, blog, author, ada, box):
        evil = Peer(box, "evil.example")
        genuine = ada.note("<p>Genuine.</p>")
        evil.documents["/copy"] = genuine | {"content": "<p>Forged.</p>"}
        evil.documents["/claims"] = {
            "id": f"{evil.origin}/claims", "type": "Note", "attributedTo": ada.id, "content": "<p>Forged.</p>",
        }  # fmt: skip
        for path in ("/copy", "/claims"):
            answer = await author.look(f"{evil.origin}{path}")
            assert (answer.status, "Forged." in answer.body.decode()) == (404, False), path

    async def test_a_page_cannot_name_a_document_elsewhere(self, blog, author, ada, box):
        evil = Peer(box, "evil.example")
        note = ada.note("<p>Genuine.</p>")
        for number, href in enumerate(
            (
                note["id"],
                "//pond.example/x",
                "javascript:alert(1)",
                "http://evil.example/x",
                f"{blog.origin}/",
                "https://[",
            )
        ):
            head = f'<link rel="alternate" type="application/activity+json" href="{href}">'
            answer = await author.look(served(evil, f"/page/{number}", head))
            assert answer.status == 404, href
            assert "Genuine." not in answer.body.decode()
        assert {host for host, _ in requests(blog)} == {"evil.example"}

    async def test_a_page_that_names_itself_ends(self, blog, author, box):
        evil = Peer(box, "evil.example")
        address = served(evil, "/me", '<link rel="alternate" type="application/activity+json" href="/me">')
        assert (await author.look(address)).status == 404
        assert len(blog.box.requests_to("evil.example")) <= 4

    @pytest.mark.parametrize("kind", [AP_TYPE, "text/html"])
    async def test_a_huge_answer_is_cut_off(self, author, pond, kind):
        huge = '{"id":"x","content":"' + "x" * (2 << 20) + '"}'
        assert (await author.look(served(pond, "/huge", huge, kind))).status == 404

    async def test_a_page_of_a_hundred_thousand_tags_is_read_no_further_than_needed(self, author, pond):
        page = "<link>" * 100_000 + '<link rel="alternate" type="application/activity+json" href="/late">'
        assert (await author.look(served(pond, "/tags", page))).status == 404

    @pytest.mark.parametrize(
        "content",
        [
            "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', '<a href="javascript:alert(1)">x</a>',
            '<form action="/admin/elsewhere/look" method="post"><input name="csrf"><button>Like</button></form>',
            "<svg onload=alert(1)>", '<iframe src="https://evil.example">', "</article></main><h1>Log in</h1>",
            '<p style="position:fixed">x</p>', '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        ],
    )  # fmt: skip
    async def test_a_post_shows_its_words_and_runs_nothing(self, author, ada, pond, content):
        note = ada.note(f"<p>Hello.</p>{content}", summary=content, url="javascript:alert(1)", sensitive=True,
                        attachment=[{"type": "Image", "url": "javascript:alert(1)", "name": content},
                                    {"type": "Image", "url": f"{pond.origin}/1.jpg", "name": content}])  # fmt: skip
        pond.documents["/users/ada"]["summary"] = content
        pond.documents["/users/ada"]["name"] = content
        for address in (note["id"], ada.id):
            page = Page((await author.look(address)).body.decode())
            assert page.open == []
            assert_harmless(page)

    async def test_names_in_two_directions_stay_apart(self, author, ada, pond):
        pond.documents["/users/ada"]["name"] = "\u202eevil"
        page = (await author.look(ada.id)).body.decode()
        assert "<bdi>" in page[page.index("<main") :]


def assert_harmless(page):
    """One script, ours; nothing that acts by itself; no form but ours, each that sends with the token."""
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("script"), tags.count("h1"), tags.count("main")) == (1, 1, 1)
    assert {"img", "iframe", "object", "style", "base", "math"}.isdisjoint(tags)
    assert all(attributes.get("fill") == "currentColor" for tag, attributes in page.elements if tag == "path")
    for tag, attributes in page.elements:
        assert [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc", "http-equiv"}] == []
        for name in URL_ATTRIBUTES & set(attributes):
            assert attributes[name].startswith(("https://", "/", "#")), (tag, attributes)
    sending = [attributes for tag, attributes in page.elements if tag == "form" and attributes["method"] == "post"]
    tokens = [attributes for _, attributes in page.elements if attributes.get("name") == "csrf"]
    assert len(sending) == len(tokens)
    assert {attributes["value"] for attributes in tokens} == {TOKEN}
