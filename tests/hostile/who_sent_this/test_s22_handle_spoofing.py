"""S22, a handle of somebody else.

Known case: Akkoma 3.18.0 and 3.18.1 (WebFinger without the consent of both sides).
Verdict: shown with the actor's own host, unless WebFinger leads there and the actor names it back.
"""

import json

import pytest

from fedblog.domain.blog import CommentPolicy
from tests.fediverse import Peer
from tests.hostile.page_elements import page_of, say


@pytest.fixture
async def blog(site):
    """The whole of it: what counts is what stands on the page."""
    return site


@pytest.fixture
async def post(blog):
    return await blog.publish("On frogs", "Words.", comment_policy=CommentPolicy.OPEN)


async def test_a_user_name_cannot_carry_a_handle_of_its_own(blog, pond, post):
    odd = ["blog@blog.example", "blog@blog.example/", "@blog", "a b", "a\u202eb", "<b>", "", "x" * 200, "blog\u200b"]
    for number, username in enumerate(odd):
        person = pond.person(f"u{number}")
        pond.documents[f"/users/u{number}"] |= {"preferredUsername": username, "name": "n"}
        await say(blog, person, post, "<p>x</p>")
    handles = (await page_of(blog, post)).text_of("handle")[1:]
    assert len(handles) == len(odd)
    for handle in handles:
        assert handle.endswith("@pond.example"), handle
        assert handle.count("@") == 2, handle
        assert not set(handle) & set(" <>\u202e\u200b/"), handle


async def test_a_handle_of_another_server_is_not_worn(blog, box, pond, post):
    """WebFinger has to lead there and back (S22): who only claims the blog's handle gets the own host's."""
    eve = pond.person("eve", webfinger="acct:blog@blog.example")
    lying = Peer(box, "lying.example")
    mallory = lying.person("mallory")
    served = lying.serve

    async def lie(request):
        answer = await served(request)
        if "/.well-known/webfinger" not in request.target:
            return answer
        said = json.loads(answer.body) | {"subject": "acct:blog@blog.example"}
        return type(answer)(200, answer.headers, json.dumps(said).encode())

    box.servers["lying.example"] = lie
    for person in (eve, mallory):
        await say(blog, person, post, "<p>x</p>")
    assert (await page_of(blog, post)).text_of("handle")[1:] == ["@eve@pond.example", "@mallory@lying.example"]
