"""The checks on the way in, each around an app of two lines."""

import asyncio
import ipaddress
import logging

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse

from fedblog.errors import Conflict, Gone, Invalid, Missing, Refused, Unproven, Unreachable
from fedblog.web import respond
from fedblog.web.middleware.access_log import AccessLog, network_of
from fedblog.web.middleware.body_guard import BodyGuard, Patience, limit_of, patience_of
from fedblog.web.middleware.failures import Failures
from fedblog.web.middleware.forwarded import Forwarded
from fedblog.web.middleware.host_check import HostCheck
from fedblog.web.middleware.security_headers import SecurityHeaders
from tests.unit.web.asgi import HOST, ask, scope_of


async def echo(scope, receive, send):
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{scope['client'][0]} {scope['scheme']} {len(body)}")(scope, receive, send)


def raising(error):
    async def app(scope, receive, send):
        raise error

    return app


async def explain(scope, status, words):
    return respond.plain(status, words)


def explained(app):
    return Failures(app, explain)


class TestHost:
    @pytest.mark.parametrize("host", [HOST, HOST.upper()])
    async def test_own_host_comes_in(self, host):
        assert (await ask(HostCheck(echo, {HOST}), "/", host=host)).status == 200

    @pytest.mark.parametrize(
        "host", ["evil.example", f"{HOST}:81", f"{HOST}.evil.example", f"{HOST}@evil.example", " "]
    )
    async def test_foreign_host_is_refused_and_not_echoed(self, host):
        answer = await ask(HostCheck(echo, {HOST}), "/admin", host=host)
        assert answer.status == 421
        assert "evil" not in answer.text

    async def test_two_hosts_or_none_are_refused(self):
        app = HostCheck(echo, {HOST})
        assert (await ask(app, "/", host="")).status == 400
        assert (await ask(app, "/", headers=[("host", HOST)])).status == 400

    async def test_a_container_may_ask_itself_by_address(self):
        app = HostCheck(echo, {HOST})
        assert (await ask(app, "/health", host="127.0.0.1:8000")).status == 200


class TestForwarded:
    @pytest.fixture
    def app(self):
        return Forwarded(echo, [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.1/32")])

    @pytest.mark.parametrize(
        ("peer", "list_", "expected"),
        [
            ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
            ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
            ("127.0.0.1", "rubbish, 198.51.100.7", "198.51.100.7"),
            ("127.0.0.1", "198.51.100.7, rubbish", "127.0.0.1"),
            ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
            ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ],
    )
    async def test_client_is_the_nearest_address_that_is_not_ours(self, app, peer, list_, expected):
        answer = await ask(app, "/", headers=[("x-forwarded-for", list_)], client=peer)
        assert answer.text.split()[0] == expected

    async def test_lists_in_several_headers_are_one_list(self, app):
        headers = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.7")]
        assert (await ask(app, "/", headers=headers, client="127.0.0.1")).text.startswith("198.51.100.7 ")

    async def test_scheme_is_believed_from_proxies_only(self, app):
        headers = [("x-forwarded-proto", "http")]
        assert " http " in (await ask(app, "/", headers=headers, client="127.0.0.1")).text
        assert " https " in (await ask(app, "/", headers=headers)).text
        assert " https " in (await ask(app, "/", headers=[("x-forwarded-proto", "gopher")], client="127.0.0.1")).text


class TestBody:
    @pytest.fixture
    def app(self):
        return explained(BodyGuard(echo, lambda path: 100, lambda path: Patience(gap=0.02, total=0.1)))

    async def test_body_within_the_limit_arrives(self, app):
        assert (await ask(app, "/", "POST", body=[b"x" * 60, b"x" * 40])).text.endswith(" 100")

    async def test_too_large_by_its_header_is_refused_before_it_is_read(self, app):
        answer = await ask(app, "/", "POST", headers=[("content-length", "101")], body=b"")
        assert (answer.status, answer.header("connection")) == (413, "close")

    async def test_too_large_on_the_stream_is_refused(self, app):
        assert (await ask(app, "/", "POST", body=[b"x" * 60, b"x" * 60])).status == 413

    async def test_compressed_body_is_refused_unread(self, app):
        for coding in ("gzip", "identity, br"):
            assert (await ask(app, "/", "POST", headers=[("content-encoding", coding)])).status == 415
        assert (await ask(app, "/", "POST", headers=[("content-encoding", "identity")])).status == 200

    @pytest.mark.parametrize(
        "headers",
        [
            [("content-length", "5"), ("transfer-encoding", "chunked")],
            [("content-length", "5"), ("content-length", "6")],
            [("content-length", "-1")],
            [("content-length", "+5")],
            [("content-length", "5, 5")],
            [("content-length", "²")],
        ],
    )
    async def test_odd_framing_is_refused(self, app, headers):
        answer = await ask(app, "/", "POST", headers=headers)
        assert (answer.status, answer.header("connection")) == (400, "close")

    async def test_body_that_stops_coming_gets_408(self, app):
        assert await self.status_while(app, asyncio.Event().wait) == 408

    @pytest.mark.checklist(row=47)
    async def test_body_that_drips_for_ever_gets_408(self, app):
        assert await self.status_while(app, lambda: asyncio.sleep(0)) == 408

    async def status_while(self, app, wait):
        """What is answered when each further message arrives after `wait`, and none is the last."""
        statuses = []

        async def receive():
            await wait()
            return {"type": "http.request", "body": b"", "more_body": True}

        async def send(message):
            statuses.append(message.get("status"))

        await app(scope_of("/", "POST"), receive, send)
        return statuses[0]

    async def test_waiting_for_a_client_to_leave_has_no_limit(self):
        async def patient(scope, receive, send):
            await receive()
            gone = await receive()
            await PlainTextResponse(gone["type"])(scope, receive, send)

        answer = await ask(
            BodyGuard(patient, patience_of=lambda path: Patience(gap=0.001, total=0.001)), "/", "POST", body=b"x"
        )
        assert answer.text == "http.disconnect"

    @pytest.mark.parametrize(
        ("path", "limit"),
        [("/follow", 64), ("/inbox", 1024), ("/ap/actors/x/inbox", 1024), ("/inboxes", 64), ("/administer", 64)],
    )
    def test_each_area_has_its_cap(self, path, limit):
        assert limit_of(path) == limit << 10
        assert limit_of("/admin/posts") > 4 << 20


class TestHeaders:
    @pytest.mark.parametrize(
        ("path", "policy"),
        [
            ("/", "default-src 'none'; style-src 'self'"),
            ("/administrator", "default-src 'none'; style-src 'self'"),
            ("/admin", "script-src 'self'"),
            ("/admin/posts", "script-src 'self'"),
            ("/media/x.png", "default-src 'none'; sandbox"),
        ],
    )
    async def test_every_area_has_its_policy(self, path, policy):
        answer = await ask(SecurityHeaders(echo), path)
        assert policy in answer.header("content-security-policy")
        assert "unsafe" not in answer.header("content-security-policy")
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("referrer-policy") == "same-origin"

    async def test_admin_is_kept_by_nobody(self):
        assert (await ask(SecurityHeaders(echo), "/admin")).header("cache-control") == "private, no-store"

    async def test_what_an_answer_says_itself_wins(self):
        async def own(scope, receive, send):
            headers = {"content-security-policy": "default-src *", "cache-control": "no-store"}
            await PlainTextResponse("x", headers=headers)(scope, receive, send)

        answer = await ask(SecurityHeaders(own), "/admin")
        assert [value for name, value in answer.headers if name == "content-security-policy"] == ["default-src *"]
        assert answer.header("cache-control") == "no-store"


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "status", "words"),
        [
            (Invalid("The title is empty.", "Give it one."), 400, "The title is empty. Give it one."),
            (Refused("Not now."), 400, "Not now."),
            (Missing("No such post."), 404, "No such post."),
            (Gone("It was here."), 410, "It was here."),
            (Conflict("That slug is in use."), 409, "That slug is in use."),
            (Unreachable("connect: 10.0.0.3"), 502, "Another server could not be asked. Please try again later."),
            (HTTPException(405, headers={"Allow": "GET"}), 405, "Method Not Allowed"),
        ],
    )
    async def test_what_we_foresaw_is_told_in_words(self, error, status, words):
        answer = await ask(explained(raising(error)), "/")
        assert (answer.status, answer.text.strip()) == (status, words)
        if isinstance(error, HTTPException):
            assert answer.header("allow") == "GET"

    async def test_unproven_sender_gets_reason_and_time_to_wait(self):
        answer = await ask(explained(raising(Unproven("key-host-down", status=503, retry_after=30))), "/inbox", "POST")
        assert (answer.status, answer.header("retry-after")) == (503, "30")
        assert "key-host-down" in answer.text

    async def test_what_we_did_not_foresee_is_logged_once_and_tells_nothing(self, caplog):
        answer = await ask(explained(raising(RuntimeError("secret"))), "/a\nb")
        assert answer.status == 500
        assert "secret" not in answer.text
        assert len(caplog.records) == 1
        assert "\n" not in caplog.records[0].getMessage()
        assert caplog.records[0].exc_info[1].args == ("secret",)

    async def test_broken_error_page_still_answers_in_words(self, caplog):
        async def broken(scope, status, words):
            raise RuntimeError("the database is away")

        answer = await ask(Failures(raising(Missing("No such post.")), broken), "/")
        assert (answer.status, answer.text.strip()) == (404, "No such post.")
        assert [record.levelname for record in caplog.records] == ["ERROR"]

    async def test_client_that_went_away_is_one_debug_line(self, caplog):
        caplog.set_level(logging.DEBUG, "fedblog.web")
        await ask(explained(raising(ClientDisconnect())), "/inbox")
        assert [(record.levelname, record.exc_info) for record in caplog.records] == [("DEBUG", None)]

    async def test_failing_in_the_middle_of_an_answer_sends_no_second_one(self, caplog):
        async def half(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise RuntimeError("half way")

        answer = await ask(explained(half), "/")
        assert answer.status == 200
        assert len(caplog.records) == 1


class TestAccessLog:
    @pytest.fixture
    def log(self, caplog):
        caplog.set_level(logging.INFO, "fedblog.access")
        return lambda: [record.args for record in caplog.records if record.name == "fedblog.access"]

    async def test_one_line_with_what_an_operator_needs(self, log):
        app = AccessLog(echo, lambda: 1.0)
        await ask(app, "/a", "POST", headers=[("user-agent", "curl/8"), ("cookie", "secret")], body=b"secret")
        (entry,) = log()
        assert entry == {
            "method": "POST", "path": "/a", "status": 200, "ms": 0.0, "client": "203.0.113.0/24", "agent": "curl/8",
        }  # fmt: skip

    async def test_flood_is_sampled_and_counted_but_errors_are_always_seen(self, log):
        now = [0.0]
        app = AccessLog(echo, lambda: now[0])
        for _ in range(300):
            await ask(app, "/a")
        assert len(log()) == 100
        failing = AccessLog(explained(raising(RuntimeError())), lambda: now[0])
        for _ in range(150):
            await ask(failing, "/b")
        assert sum(entry["path"] == "/b" for entry in log()) == 150
        now[0] += 1
        await ask(app, "/c")
        assert log()[-1]["left_out"] == 200

    @pytest.mark.parametrize(
        ("address", "network"),
        [("203.0.113.9", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("unix", ""), ("", "")],
    )
    def test_readers_are_not_told_apart(self, address, network):
        assert network_of(address) == network


def test_only_the_admin_may_send_slowly():
    assert patience_of("/admin/posts/3/save").total > patience_of("/follow").total
    assert patience_of("/administer") == patience_of("/inbox")
