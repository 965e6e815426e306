"""What a check says of proxies, caches, firewalls and names with the faults that real ones have."""

import contextlib
import dataclasses
import json

import pytest

from fedblog.app import open_workshop
from fedblog.domain.delivery import Host
from fedblog.services import founding
from fedblog.services.checking.findings import Grade, Whose
from fedblog.services.checking.servers import check_servers
from fedblog.store import hosts
from fedblog.web.site import Site
from fedblog.worker import Worker
from fedblog.world import Handshake, WireResponse
from tests.engines import ON_SQLITE
from tests.fediverse import doctor, proxies
from tests.fediverse.blog import Blog, blog_in, config_for
from tests.fediverse.peer import own_key_pairs
from tests.fediverse.proxies import leading_on, page

pytestmark = ON_SQLITE  # what a proxy does is one thing on both engines


@pytest.fixture
async def blog(box, databases):
    """A blog with a post, in front of which a proxy can be put; its plain http leads on."""
    async with blog_in(box, await databases.migrated()) as made:
        await made.publish()
        box.servers[made.host] = leading_on(box.servers[made.host])
        yield made


def put(blog, proxy):
    """Put a proxy in front of the blog."""
    blog.box.servers[blog.host] = proxy(blog.box.servers[blog.host])


def of(found, subject):
    """The one fault about something."""
    return next(f for f in found if f.subject == subject and f.grade in {Grade.WARNING, Grade.PROBLEM})


CHALLENGE = page(403, "Just a moment...", cf_mitigated="challenge")

READING = {
    "a page cache that mixes the forms": (proxies.mixing_cache, "negotiation", "problem", Whose.YOUR_PROXY, "cache mixes"),
    "a proxy that drops Accept": (
        proxies.without_request_headers("accept"), "negotiation", "problem", Whose.YOUR_PROXY, "Accept does not get through",
    ),
    "a proxy that is deaf to weights": (
        proxies.changing_requests(proxies.deaf_to_weights), "negotiation", "problem", Whose.YOUR_PROXY, "weights",
    ),
    "a proxy that takes Vary away": (
        proxies.without_answer_headers("vary"), "negotiation", "problem", Whose.YOUR_PROXY, "without Vary",
    ),
    "a cache that ignores no-cache": (
        proxies.with_answer_headers(age="120"), "negotiation", "warning", Whose.YOUR_PROXY, "Age: 120",
    ),
    "a robot check for pages": (
        proxies.answering(r"^/\d{4}/", CHALLENGE), "negotiation", "problem", Whose.YOUR_HOST, "check for robots",
    ),
    "a host with a WebFinger of its own": (
        proxies.answering("webfinger", page(404, "Not found")), "webfinger", "problem", Whose.YOUR_PROXY, "something else",
    ),
    "a static file for another account": (
        proxies.answering("webfinger", WireResponse(200, (("content-type", "application/jrd+json"),), json.dumps(
            {"subject": "acct:blog@blog.example", "links": [
                {"rel": "self", "type": "application/activity+json", "href": "https://old.example/me"}]}).encode())),
        "webfinger", "problem", Whose.YOUR_PROXY, "https://old.example/me",
    ),
    "a host with a NodeInfo of its own": (
        proxies.answering("nodeinfo", page(404, "Not found")), "nodeinfo", "problem", Whose.YOUR_PROXY, "Something else",
    ),
    "a proxy with a wrong clock": (
        proxies.with_answer_headers(date="Mon, 01 Jan 2024 00:00:00 GMT"), "clock", "warning", Whose.YOUR_PROXY, "proxy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READING)
async def test_faults_of_what_stands_in_front(blog, name):
    proxy, subject, grade, whose, words = READING[name]
    put(blog, proxy)
    fault = of(await doctor.outside(blog), subject)
    assert (fault.grade.value, fault.whose) == (grade, whose)
    assert words in fault.what
    assert fault.todo


REACH = {
    "a proxy that changes Host": (proxies.changing_requests(proxies.foreign_host), Whose.YOUR_PROXY, "another host"),
    "a proxy that does not find fedblog": (
        proxies.answering("", page(502, "502 Bad Gateway")), Whose.YOU, "does not reach fedblog behind it",
    ),
    "a robot check for everything": (proxies.answering("", CHALLENGE), Whose.YOUR_HOST, "check for robots"),
    "a password for everything": (proxies.answering("", page(401, "Who?")), Whose.YOUR_PROXY, "password"),
    "another site at the same name": (proxies.answering("", page(200, "Parked")), Whose.YOU, "something else answers"),
    "a redirect to another name": (
        proxies.answering("", WireResponse(301, (("location", "https://www.blog.example/"),), b"")),
        Whose.YOUR_PROXY, "leads on to https://www.blog.example/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REACH)
async def test_a_name_that_does_not_lead_to_the_blog_is_the_one_finding(blog, name):
    proxy, whose, words = REACH[name]
    put(blog, proxy)
    found = await doctor.outside(blog)
    fault = of(found, "reach")
    assert fault.whose is whose
    assert words in fault.what
    assert found[-1].subject == "skipped"
    assert not [f for f in found if f.subject in {"negotiation", "webfinger"}]


async def test_an_own_name_that_cannot_be_seen_from_inside_is_told_with_lines_to_run_elsewhere(blog):
    blog.box.down.add(blog.host)
    found = await doctor.outside(blog)
    fault = of(found, "reach")
    assert fault.grade is Grade.WARNING
    assert "from inside" in fault.what
    assert any(line.startswith("curl -sL 'https://blog.example/.well-known/webfinger") for line in fault.text)
    assert await blog.actor_id() in " ".join(fault.text)


async def test_a_dead_address_beside_a_living_one_is_a_problem(blog):
    before = blog.box.exchange

    async def exchange(request, addresses, limits):
        if addresses == ("2600:3c00::1",):
            raise doctor.singing.RemoteError("no connection within 4 s")
        return await before(request, addresses[:1], limits)

    blog.box.addresses[blog.host] += ("2600:3c00::1",)
    blog.box.exchange = exchange
    found = await doctor.outside(blog)
    assert doctor.faults(found) == [("reach", "problem")]
    assert "2600:3c00::1 does not answer" in of(found, "reach").what


@pytest.mark.parametrize(
    ("shown", "grade", "words"),
    [
        (Handshake("certificate has expired", 10), "problem", "has expired"),
        (Handshake("unable to get local issuer certificate", 20), "problem", "not complete"),
        (Handshake("Hostname mismatch, certificate is not valid for 'blog.example'.", 62), "problem", "names others"),
        (Handshake("self-signed certificate", 18), "problem", "signed by itself"),
        (Handshake("certificate is not yet valid", 9), "problem", "not valid yet"),
        (Handshake("CA cert does not match name", 92), "problem", "CA cert does not match name"),
    ],
)
async def test_a_certificate_that_others_refuse_is_named_with_its_fault(blog, shown, grade, words):
    blog.box.handshakes[blog.host] = shown
    found = await doctor.outside(blog)
    assert [(f.subject, f.grade.value) for f in found] == [("tls", grade), ("skipped", "note")]
    assert words in found[0].what


async def test_a_certificate_that_ends_soon_is_warned_of(blog):
    blog.box.handshakes[blog.host] = Handshake(ends_at=blog.box.clock.now() + 5 * 86_400_000)
    assert doctor.faults(await doctor.outside(blog)) == [("tls", "warning")]


async def test_plain_http_that_does_not_lead_on_is_warned_of(box, databases):
    async with blog_in(box, await databases.migrated()) as blog:
        assert doctor.faults(await doctor.outside(blog)) == [("https", "warning")]


IN_THE_WAY = {
    "a proxy that drops Digest": (proxies.without_request_headers("digest", "content-digest"), Whose.YOUR_PROXY, "header digest is gone"),
    "a proxy that drops Signature": (proxies.without_request_headers("signature"), Whose.YOUR_PROXY, "header signature is gone"),
    "a proxy that drops Signature-Input": (
        proxies.without_request_headers("signature-input"), Whose.YOUR_PROXY, "header signature-input is gone",
    ),
    "a proxy that drops Date": (proxies.without_request_headers("date"), Whose.YOUR_PROXY, "header date is gone"),
    "a firewall that writes bodies anew": (proxies.changing_requests(proxies.pretty_json), Whose.YOUR_PROXY, "the body arrived"),
    "a proxy with room for 100 kB": (proxies.narrow(100_000), Whose.YOUR_PROXY, "900 kB is refused as too large"),
    "a firewall that lets no POST through": (
        proxies.answering("", page(403, "Forbidden"), "POST"), Whose.YOUR_HOST, "refused with status 403 before it reached",
    ),
    "a firewall before the inbox": (
        proxies.answering("^/inbox", page(406, "Not Acceptable")), Whose.YOUR_HOST, "refused with status 406 before it reached",
    ),
    "a cache that answers for the inbox": (
        proxies.answering("^/inbox", page(200, "The home page")), Whose.YOUR_PROXY, "was answered with status 200",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_THE_WAY)
async def test_what_keeps_signed_messages_from_the_inbox_is_named(blog, name):
    proxy, whose, words = IN_THE_WAY[name]
    put(blog, proxy)
    fault = of(await doctor.sung(blog), "inbox")
    assert fault.whose is whose
    assert words in fault.what
    assert fault.text


async def test_a_proxy_that_changes_only_the_inbox_is_found_by_the_canary(blog):
    def only_inbox(request):
        return proxies.pretty_json(request) if request.target == "/inbox" else request

    put(blog, proxies.changing_requests(only_inbox))
    fault = of(await doctor.sung(blog), "inbox")
    assert "refused by the blog's own inbox with status 401: digest" in fault.what


async def test_answers_that_do_not_get_out_are_found_by_the_canary(blog):
    put(blog, proxies.answering(r"^/ap/canaries/\w+/inbox", page(500, "Oops")))
    fault = of(await doctor.sung(blog), "canary")
    assert "our Accept did not come back: " in fault.what


async def test_a_cache_that_answers_for_an_actor_of_just_now_is_found(blog):
    put(blog, proxies.answering("^/ap/canaries/", page(404, "Not found")))
    fault = of(await doctor.sung(blog), "canary")
    assert "is not shown at the public name" in fault.what


async def test_clocks_are_compared_with_servers_that_took_something(blog, ada):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    late = (("date", "Sat, 01 Jan 2022 00:00:00 GMT"),)
    ada.peer.documents["/.well-known/nodeinfo"] = WireResponse(200, late, b"{}")
    fault = of(await doctor.outside(blog), "clock")
    assert fault.grade is Grade.PROBLEM
    assert "ahead of https://pond.example" in fault.what


async def test_servers_that_do_not_answer_are_listed_with_what_waits(blog):
    since = blog.box.clock.now() - 3 * 86_400_000
    row = Host("pond.example", 4, since, since, None, 0, None, "", None, None, None)
    await blog.shop.store.write(lambda db: hosts.save(db, row))
    (found,) = await check_servers(blog.shop)
    assert (found.grade, found.whose) == (Grade.NOTE, Whose.THE_OTHER)
    assert found.text == ("pond.example: for 3 days, 0 deliveries wait",)


@contextlib.asynccontextmanager
async def blog_of_another_domain(box, storage):
    """A blog whose handle is at example.org."""
    config = config_for(storage)
    config = dataclasses.replace(config, site=dataclasses.replace(config.site, handle_domain="example.org"))
    async with open_workshop(config, world=box.world(), migrate=True) as shop:
        await founding.found(shop.store, shop.world, config, own_key_pairs())
        site = Site(shop)
        box.add_app("blog.example", site)
        yield Blog(box, shop, site, Worker(shop))


def redirecting(to):
    async def serve(request):
        query = f"?{request.target.partition('?')[2]}" if "{query}" in to else ""
        return WireResponse(301, (("location", to.replace("{query}", query)),), b"")

    return serve


@pytest.mark.parametrize(
    ("server", "grade", "words"),
    [
        (redirecting("https://blog.example/.well-known/webfinger{query}"), "ok", "by way of its own domain"),
        (redirecting("https://blog.example/.well-known/webfinger"), "problem", "the query is lost"),
        (redirecting("/over/and/over"), "problem", "although that domain redirects"),
        (redirecting("http://10.0.0.1/"), "problem", "although that domain redirects"),
        (proxies.answering("", page(404, "Not found"))(None), "problem", "must lead to this blog"),
        (None, "problem", "the name does not resolve"),
    ],
)
async def test_the_handles_own_domain_must_lead_to_the_blog(box, databases, server, grade, words):
    async with blog_of_another_domain(box, await databases.migrated()) as blog:
        if server:
            box.add("example.org", server)
        found = next(f for f in await doctor.outside(blog) if f.subject == "webfinger")
    assert found.grade.value == grade
    assert words in found.what
    assert (grade == "ok") or any("https://blog.example" in line for line in found.text)
