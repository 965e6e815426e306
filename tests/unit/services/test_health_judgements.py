"""What a check makes of answers: each judgement is a pure function of what came."""

import dataclasses
import hashlib
import json

import pytest

from fedblog.net.probing import Ask
from fedblog.services.checking import (
    clocks,
    finger,
    mirror,
    node,
    pictures,
    plain_http,
    queues,
    reach,
    servers,
    singing,
)
from fedblog.services.checking.findings import Grade, Whose
from fedblog.services.checking.negotiation import Form, Look, Place, gathered, judge_negotiation
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.shown_keys import judge_key
from fedblog.store.health import FailingHost, MediaFile
from tests.unit.ap.parts import BLOG

MINUTE, DAY = 60_000, 86_400_000
OURS = ("content-security-policy", "default-src 'none'; style-src 'self'")
ACTOR = "https://blog.example/ap/actors/1"


def reply(status=200, body=b"", **headers):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(status, (OURS, *named), body if isinstance(body, bytes) else json.dumps(body).encode())


def foreign(status=200, body=b"", **headers):
    answer = reply(status, body, **headers)
    return dataclasses.replace(answer, headers=answer.headers[1:])


# ---------------------------------------------------------------- WebFinger


def blog(handle_domain="blog.example"):
    return dataclasses.replace(BLOG, base_url="https://blog.example", handle="blog", handle_domain=handle_domain)


def jrd(subject="acct:blog@blog.example", href=ACTOR, kind="application/jrd+json"):
    links = [{"rel": "self", "type": "application/activity+json", "href": href}]
    return foreign(200, {"subject": subject, "links": links}, content_type=kind)


def redirect(to="https://blog.example/.well-known/webfinger?resource=x"):
    return foreign(301, location=to)


NOT_FOUND = foreign(404, b"<h1>Not found</h1>", content_type="text/html")
ELSEWHERE = "acct:blog@example.org"


@pytest.mark.parametrize(
    ("domain", "answers", "grade", "words"),
    [
        ("blog.example", [jrd()], "ok", "leads to the blog's actor."),
        ("example.org", [redirect(), jrd(ELSEWHERE)], "ok", "by way of its own domain"),
        ("example.org", [jrd(ELSEWHERE)], "ok", "by way of its own domain"),
        ("example.org", [NOT_FOUND], "problem", "must lead to this blog"),
        ("example.org", [redirect(), reply(400)], "problem", "the query is lost on the way"),
        ("example.org", [redirect(), jrd()], "problem", "answered with the account blog@blog.example"),
        ("example.org", [Reply(trouble="the name does not resolve")], "problem", "the name does not resolve"),
        ("blog.example", [NOT_FOUND], "problem", "something else answers"),
        ("blog.example", [jrd(href="https://old.example/1")], "problem", "leads to https://old.example/1"),
        ("blog.example", [jrd(href="not an address")], "problem", "leads to no actor"),
        ("blog.example", [jrd(kind="text/plain")], "warning", "the type text/plain"),
        ("blog.example", [foreign(200, b"[]")], "problem", "something else answers"),
    ],
)
def test_the_handle_must_lead_to_the_actor(domain, answers, grade, words):
    found = finger.judge_webfinger(blog(domain), ACTOR, answers)
    assert found.grade.value == grade
    assert words in found.what


def test_another_domain_is_told_which_lines_to_serve():
    found = finger.judge_webfinger(blog("example.org"), ACTOR, [NOT_FOUND])
    assert found.whose is Whose.YOU
    text = "\n".join(found.text)
    assert "return 301 https://blog.example$request_uri;" in text
    assert "redir /.well-known/webfinger https://blog.example{uri}" in text
    assert "resource=acct:blog@example.org" in text


# ---------------------------------------------------------------- what stands in the way


@pytest.mark.parametrize(
    ("answer", "whose", "words"),
    [
        (Reply(trouble="connection refused"), Whose.YOU, "connection refused"),
        (reply(421), Whose.YOUR_PROXY, "another host"),
        (foreign(403, b"<title>Attention Required!</title>", content_type="text/html"), Whose.YOUR_HOST, "robots"),
        (foreign(503, b"<title>Just a moment...</title>", content_type="text/html"), Whose.YOUR_HOST, "robots"),
        (foreign(200, b"please solve this CAPTCHA", content_type="text/html"), Whose.YOUR_HOST, "robots"),
        (foreign(504), Whose.YOU, "does not reach fedblog behind it"),
        (foreign(401), Whose.YOUR_PROXY, "password"),
        (foreign(429, server="edge"), Whose.YOUR_HOST, "server: edge"),
        (foreign(500), Whose.YOUR_HOST, "before it reached fedblog"),
    ],
)
def test_what_stands_in_the_way_is_named(answer, whose, words):
    found = obstacle("x", "The page", answer)
    assert (found.grade, found.whose) == (Grade.PROBLEM, whose)
    assert words in found.what
    assert found.todo


@pytest.mark.parametrize("answer", [reply(200), reply(403), reply(503), reply(401), foreign(200), foreign(404)])
def test_answers_of_fedblog_itself_are_no_obstacle(answer):
    assert obstacle("x", "The page", answer) is None


# ---------------------------------------------------------------- addresses


def actor_document(actor_id=ACTOR):
    return reply(200, {"id": actor_id}, content_type="application/activity+json")


def test_every_address_of_the_name_must_be_this_blogs():
    silent = Reply(trouble="connection refused")
    unroutable = Reply(trouble="there is no route to the server")
    cases = {
        ("1.1.1.1",): (actor_document(),),
        ("1.1.1.1", "2::1"): (actor_document(), unroutable),
        ("1.1.1.1", "2::2"): (actor_document(), silent),
        ("1.1.1.2",): (actor_document("https://blog.example/ap/actors/2"),),
        ("1.1.1.3",): (silent,),
    }
    said = {}
    for addresses, answers in cases.items():
        found, leads_here = reach.judge_reach(dict(zip(addresses, answers, strict=True)), ACTOR, ("curl",))
        said[addresses[-1]] = ([f.grade.value for f in found], leads_here)
    assert said == {
        "1.1.1.1": (["ok"], True),
        "2::1": (["ok"], True),
        "2::2": (["problem", "ok"], True),
        "1.1.1.2": (["problem"], False),
        "1.1.1.3": (["warning"], False),
    }


def test_a_name_that_leads_to_this_machine_comes_with_lines_to_run_elsewhere():
    (found,) = reach.judge_view("blog.example", ("203.0.113.7",), ("curl -sI https://blog.example/",))
    assert (found.grade, found.text) == (Grade.NOTE, ("curl -sI https://blog.example/",))
    assert reach.judge_view("blog.example", (), ()) == []


# ---------------------------------------------------------------- forms

PLACE = Place("the home page", "https://blog.example/", ACTOR)
PAGE = reply(200, b"<p>", content_type="text/html", vary="Accept", cache_control="no-cache")
DOCUMENT = reply(200, {"id": ACTOR}, content_type="application/activity+json", vary="Accept", cache_control="no-store")
TO_THE_PAGE = reply(303, location="https://blog.example/", vary="Accept")


def looks(*answers, fresh=DOCUMENT, weighed=(DOCUMENT, PAGE)):
    """Four plain ones, in turn; then the weighed and the fresh one."""
    wanted = (Form.PAGE, Form.DOCUMENT, Form.PAGE, Form.DOCUMENT)
    plain = [Look(form, answer) for form, answer in zip(wanted, answers, strict=True)]
    extra = [Look(f, a, is_weighed=True) for f, a in zip((Form.DOCUMENT, Form.PAGE), weighed, strict=True)]
    return [*plain, *extra, Look(Form.DOCUMENT, fresh, is_fresh=True)]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (looks(PAGE, DOCUMENT, PAGE, DOCUMENT), ""),
        (looks(TO_THE_PAGE, DOCUMENT, TO_THE_PAGE, DOCUMENT), ""),
        (looks(PAGE, DOCUMENT, DOCUMENT, DOCUMENT), "cache mixes"),
        (looks(PAGE, PAGE, PAGE, PAGE), "cache mixes"),
        (looks(DOCUMENT, DOCUMENT, DOCUMENT, DOCUMENT), "cache mixes"),
        (looks(PAGE, PAGE, PAGE, PAGE, fresh=PAGE), "Accept does not get through"),
        (looks(PAGE, DOCUMENT, PAGE, DOCUMENT, weighed=(PAGE, PAGE)), "weights"),
        (looks(PAGE, reply(404), PAGE, DOCUMENT), "status 404"),
        (looks(PAGE, DOCUMENT, PAGE, reply(200, {"id": "https://blog.example/ap/actors/old"},
               content_type="application/activity+json", vary="Accept")), "/ap/actors/old"),
        (looks(PAGE, dataclasses.replace(DOCUMENT, headers=DOCUMENT.headers[:2]), PAGE, DOCUMENT), "without Vary"),
        (looks(PAGE, DOCUMENT, dataclasses.replace(PAGE, headers=(*PAGE.headers, ("age", "7"))), DOCUMENT), "Age: 7"),
    ],
)  # fmt: skip
def test_pages_and_documents_must_come_apart(seen, words):
    found = judge_negotiation(PLACE, seen)
    assert (words in found[0].what) if words else found == []
    assert all(f.whose is Whose.YOUR_PROXY and f.text for f in found if "cache" in f.what)


def test_one_fault_of_several_addresses_is_told_once():
    cache, weights = (looks(PAGE, PAGE, PAGE, PAGE), looks(PAGE, DOCUMENT, PAGE, DOCUMENT, weighed=(PAGE, PAGE)))
    post = Place("the newest post", "https://blog.example/p", ACTOR)
    faults = [
        (p, f) for p, seen in ((PLACE, cache), (post, cache), (PLACE, weights)) for f in judge_negotiation(p, seen)
    ]
    found = gathered(faults)
    assert len(found) == 2
    assert found[0].what.endswith("The same for the newest post.")
    assert "weights" in found[1].what


# ---------------------------------------------------------------- clocks, queues, servers


@pytest.mark.parametrize(
    ("theirs", "proxys", "grades"),
    [
        ({"a": 900, "b": -400, "c": 20_000}, 0, ["ok"]),
        ({"a": 600_000, "b": 0, "c": 0}, 0, ["ok"]),
        ({"a": 60_000}, 0, ["warning"]),
        ({"a": -400_000, "b": -410_000}, -400_000, ["problem", "warning"]),
        ({}, None, ["note"]),
        ({}, 90_000, ["note", "warning"]),
    ],
)
def test_the_clock_is_judged_by_the_middle_of_the_others(theirs, proxys, grades):
    assert [f.grade.value for f in clocks.judge_clocks(theirs, proxys)] == grades


def test_dates_that_are_none_are_left_out():
    assert clocks.date_ms("Sun, 22 Nov 2026 10:00:00 GMT") == 1_795_341_600_000
    for text in ("", "yesterday", "Sun, 99 Nov 2026 10:00:00 GMT", "\u0661"):
        assert clocks.date_ms(text) is None


@pytest.mark.parametrize(
    ("event", "delivery", "waiting", "grade", "words"),
    [
        (None, None, None, "ok", "Nothing waits"),
        (5 * MINUTE, 5 * MINUTE, 5 * MINUTE, "ok", "Nothing waits"),
        (20 * MINUTE, None, None, "problem", "a received activity has waited for 20 minutes"),
        (None, 3 * DAY, 3 * DAY, "problem", "a delivery has waited for 3 days"),
        (None, None, 5 * 60 * MINUTE, "note", "is 5 hours old"),
    ],
)
def test_a_queue_that_stands_still_is_a_problem(event, delivery, waiting, grade, words):
    now = 10 * DAY
    times = (None if ago is None else now - ago for ago in (event, delivery, waiting))
    (found,) = queues.judge_queues(now, *times)
    assert found.grade.value == grade
    assert words in found.what


def test_many_silent_servers_are_one_note_with_the_longest_first():
    failing = [FailingHost(f"{n}.example", n * DAY, n) for n in range(30)]
    found = servers.judge_servers(40 * DAY, failing)
    assert (found.grade, found.whose) == (Grade.NOTE, Whose.THE_OTHER)
    assert found.text[:2] == ("0.example: for 40 days, 0 deliveries wait", "1.example: for 39 days, 1 delivery waits")
    assert found.text[-1] == "and 10 more"
    assert servers.judge_servers(0, []).grade is Grade.OK


# ---------------------------------------------------------------- keys, files, NodeInfo, plain http

KEY = f"{ACTOR}#main-key"


@pytest.mark.parametrize(
    ("document", "grade", "words"),
    [
        ({"publicKey": {"id": KEY, "publicKeyPem": "-----A\nB-----\n"}}, "ok", "leads to the key"),
        ({"publicKey": [{"id": KEY, "publicKeyPem": "-----AB-----"}]}, "ok", "leads to the key"),
        ({"assertionMethod": [{"id": KEY, "publicKeyMultibase": "-----AB-----"}]}, "ok", "leads to the key"),
        ({"publicKey": {"id": KEY, "publicKeyPem": "-----C-----"}}, "problem", "another key"),
        ({"publicKey": {"id": "https://x.example", "publicKeyPem": "-----AB-----"}}, "problem", "does not list"),
        ({"publicKey": "x", "assertionMethod": [1, None, {"id": 1}]}, "problem", "does not list"),
        ({}, "problem", "does not list"),
    ],
)
def test_the_key_that_is_shown_must_be_the_one_that_signs(document, grade, words):
    found = judge_key(KEY, "-----AB-----", "requests", document)
    assert found.grade.value == grade
    assert words in found.what


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(200, b"12345", content_type="image/webp"), ""),
        (reply(200, b"12345", content_type="application/octet-stream"), "comes as application/octet-stream"),
        (reply(200, b"1234", content_type="image/webp"), "4 bytes in place of 5"),
        (reply(404), "is not served (status 404"),
        (foreign(403), "refused with status 403"),
    ],
)
def test_files_must_come_as_they_are(answer, words):
    found = pictures.judge_file(MediaFile("a.webp", "image/webp", 5), answer)
    assert (words in found.what) if words else found is None


def test_nodeinfo_must_be_this_blogs():
    links = reply(200, {"links": [{"rel": "x", "href": "https://blog.example/nodeinfo/2.1"}]})
    document = reply(200, {"software": {"name": "fedblog"}})
    assert node.link_in(json.loads(links.body), "https://blog.example") == "https://blog.example/nodeinfo/2.1"
    assert node.judge_nodeinfo(links, document).grade is Grade.OK
    assert node.judge_nodeinfo(links, reply(200, {"software": "x"})).grade is Grade.WARNING
    assert node.judge_nodeinfo(NOT_FOUND, None).grade is Grade.PROBLEM
    for odd in ({}, {"links": 1}, {"links": [1, {"href": 2}, {"href": "https://other.example/nodeinfo/2.0"}]}):
        assert node.link_in(odd, "https://blog.example") == ""


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        (foreign(301, location="https://blog.example/"), "ok"),
        (foreign(308, location="https://BLOG.example/x"), "ok"),
        (foreign(301, location="https://www.blog.example/"), "warning"),
        (foreign(301, location="https://blog.example.evil.example/"), "warning"),
        (foreign(200), "warning"),
        (Reply(trouble="connection refused"), "note"),
    ],
)
def test_plain_http_should_lead_on(answer, grade):
    assert plain_http.judge_plain_http(answer, "blog.example").grade.value == grade


# ---------------------------------------------------------------- what the mirror shows

SENT = Ask(
    "https://blog.example/ap/canaries/x/mirror/inbox", "POST", (("Content-Type", "a/b"), ("Signature", "s")), b"{}"
)


def mirrored(**changes):
    seen = {
        "method": "POST",
        "target": "/ap/canaries/x/mirror/inbox",
        "headers": [["host", "blog.example"], ["content-type", "a/b"], ["signature", "s"], ["x-forwarded-for", "1"]],
        "size": 2,
        "sha256": hashlib.sha256(b"{}").hexdigest(),
    }
    return reply(200, seen | changes)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (mirrored(), ""),
        (mirrored(method="GET"), "the method POST became GET"),
        (mirrored(target="/x"), "became /x"),
        (mirrored(sha256="0", size=3), "arrived with 3 bytes in place of 2"),
        (mirrored(headers=[["host", "blog.example"], ["content-type", "a/b"]]), "the header signature is gone"),
        (mirrored(headers=[["host", "localhost"], ["content-type", "a/b"], ["signature", "s"]]), "host has another"),
        (foreign(413), "too large"),
        (foreign(405, server="edge"), "refused with status 405"),
        (foreign(200, b"<html>", content_type="text/html"), "answered by something else"),
        (reply(200, {"headers": 1}), "answered by something else"),
    ],
)
def test_a_request_must_arrive_as_it_was_sent(answer, words):
    found = mirror.judge_mirror(SENT, answer)
    assert (words in found[0].what) if words else found == []


# ---------------------------------------------------------------- what became of the canary


@pytest.mark.parametrize(
    ("answer", "reason", "whose", "words"),
    [
        (reply(401), "signature-mismatch", Whose.YOUR_PROXY, "401: signature-mismatch"),
        (reply(401), "stale", Whose.YOU, "because of its time"),
        (reply(503), "key-host-down", Whose.YOU, "could not fetch the canary's key"),
        (foreign(403), "", Whose.YOUR_HOST, "before it reached fedblog"),
        (foreign(200, content_type="text/html"), "", Whose.YOUR_PROXY, "answered with status 200"),
        (foreign(302, location="/login"), "", Whose.YOUR_PROXY, "answered with status 302"),
    ],
)
def test_a_refusal_at_the_inbox_is_explained(answer, reason, whose, words):
    found = singing.judge_refusal("Follow", answer, reason)
    assert (found.grade, found.whose) == (Grade.PROBLEM, whose)
    assert words in found.what


def test_rules_that_hold_strangers_back_are_no_fault():
    sound = [
        ("Create", "held", "hold-all: every comment waits"),
        ("Update", "accepted", "edited"),
        ("Delete", "accepted", ""),
    ]
    (found,) = singing.judge_replies("T", sound)
    assert (found.grade, "hold-all" in found.what) == (Grade.OK, True)
    (found,) = singing.judge_replies("T", [("Create", "refused", "closed: comments are closed")])
    assert (found.grade, "closed" in found.what) == (Grade.NOTE, True)
    (found,) = singing.judge_replies("T", [("Create", "failed", "given up")])
    assert found.grade is Grade.PROBLEM


def test_a_worker_that_is_missing_is_told_from_one_that_fails():
    assert "no worker runs" in singing.judge_standstill("Follow", "", 10).what
    assert "failed here: KeyError" in singing.judge_standstill("Follow", "failed here: KeyError", 10).what
