"""The short way into the shared inbox: no answer may tell which way a request took."""

import json
import logging

import pytest

from tests.unit.web.asgi import HOST, ask

AP = "application/activity+json"
FOLLOW = json.dumps({"id": "https://a.example/1", "type": "Follow", "actor": "https://a.example/ada"}).encode()
LONG_WAY = "/inbox?x=1"  # whatever has a query is looked at by every check


def headers(body, **more):
    given = {"content_type": AP, "content_length": str(len(body)), **more}
    return [(name.replace("_", "-"), value) for name, value in given.items()]


@pytest.fixture
def post(blog):
    async def post(path="/inbox", body=FOLLOW, **more):
        return await ask(blog.site, path, "POST", headers=headers(body, **more), body=body)

    return post


@pytest.mark.parametrize("body", [FOLLOW, b"[]", b"", b'{"id": 1', b"\xff"])
async def test_both_ways_answer_alike(post, body):
    short, long = await post(body=body), await post(LONG_WAY, body=body)
    assert (short.status, short.body) == (long.status, long.body)
    assert sorted(short.headers) == sorted(long.headers)


async def test_another_content_type_is_refused_on_both(post):
    short, long = await post(content_type="text/html"), await post(LONG_WAY, content_type="text/html")
    assert short.status == long.status == 415
    assert sorted(short.headers) == sorted(long.headers)


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"content_length": "1048577"}, 413),
        ({"content_length": "-1"}, 400),
        ({"content_length": "1e3"}, 400),
        ({"content_length": "٣"}, 400),
        ({"transfer_encoding": "chunked"}, 400),
        ({"content_encoding": "gzip"}, 415),
        ({"host": "evil.example"}, 400),
    ],
)
async def test_what_is_odd_is_refused_in_words(post, odd, status):
    odd = {name: value.encode().decode("latin-1") for name, value in odd.items()}
    answer = await post(**odd)
    assert answer.status == status
    assert answer.header("x-content-type-options") == "nosniff"


async def test_a_foreign_host_gets_no_further(blog):
    answer = await ask(blog.site, "/inbox", "POST", headers=headers(FOLLOW), body=FOLLOW, host="evil.example")
    assert answer.status == 421


async def test_a_body_that_is_longer_than_it_said_is_refused(blog):
    parts = [b"x" * (1 << 19)] * 3
    answer = await ask(blog.site, "/inbox", "POST", headers=headers(b"x"), body=parts)
    assert (answer.status, answer.header("connection")) == (413, "close")
    assert answer.header("content-security-policy")


async def test_a_body_in_pieces_is_one_body(blog, post):
    whole = await post(body=b'{"type": "Follow"}')
    parts = await ask(
        blog.site, "/inbox", "POST", headers=headers(b'{"type": "Follow"}'), body=[b'{"type": ', b'"Follow"}']
    )
    assert (parts.status, whole.status) == (400, 400)


async def test_get_is_answered_as_ever(blog):
    answer = await ask(blog.site, "/inbox")
    assert (answer.status, answer.header("allow")) == (405, "POST")


async def test_an_answer_stands_in_the_access_log(post, caplog):
    caplog.set_level(logging.INFO, "fedblog.access")
    await post(x_forwarded_for="198.51.100.7")
    (line,) = [record.args for record in caplog.records if record.name == "fedblog.access"]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/inbox", 401)


async def test_what_breaks_is_logged_once_and_tells_nothing(blog, post, caplog):
    await blog.shop.store.engine.close()
    answer = await post()
    assert answer.status == 500
    assert answer.header("x-content-type-options") == "nosniff"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == ["request failed"]


async def test_the_address_is_compared_as_it_came(blog):
    answer = await ask(blog.site, "/%69nbox", "POST", headers=headers(FOLLOW), body=FOLLOW, host=HOST)
    assert answer.status in {404, 405}
