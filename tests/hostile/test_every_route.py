"""Everything that answers, asked as nobody should ask it.

Known cases: Starlette CVE-2026-48710 (a Host header that poisons `request.url`), WordPress CVE-2017-8295 (the
Host in a link) (security.md S18, X09, A06, A14, R24). The addresses come from the route table, so that a new route is attacked on the day it is made.
"""

import itertools
import json
import re

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.asking import AP, BROWSER, HTML, every_address, is_public, patterns, send
from tests.lengths import examples
from tests.unit.ap.nodeinfo_schema import schema

IN_FIXTURE = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FORM = (("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example"))


@pytest.fixture
async def addresses(blog, ada):
    """Every address of the route table, filled in with what is there."""
    post = await blog.publish("On slow reading", "Read *slowly*.\n\n#reading")
    note = ada.note("<p>Twice.</p>", in_reply_to=post.object_id)
    await ada.post(blog.inbox, ada.create(note))
    await blog.work()
    return await every_address(blog, post)


def test_the_examples_fill_in_every_kind_of_address():
    assert len(patterns()) > 30
    assert {"/", "/inbox", "/{year:int}/{month:int}/{slug}", "/ap/articles/{ulid}"} <= set(patterns())


async def test_every_answer_carries_the_policy_of_its_area(blog, addresses):
    for method, address in itertools.product(["GET", "HEAD", "POST", "DELETE"], [*addresses, "/nothing/here"]):
        answer = await send(blog, method, address, FORM)
        where = (method, address, answer.status)
        assert answer.status < 500, where
        assert answer.header("x-content-type-options") == "nosniff", where
        assert answer.header("x-frame-options") == "DENY", where
        assert answer.header("referrer-policy") == "same-origin", where
        _assert_policy(answer.header("content-security-policy"), address, where)
        if is_public(address):
            assert answer.header("set-cookie") is None, where
        else:
            assert answer.header("cache-control") == "private, no-store", where


def _assert_policy(policy, address, where):
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives.pop("default-src") == "'none'", where
    if address.startswith("/media/"):
        assert directives == {"sandbox": ""}, where
        return
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'", where
    for directive, sources in directives.items():
        assert sources in {"'none'", "'self'"}, (directive, where)
    assert is_public(address) <= ("script-src" not in directives), where


async def test_a_method_that_an_address_does_not_take_gets_405_and_the_list(blog, addresses):
    odd = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"]
    for method, address in itertools.product(odd, addresses):
        answer = await send(blog, method, address)
        assert answer.status == 405, (method, address)
        allowed = set(answer.header("allow").split(", "))
        assert allowed <= {"GET", "HEAD", "POST"}, (method, address)
        for offered in allowed:
            assert (await send(blog, offered, address, FORM)).status != 405, (offered, address)


async def test_get_of_what_takes_only_posts_and_post_of_what_takes_only_gets_are_405(blog, addresses):
    assert (await send(blog, "GET", "/inbox")).header("allow") == "POST"
    for address in ("/", "/feed.atom", "/ap/instance", "/.well-known/webfinger"):
        assert (await send(blog, "POST", address, FORM)).status == 405, address


HOSTS = [
    "evil.example",
    "evil.example/inbox?",
    "evil.example:443",
    "blog.example@evil.example",
    "evil.example@blog.example",
    "blog.example.evil.example",
    "blog.example/evil",
    "blog.example:81",
    "blog.example.",
    "blog.example\tevil",
    "blog.example, evil.example",
    "[::1]",
    "127.0.0.1",
    " ",
    '"><script>evil</script>',
]


async def test_another_host_is_refused_everywhere_and_echoed_nowhere(blog, addresses):
    for method, host, address in itertools.product(["GET", "POST"], HOSTS, addresses):
        if address == "/health":
            continue  # open on purpose: a container asks itself by address
        answer = await send(blog, method, address, FORM, host=host)
        assert answer.status in {400, 421}, (method, host, address)
        assert b"evil" not in answer.body, (method, host, address)
        assert "evil" not in str(answer.headers), (method, host, address)


async def test_no_host_and_two_hosts_are_refused(blog):
    assert (await send(blog, "GET", "/", host="")).status == 400
    assert (await send(blog, "GET", "/", [("host", "evil.example")])).status == 400


async def test_what_a_stranger_forwards_changes_no_address(blog, addresses):
    lies = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-for", "evil.example, 127.0.0.1"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-http-method-override", "DELETE"),
    ]
    for address, accept in itertools.product(addresses, [AP, BROWSER]):
        true = await send(blog, "GET", address, [("accept", accept)])
        told = await send(blog, "GET", address, [("accept", accept), *lies])
        assert told.status == true.status, address
        assert b"evil" not in told.body, address
        assert "evil" not in str(told.headers), address


NINES = "9" * 5000
ODD = [
    "//",
    "///",
    "//evil.example/",
    "//evil.example/%2f..",
    "/\\evil.example/",
    "/%5cevil.example/",
    "/http://evil.example/",
    "/%09/evil.example/",
    "/%0a",
    "/feed.atom%0a",
    "/inbox%0a",
    "/health%0a",
    "/admin%0a",
    "/admin/%0a",
    "/%0d%0aset-cookie:evil=1/",
    "/%00",
    "/tags/%00",
    "/2026/11/%00",
    "/ap/articles/%00",
    "/media/%00",
    "/static/%00",
    "/.well-known/webfinger?resource=acct:%00@blog.example",
    "/.well-known/webfinger?resource=https://blog.example/%00",
    "/..",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../tokens.css",
    "/static/..%2f..%2fconfig.py",
    "/static/%2e%2e%2f%2e%2e%2fconfig.py",
    "/media/..%2f..%2ffedblog.db",
    "/media/%2e%2e/fedblog.db",
    "/media/....//....//fedblog.db",
    "/%ff%fe",
    "/%ed%a0%80",
    "/%c0%ae%c0%ae/",
    "/%u0041",
    "/%",
    "/%zz",
    "/-1",
    "/page/0",
    "/page/-1",
    "/0000",
    "/0/0/x",
    "/1e3",
    f"/{NINES}",
    f"/page/{NINES}",
    f"/{NINES}/{NINES}/x",
    f"/reply/{NINES}",
    f"/reply/1/{NINES}",
    f"/tags/reading/page/{NINES}",
    "/9223372036854775808",
    "/page/9223372036854775808",
    "/reply/9223372036854775808",
    "/reply/1/9223372036854775808",
    "/tags/reading/page/9223372036854775808",
    "/tags/" + "x" * 9000,
    "/2026/11/" + "%F0%9F%92%A9" * 2000,
    "/" + "a/" * 4000,
    "/.well-known/webfinger?" + "resource=a&" * 3000,
    "/.well-known/webfinger?resource=" + "a" * 9000,
    "/.well-known/webfinger?resource=" + "%" * 5000,
]


async def test_an_odd_address_is_refused_or_led_home_in_words(blog):
    for target, accept in itertools.product(ODD, [AP, BROWSER]):
        answer = await send(blog, "GET", target, [("accept", accept)])
        assert answer.status in {308, 400, 404, 414}, (target[:80], answer)
        if answer.status == 308:
            assert answer.header("location").startswith("https://blog.example/"), target
        assert not any("\n" in value for _, value in answer.headers), target
        assert answer.header("set-cookie") is None, target


async def test_an_odd_page_number_below_what_is_there_is_refused(blog, addresses):
    numbered = [address for address in addresses if re.search(r"/page/1$", address)]
    assert len(numbered) > 3
    for address, number in itertools.product(
        numbered, ["0", "2", "00", "9223372036854775808", NINES, "1%0a", "%D9%A1"]
    ):
        answer = await send(blog, "GET", f"{address.removesuffix('1')}{number}", [("accept", AP)])
        assert answer.status in {308, 400, 404, 414}, (address, number[:20])


async def test_odd_addresses_of_the_admin_open_nothing(blog):
    for path in (
        "/admin/..;/",
        "/admin;/",
        "/%61dmin/",
        "//admin/",
        "/admin//",
        "/ADMIN/",
        "/admin%2f",
        "/x/../admin/",
    ):
        answer = await send(blog, "GET", path, [("accept", BROWSER)])
        assert answer.status in {303, 308, 400, 401, 403, 404}, path
        assert answer.header("set-cookie") is None or answer.status != 200, path


@pytest.mark.soak
@IN_FIXTURE
@given(
    path=st.text(st.characters(codec="utf-8"), max_size=60),
    query=st.text(st.characters(codec="ascii", exclude_characters="#? "), max_size=60),
    accept=st.sampled_from([AP, BROWSER, "", "*/*;q=x", ",,;;", "text/html;q=1e9"]),
)
async def test_no_address_upsets_the_blog(blog, path, query, accept):
    quoted = "".join(
        f"%{byte:02x}" if byte <= 32 or byte > 126 or byte in b"?#" else chr(byte) for byte in path.encode()
    )
    answer = await send(blog, "GET", f"/{quoted}?{query}", [("accept", accept)])
    assert answer.status < 500


@pytest.mark.checklist(row=16)
class TestWebFinger:
    """protocol.md c.3, checklist 16."""

    async def test_the_matrix(self, blog):
        actor_id = await blog.actor_id()
        found = [
            "acct:blog@blog.example",
            "acct%3Ablog%40blog.example",
            "ACCT:Blog@BLOG.example",
            "@blog@blog.example",
            "acct:@blog@blog.example",
            "blog@blog.example",
            actor_id,
            "https://blog.example/",
            "https://blog.example",
            "HTTPS://BLOG.EXAMPLE:443/",
        ]
        for resource in found:
            answer = await send(blog, "GET", f"/.well-known/webfinger?resource={resource}")
            assert answer.status == 200, resource
            assert answer.header("content-type") == "application/jrd+json; charset=utf-8", resource
            assert answer.header("access-control-allow-origin") == "*", resource
            assert answer.header("cache-control") == "max-age=86400", resource
            document = json.loads(answer.body)
            assert document["subject"] == "acct:blog@blog.example", resource
            [own] = [link for link in document["links"] if link["rel"] == "self"]
            assert own == {"rel": "self", "type": AP, "href": actor_id}, resource

    async def test_the_self_link_loops_back(self, blog):
        answer = await send(blog, "GET", "/.well-known/webfinger?resource=acct:blog@blog.example")
        document = json.loads(answer.body)
        [href] = [link["href"] for link in document["links"] if link["rel"] == "self"]
        actor = await blog.document(href)
        assert actor["id"] == href
        assert f"acct:{actor['preferredUsername']}@blog.example" == document["subject"]

    async def test_the_instance_is_found_by_the_name_of_the_host(self, blog):
        answer = await send(blog, "GET", "/.well-known/webfinger?resource=acct:blog.example@blog.example")
        [href] = [link["href"] for link in json.loads(answer.body)["links"] if link["rel"] == "self"]
        assert (await blog.document(href))["type"] == "Application"

    async def test_who_is_not_here(self, blog):
        for query, status in (
            ("", 400),
            ("resource=", 400),
            ("resource=%20", 400),
            ("rel=self", 400),
            ("resource=acct:", 400),
            ("resource=acct:blog", 400),
            ("resource=acct:@", 400),
            ("resource=%ff%fe", 400),
            ("resource=mailto:blog@blog.example", 400),
            ("resource=javascript:alert(1)", 400),
            ("resource=acct:nobody@blog.example", 404),
            ("resource=acct:blog@elsewhere.example", 404),
            ("resource=acct:blog@blog.example.evil.example", 404),
            ("resource=https://elsewhere.example/users/blog", 404),
            ("resource=https://blog.example/users/nobody", 404),
        ):
            answer = await send(blog, "GET", f"/.well-known/webfinger?{query}")
            assert answer.status == status, query
            assert answer.header("cache-control") == "max-age=180", query
            assert answer.header("access-control-allow-origin") == "*", query

    @pytest.mark.soak
    @IN_FIXTURE
    @given(
        query=st.binary(max_size=80),
        prefix=st.sampled_from([b"", b"resource=", b"resource=acct:", b"resource=https://"]),
    )
    async def test_no_query_upsets_it(self, blog, query, prefix):
        raw = prefix + bytes(byte for byte in query if byte not in b" #\r\n\0")
        answer = await send(blog, "GET", f"/.well-known/webfinger?{raw.decode('latin-1')}")
        assert answer.status in {200, 400, 404}


@pytest.mark.checklist(row=17)
async def test_nodeinfo_as_it_is_served_is_valid(blog, addresses):
    """Checklist 17."""
    links = json.loads((await send(blog, "GET", "/.well-known/nodeinfo")).body)["links"]
    for version in ("2.0", "2.1"):
        [href] = [link["href"] for link in links if link["rel"].endswith(f"/schema/{version}")]
        answer = await blog.get(href)
        assert answer.header("content-type") == (
            f'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/{version}#"'
        )
        document = json.loads(answer.body)
        jsonschema.Draft4Validator(schema(version)).validate(document)
        assert (document["usage"]["localPosts"], document["usage"]["localComments"]) == (1, 1)


ACCEPTS = {
    "application/activity+json": AP,
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"': AP,
    "application/ld+json": AP,
    "application/activity+json, application/ld+json": AP,
    "application/activity+json, application/ld+json, text/html;q=0.1": AP,
    "application/activity+json;q=0.5, text/html;q=0.4, */*;q=0.1": AP,
    BROWSER: HTML,
    "text/html, application/activity+json;q=0.9": HTML,
    "*/*": HTML,
    "": HTML,
    "text/html;q=0, application/activity+json;q=0": HTML,
}


@pytest.mark.checklist(row=18)
async def test_page_addresses_speak_both_tongues_by_weight(blog, addresses):
    """Checklist 18: Mastodon looks links up with `text/html;q=0.1` behind; WordPress 9.2.0 took that for a browser."""
    [permalink] = [address for address in addresses if address.endswith("/on-slow-reading")]
    for address, (accept, expected) in itertools.product((permalink, "/"), ACCEPTS.items()):
        answer = await send(blog, "GET", address, [("accept", accept)])
        assert answer.status == 200, (address, accept)
        assert answer.header("content-type").startswith(expected), (address, accept)
        assert "Accept" in answer.header("vary").split(", "), (address, accept)


async def test_an_id_leads_browsers_to_the_page_and_gives_all_others_the_document(blog, addresses):
    ids = [address for address in addresses if re.fullmatch(r"/ap/(articles|actors)/[^/]+|/ap/instance", address)]
    assert len(ids) == 3
    for address, (accept, expected) in itertools.product(ids, ACCEPTS.items()):
        browses = expected == HTML and accept.startswith("text/html,")
        answer = await send(blog, "GET", address, [("accept", accept)])
        assert answer.status == (303 if browses else 200), (address, accept)
        assert browses or answer.header("content-type") == AP, (address, accept)
        assert "Accept" in answer.header("vary").split(", "), (address, accept)


async def test_what_is_served_as_activitypub_is_never_only_json(blog, addresses):
    """GoToSocial and Mastodon take no AP document that says application/json."""
    for address in addresses:
        answer = await send(blog, "GET", address, [("accept", AP)])
        if answer.status == 200 and b'"@context"' in answer.body:
            assert answer.header("content-type") == AP, address


async def test_head_is_get_without_the_body(blog, addresses):
    for address, accept in itertools.product(filter(is_public, addresses), [AP, BROWSER]):
        got = await send(blog, "GET", address, [("accept", accept)])
        head = await send(blog, "HEAD", address, [("accept", accept)])
        assert (head.status, head.headers) == (got.status, got.headers), address


async def test_whoever_has_the_current_version_gets_304_and_no_body(blog, addresses):
    tagged = 0
    for address, accept in itertools.product(addresses, [AP, BROWSER]):
        got = await send(blog, "GET", address, [("accept", accept)])
        if got.status != 200 or got.header("etag") is None:
            continue
        tagged += 1
        for known in (got.header("etag"), f"W/{got.header('etag')}", f'"x", {got.header("etag")}'):
            again = await send(blog, "GET", address, [("accept", accept), ("if-none-match", known)])
            assert (again.status, again.body) == (304, b""), (address, known)
        other = await send(blog, "GET", address, [("accept", accept), ("if-none-match", '"x"')])
        assert other.body == got.body, address
    assert tagged > 15
