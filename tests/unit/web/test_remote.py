"""Follow and reply from the reader's own server."""

import json

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.world import WireResponse
from tests.unit.web.asgi import HOST

FORM = [("content-type", "application/x-www-form-urlencoded")]
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"


def serve(blog, host, template, status=200):
    """A server that answers WebFinger for @ada."""

    async def server(request):
        assert request.target == f"/.well-known/webfinger?resource=acct%3Aada%40{host}"
        body = {"subject": f"acct:ada@{host}", "links": [{"rel": SUBSCRIBE, "template": template}]}
        return WireResponse(status, (("content-type", "application/jrd+json"),), json.dumps(body).encode())

    blog.box.add(host, server)


async def go(blog, path, typed):
    return await blog.get(path, method="POST", headers=FORM, body=b"handle=" + typed.encode())


async def test_handle_leads_to_the_follow_dialogue_of_its_server(blog):
    serve(blog, "social.example", "https://social.example/authorize_interaction?uri={uri}")
    answer = await go(blog, "/follow", "%40ada%40social.example")
    actor_id = json.loads((await blog.get("/", headers=[("accept", "application/activity+json")])).body)["id"]
    quoted = actor_id.replace(":", "%3A").replace("/", "%2F")
    assert answer.status == 200
    assert f'href="https://social.example/authorize_interaction?uri={quoted}"' in answer.text
    assert "Go on at social.example" in answer.text
    assert answer.header("cache-control") == "private, no-store"
    assert answer.header("location") is None


@pytest.mark.parametrize("template", ["javascript:alert({uri})", "https://evil.example/?uri={uri}", "http://x/{uri}"])
async def test_template_that_leads_elsewhere_is_not_followed(blog, template):
    serve(blog, "social.example", template)
    answer = await go(blog, "/follow", "ada@social.example")
    assert 'href="https://social.example/authorize_interaction?uri=' in answer.text
    for trap in ("javascript:", "evil.example", "http://x/"):
        assert trap not in answer.text


async def test_bare_server_needs_no_lookup(blog):
    answer = await go(blog, "/follow", "social.example")
    assert 'href="https://social.example/authorize_interaction?uri=' in answer.text
    assert blog.box.log == []


@pytest.mark.parametrize("typed", ["", "ada", "%3Cscript%3E", "@@", "ada@", "x" * 2000])
async def test_what_is_no_handle_comes_back_with_the_reason(blog, typed):
    answer = await go(blog, "/follow", typed)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert "<script" not in answer.text


async def test_unknown_account_and_silent_server_are_told_apart(blog):
    serve(blog, "social.example", "https://social.example/{uri}", status=404)
    assert "knows no such account" in (await go(blog, "/follow", "ada@social.example")).text
    assert "does not answer" in (await go(blog, "/follow", "ada@nowhere.example")).text


async def test_reply_goes_to_the_post_or_to_one_comment(blog):
    post = await blog.post(title="A <title>")
    await blog.comment(post, object_id="https://social.example/notes/7")
    for path, object_id, back in (
        ("/reply/1", f"https://{HOST}/ap/articles/first", "/2026/11/first#comments"),
        ("/reply/1/1", "https://social.example/notes/7", "/2026/11/first#comment-1"),
    ):
        form = await blog.get(path)
        assert form.status == 200
        assert f"<code>{object_id}</code>" in form.text
        assert f'href="{back}"' in form.text
        assert f'action="{path}"' in form.text
        ready = await go(blog, path, "other.example")
        assert object_id.replace(":", "%3A").replace("/", "%2F") in ready.text


async def test_nothing_can_be_answered_that_readers_do_not_see(blog):
    post = await blog.post()
    await blog.comment(post, number=5, removed_at=1)
    closed = await blog.post("closed", comment_policy=CommentPolicy.CLOSED)
    assert (await blog.get("/reply/99")).status == 404
    assert (await blog.get("/reply/99999999999999999999999999")).status in {400, 404}
    assert (await blog.get("/reply/1/5")).status == 404
    assert (await blog.get(f"/reply/{closed.pk}")).status == 409


async def knock(blog, host="social.example", client="203.0.113.9"):
    body = f"handle=ada@{host}".encode()
    return await blog.get("/follow", method="POST", headers=FORM, body=body, client=client)


async def test_one_client_makes_us_knock_at_ten_strange_servers_in_an_hour(blog):
    hosts = [f"s{number}.example" for number in range(12)]
    statuses = [(await knock(blog, host)).status for host in hosts]
    assert statuses == [400] * 10 + [429] * 2
    assert int((await knock(blog)).header("retry-after")) == 361
    assert (await knock(blog, client="198.51.100.1")).status == 400
    assert (await go(blog, "/follow", "social.example")).status == 200  # a server's name needs no look-up
    blog.box.clock.move(minutes=7)
    assert [(await knock(blog)).status for _ in range(2)] == [400, 429]


async def test_servers_whose_people_are_known_here_are_asked_more_often(blog):
    serve(blog, "social.example", "https://social.example/authorize_interaction?uri={uri}")
    await blog.person("bob", "social.example")
    for host in (f"s{number}.example" for number in range(10)):
        await knock(blog, host)
    assert [(await knock(blog)).status for _ in range(12)] == [200] * 10 + [429] * 2
    blog.box.clock.move(seconds=6)
    assert (await knock(blog)).status == 200


async def test_form_of_another_kind_is_refused(blog):
    answer = await blog.get("/follow", method="POST", headers=[("content-type", "application/json")], body=b"{}")
    assert answer.status == 415
