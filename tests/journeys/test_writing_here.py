"""A reader writes a reply on the post's page, and their own server posts it (checklist 44)."""

import asyncio
import html
import json
import logging
import re
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.errors import Unreachable
from fedblog.services import describing, moderating, publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing_here import leaving, offering
from fedblog.world import WireRequest, WireResponse
from tests.fediverse import Peer
from tests.fediverse.box import call_asgi
from tests.fediverse.instance import Instance, answered

FORM = ("content-type", "application/x-www-form-urlencoded")
pytestmark = pytest.mark.checklist(row=44)


@dataclass
class Window:
    """A reader's browser: it keeps cookies by path, as browsers do."""

    blog: object
    cookies: dict = field(default_factory=dict)
    client: str = "45.33.200.1"
    last: WireResponse | None = None

    async def ask(self, method, target, headers=(), body=b""):
        path = target.partition("?")[0]
        sent = [f"{name}={value}" for name, (value, under) in self.cookies.items() if path.startswith(under)]
        cookie = (("cookie", "; ".join(sent)),) if sent else ()
        every = (("host", self.blog.host), ("accept", "text/html"), *headers, *cookie)
        self.last = await call_asgi(
            self.blog.site, WireRequest(method, "https", self.blog.host, 443, target, every, body)
        )
        for name, value in self.last.headers:
            if name == "set-cookie":
                self._keep(value)
        return self.last

    def _keep(self, header):
        for name, morsel in SimpleCookie(header).items():
            assert morsel["httponly"]
            assert morsel["secure"]
            assert morsel["samesite"] == "lax"
            self.cookies.pop(name, None)
            if morsel["max-age"] != "0":
                self.cookies[name] = (morsel.value, morsel["path"])

    async def get(self, target):
        return await self.ask("GET", target.removeprefix(self.blog.origin))

    async def write(self, post, text="Well said.", handle="@ada@pond.example", *, number=None, origin=None):
        """Fill in the form and send it; returns the link that the next page offers, if it does."""
        path = f"/reply/{post.pk}" + (f"/{number}" if number else "") + "/here"
        body = urlencode({"text": text, "handle": handle}).encode()
        await self.ask("POST", path, (FORM, ("origin", origin or self.blog.origin)), body)
        found = re.search(r'<a class="button button-big" href="([^"]+)" rel="noopener">Go on at', self.text)
        return html.unescape(found[1]) if found else ""

    @property
    def text(self):
        return self.last.body.decode()

    @property
    def typed(self):
        """What stands in the text field."""
        found = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", self.text)
        return html.unescape(found[1]) if found else None


@pytest.fixture
async def post(blog):
    await offering.offer(blog.shop, on=True, by="author")
    return await blog.publish()


@pytest.fixture
def instance(blog, pond, ada):
    return Instance(pond, blog.inbox)


@pytest.fixture
def window(blog):
    return Window(blog)


async def test_a_reply_written_here_comes_in_as_a_real_comment(blog, pond, ada, instance, window, post):
    await window.get(f"/reply/{post.pk}")
    assert f'href="/reply/{post.pk}/here"' in window.text
    await window.get(f"/reply/{post.pk}/here")
    assert "Your own server posts the reply, in your name" in window.text
    link = await window.write(post, "Well said.\n\nIndeed.")
    assert link.startswith(f"{pond.origin}/oauth/authorize?")
    assert "@blog@blog.example Well said." in window.text
    await window.get(instance.consent(link, ada))
    assert window.last.status == 200
    assert "Your reply is posted" in window.text
    assert f'href="{pond.origin}/@ada/' in window.text
    await blog.work()
    page = await blog.page(post)
    assert "Indeed." in page
    assert "@ada@pond.example" in page


async def test_the_leave_is_small_and_given_back_at_once(blog, ada, instance, window, post):
    link = await window.write(post)
    assert parse_qs(urlsplit(link).query)["scope"] == ["read:search write:statuses"]
    await window.get(instance.consent(link, ada))
    assert instance.issued == ["token-1-very-secret"]
    assert instance.tokens == {}
    for table in ("reply_draft", "reply_app"):
        rows = await blog.shop.store.reader.all(f"SELECT * FROM {table}")
        assert "token-1" not in json.dumps([[str(value) for value in row] for row in rows])
    assert await blog.shop.store.reader.value("SELECT COUNT(*) FROM reply_draft") == 0


async def test_the_cookie_lives_only_on_the_way_and_under_its_own_path(blog, ada, instance, window, post):
    await window.get(post.path)
    await window.get(f"/reply/{post.pk}")
    await window.get(f"/reply/{post.pk}/here")
    assert window.cookies == {}
    link = await window.write(post)
    [(name, (_, path))] = window.cookies.items()
    assert (name.startswith("__Secure-fedblog-reply-"), path) == (True, "/reply/here")
    await window.get(instance.consent(link, ada))
    assert window.cookies == {}


async def test_the_server_is_asked_to_know_the_blog_only_once(blog, ada, instance, window, post):
    for text in ("One", "Two", "Three"):
        await window.get(instance.consent(await window.write(post, text), ada))
    assert instance.count("/api/v1/apps") == 1
    assert [posted["text"].rsplit(" ", 1)[1] for posted in instance.posted.values()] == ["One", "Two", "Three"]


async def test_an_answer_to_a_comment_names_its_writer_and_lands_below_it(blog, ada, instance, window, post):
    bob = Peer(blog.box, "lake.example").person("bob")
    note = bob.note("<p>First!</p>", in_reply_to=post.object_id)
    await bob.post(blog.inbox, bob.create(note))
    await blog.work()
    await window.get(instance.consent(await window.write(post, "No.", number=1), ada))
    [posted] = instance.posted.values()
    assert posted["text"] == "@bob@lake.example @blog@blog.example No."
    await blog.work()
    assert "in answer to #1" in await blog.page(post)


async def test_two_replies_in_two_tabs_do_not_disturb_each_other(blog, ada, instance, window, post):
    one, two = await window.write(post, "One"), await window.write(post, "Two")
    await window.get(instance.consent(one, ada))
    await window.get(instance.consent(two, ada))
    assert len(instance.posted) == 2


async def test_a_server_that_tells_nothing_of_its_addresses_has_the_usual_ones(blog, ada, instance, window, post):
    instance.has_metadata = instance.sends_issuer = False
    await window.get(instance.consent(await window.write(post), ada))
    assert "Your reply is posted" in window.text


async def test_a_handle_of_a_domain_that_points_elsewhere_leads_to_its_server(blog, box, ada, instance, window, post):
    vanity = Peer(box, "vanity.example")
    vanity.people["ada"] = ada
    jrd = {
        "subject": "acct:ada@vanity.example",
        "links": [{"rel": "self", "type": "application/activity+json", "href": ada.id}],
    }

    async def serve(request):
        is_finger = request.target.startswith("/.well-known/webfinger")
        return answered(jrd) if is_finger else WireResponse(404, (), b"")

    box.servers["vanity.example"] = serve
    link = await window.write(post, handle="@ada@vanity.example")
    assert link.startswith("https://pond.example/oauth/authorize?")


def without_api(box, host):
    """A server with an account, and nothing to call."""
    peer = Peer(box, host)
    peer.person("eve")

    async def serve(request):
        return WireResponse(404, (), b"") if request.method == "POST" else await peer.serve(request)

    box.servers[host] = serve


async def refused(blog, window, instance, *, holds="Well said."):
    """Nothing was posted, and nothing that was typed is lost."""
    assert window.last.status >= 400
    assert instance.posted == {}
    assert instance.tokens == {}
    if holds:
        assert window.typed == holds


class TestNothingTypedIsLost:
    """Whatever goes wrong, the text stands in the form again."""

    @pytest.mark.parametrize(
        "handle", ["", "nobody", "@nobody@pond.example", "@x@nowhere.example", "@blog@blog.example"]
    )
    async def test_a_handle_that_leads_nowhere(self, blog, instance, window, post, handle):
        assert await window.write(post, handle=handle) == ""
        await refused(blog, window, instance)

    async def test_a_server_without_such_an_api(self, blog, box, window, post):
        without_api(box, "plain.example")
        assert await window.write(post, handle="@eve@plain.example") == ""
        assert "Your server does not offer this." in window.text
        assert f'href="/reply/{post.pk}"' in window.text, "the ordinary way is offered"
        assert window.typed == "Well said."

    async def test_a_reader_who_says_no(self, blog, instance, window, post):
        await window.get(instance.refusal(await window.write(post)))
        await refused(blog, window, instance)
        assert "It was not allowed at your server." in window.text

    async def test_a_server_that_knows_only_larger_leaves(self, blog, instance, window, post):
        back = instance.refusal(await window.write(post)).replace("access_denied", "invalid_scope")
        await window.get(back)
        await refused(blog, window, instance)
        assert "cannot give leave for just this" in window.text

    async def test_a_reader_who_takes_too_long(self, blog, box, ada, instance, window, post):
        link = instance.consent(await window.write(post), ada)
        box.clock.move(minutes=11)
        await window.get(link)
        await refused(blog, window, instance)
        assert "longer than ten minutes" in window.text

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            ("/oauth/token", WireResponse(500, (), b"")),
            ("/oauth/token", answered({"access_token": "two words"})),
            ("/oauth/token", answered({"access_token": "a\r\nX-Evil: 1"})),
            ("/oauth/token", answered({"access_token": 7})),
            ("/oauth/token", answered({"error": "invalid_client"}, 401)),
            ("/oauth/token", WireResponse(302, (("location", "https://evil.example/"),), b"")),
            ("/oauth/token", Unreachable("gone")),
            ("/api/v2/search", answered({"statuses": []})),
            ("/api/v2/search", answered({"statuses": [{"id": "1", "uri": "https://evil.example/1"}]})),
            ("/api/v2/search", answered({"statuses": "none"})),
            ("/api/v2/search", Unreachable("gone")),
            ("/api/v1/statuses", answered({"error": "Text character limit of 500 exceeded"}, 422)),
            ("/api/v1/statuses", answered({"uri": "https://evil.example/1", "url": "https://evil.example/1"})),
            ("/api/v1/statuses", Unreachable("gone")),
        ],
    )
    async def test_a_server_that_fails_in_the_middle(self, blog, ada, instance, window, post, path, answer):
        link = instance.consent(await window.write(post), ada)
        instance.overrides[path] = answer
        await window.get(link)
        await refused(blog, window, instance)
        assert "evil" not in window.text
        assert "character limit" not in window.text, "what a server says is not repeated"

    @pytest.mark.parametrize("how", ["closed", "unpublished", "switched off"])
    async def test_a_post_that_takes_no_replies_any_more(self, blog, ada, instance, window, post, how):
        link = instance.consent(await window.write(post), ada)
        if how == "closed":
            settings = describing.settings_of(await the_blog(blog.shop.store.reader))
            await describing.change(blog.shop, replace(settings, comment_policy=CommentPolicy.CLOSED))
        elif how == "unpublished":
            await publishing.unpublish(blog.shop, post.pk)
        else:
            await offering.offer(blog.shop, on=False, by="author")
        await window.get(link)
        assert window.last.status == 409
        assert "You had written: Well said." in window.text
        assert instance.posted == {}
        assert instance.issued == []

    async def test_an_empty_or_endless_text(self, blog, instance, window, post):
        assert await window.write(post, "  \n ") == ""
        assert await window.write(post, "x" * 5001) == ""
        assert len(window.typed) == 5001
        assert instance.calls == []


class TestWhoMustNotGetThrough:
    """Mix-ups, replays, other browsers, injected codes."""

    async def test_another_browser_with_the_right_link(self, blog, ada, instance, window, post):
        link = instance.consent(await window.write(post), ada)
        stranger = Window(blog)
        await stranger.get(link)
        await refused(blog, stranger, instance, holds="")
        assert "Well said." not in stranger.text
        await window.get(link)
        assert "Your reply is posted" in window.text, "and the right one still may"

    async def test_a_link_that_is_used_twice(self, blog, ada, instance, window, post):
        link = instance.consent(await window.write(post), ada)
        cookies = dict(window.cookies)
        await window.get(link)
        window.cookies = cookies
        await window.get(link)
        assert window.last.status == 400
        assert len(instance.posted) == 1

    async def test_a_link_that_is_opened_twice_at_once(self, blog, ada, instance, window, post):
        link = instance.consent(await window.write(post), ada)
        twin = Window(blog, cookies=dict(window.cookies))
        await asyncio.gather(window.get(link), twin.get(link))
        assert sorted([window.last.status, twin.last.status]) == [200, 400]
        assert len(instance.posted) == 1

    @pytest.mark.parametrize("state", ["", "guessed", "x" * 5000])
    async def test_a_wrong_state(self, blog, ada, instance, window, post, state):
        link = instance.consent(await window.write(post), ada)
        address, _, query = link.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()} | {"state": state}
        await window.get(f"{address}?{urlencode(asked)}")
        await refused(blog, window, instance, holds="")

    async def test_a_code_of_somebody_else_put_into_an_own_way_back(self, blog, pond, ada, instance, window, post):
        """The victim's code was made for the victim's secret; the thief's browser holds another (PKCE)."""
        victim = Window(blog)
        stolen = parse_qs(urlsplit(instance.consent(await victim.write(post, "Mine"), ada)).query)["code"][0]
        address, _, query = instance.consent(await window.write(post, "Stolen"), pond.person("thief")).partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()} | {"code": stolen}
        await window.get(f"{address}?{urlencode(asked)}")
        await refused(blog, window, instance, holds="Stolen")

    async def test_a_server_that_sends_its_people_on_to_another_one(self, blog, box, pond, ada, instance, window, post):
        """Mix-up: the bad server lets the honest one give leave, hoping to be sent the code."""
        bad_peer = Peer(box, "bad.example")
        bad = Instance(bad_peer, blog.inbox)
        bad_peer.person("eve")
        await window.get(instance.consent(await window.write(post, "Before"), ada))
        link = await window.write(post, "Well said.", handle="@eve@bad.example")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        honest = next(iter(instance.apps.items()))
        asked |= {"client_id": honest[0], "redirect_uri": honest[1]["redirect_uris"]}
        back = instance.consent(f"{pond.origin}/oauth/authorize?{urlencode(asked)}", ada)
        await window.get(back)
        assert window.last.status == 400
        assert "another server than the one that was asked" in window.text
        assert bad.count("/oauth/token") == 0, "the bad server gets no code"
        assert instance.count("/oauth/token") == 1
        assert window.typed == "Well said."

    async def test_an_answer_in_the_name_of_another_issuer(self, blog, ada, instance, window, post):
        link = instance.consent(await window.write(post), ada).replace("pond.example", "bad.example")
        await window.get(link)
        await refused(blog, window, instance)

    async def test_a_server_whose_addresses_lie_elsewhere(self, blog, instance, window, post):
        for name in ("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint"):
            instance.overrides["/.well-known/oauth-authorization-server"] = answered(
                instance.metadata() | {name: "https://evil.example/oauth/x"}
            )
            assert await window.write(post) == ""
            assert "evil.example" not in window.text
            await refused(blog, window, instance)
        assert instance.count("/api/v1/apps") == 0

    async def test_a_form_on_another_site(self, blog, instance, window, post):
        assert await window.write(post, origin="https://evil.example") == ""
        assert window.last.status == 403
        assert instance.calls == []

    async def test_a_blocked_server(self, blog, instance, window, post):
        await moderating.block_host(blog.shop, "pond.example", by="author", hides_all=False)
        assert await window.write(post) == ""
        assert "takes no replies from that server" in window.text
        assert instance.calls == []

    async def test_an_address_that_must_not_be_reached(self, blog, box, window, post):
        box.addresses["inside.example"] = ("10.0.0.1",)
        before = len(box.log)
        for handle in ("@x@inside.example", "@x@127.0.0.1", "x@localhost", "@x@pond.example:22"):
            assert await window.write(post, handle=handle) == ""
        assert len(box.log) == before

    async def test_more_than_ten_new_servers_in_an_hour(self, blog, box, window, post):
        for number in range(10):
            without_api(box, f"n{number}.example")
            await window.write(post, handle=f"@eve@n{number}.example")
            assert window.last.status == 400
        await window.write(post, handle="@x@n11.example")
        assert window.last.status == 429
        assert window.typed == "Well said."
        assert dict(window.last.headers)["retry-after"]

    async def test_a_crowd_cannot_fill_the_database(self, blog, ada, instance, window, post):
        rows = [
            (f"s{number}", "b", 1, post.pk, "https://x.example", "@x", "y", "v", blog.shop.now())
            for number in range(leaving.MOST_WAITING)
        ]
        statement = (
            "INSERT INTO reply_draft (state_hash, binding_hash, blog_pk, post_pk, number, origin, handle, body,"
            " code_verifier, created_at) VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)"
        )
        await blog.shop.store.write(lambda db: db.many(statement, rows))
        assert await window.write(post) == ""
        assert "Too many replies are on their way" in window.text
        assert window.typed == "Well said."
        blog.box.clock.move(hours=2)
        await blog.worker.keep_house()
        assert await window.write(post)


async def test_no_secret_is_ever_logged(blog, ada, instance, window, post, caplog):
    caplog.set_level(logging.DEBUG)
    link = instance.consent(await window.write(post), ada)
    await window.get(link)
    second = instance.consent(await window.write(post), ada)
    instance.overrides["/api/v1/statuses"] = WireResponse(500, (), b"")
    await window.get(second)
    asked = parse_qs(urlsplit(link).query)
    secrets = [*instance.issued, asked["code"][0], asked["state"][0], "secret-of-client"]
    assert not [secret for secret in secrets if secret in caplog.text]


async def test_a_look_ahead_posts_nothing(blog, ada, instance, window, post):
    link = instance.consent(await window.write(post), ada)
    await window.ask("HEAD", link.removeprefix(blog.origin))
    assert instance.posted == {}
    await window.get(link)
    assert len(instance.posted) == 1


async def test_where_it_is_not_switched_on_nothing_of_it_is_there(blog, ada, instance, window, post):
    link = instance.consent(await window.write(post), ada)
    await offering.offer(blog.shop, on=False, by="author")
    await window.get(f"/reply/{post.pk}")
    assert "/here" not in window.text
    assert (await window.get(f"/reply/{post.pk}/here")).status == 404
    await window.write(post)
    assert window.last.status == 404
    await window.get(link)
    assert instance.posted == {}
    assert "Well said." in window.text


async def test_it_is_off_at_first(blog):
    assert not await blog.shop.store.read(offering.is_offered)
