"""What the captured servers asked of a blog is answered, with the very headers that they sent.

Their GETs name addresses of the engine that recorded them; here each is asked at the address that the same thing
has on a blog of ours. The signatures then fit no more, and need not: these documents are for everybody. They are the
same for whoever signs well, in either form, for who signs nothing, and for Fedify, which signs the fragment too.
"""

import gzip
import json

import pytest

from fedblog.ap.signatures import CAVAGE, RFC9421, Message
from fedblog.services import answering
from fedblog.store import comments
from fedblog.world import WireRequest
from tests.fediverse import Box, Peer
from tests.fediverse.blog import blog_in
from tests.fediverse.box import call_asgi
from tests.wire import captured
from tests.wire.adopted import HOST, ORIGIN
from tests.wire.captured import signed_anew, unsigned

AP_TYPE = "application/activity+json"
GETS = [name for name in captured.names() if captured.read(name).document["request"]["method"] == "GET"]


@pytest.fixture
async def blog(databases):
    """A blog at blog.test with a post, a comment and the author's answer."""
    box = Box()
    ada = Peer(box, "pond.example").person("ada")
    async with blog_in(box, await databases.migrated(), HOST) as made:
        post = await made.publish()
        await ada.post(made.inbox, ada.create(ada.note("<p>Slowly.</p>", in_reply_to=post.object_id)))
        await made.work()
        [comment] = await comments.listed(made.shop.store.reader, post.blog_pk)
        await answering.answer(made.shop, post.pk, comment.pk, "Good.")
        made.ada = ada
        yield made


async def _addresses(blog):
    """Where on this blog stands what the captures name."""
    actor, found = await blog.actor_id(), await comments.listed(blog.shop.store.reader, 1)
    [answer] = [line.object_id for line in found if line.is_by_author]
    featured = await blog.document(f"{actor}/featured")
    below = {f"/users/blog/{name}": f"{actor}/{name}" for name in ("followers", "outbox", "featured")}
    return {"/users/blog": actor, "/posts/1": featured["orderedItems"][0], "/comments/1": answer, **below}


async def _ask(blog, name, sign=None):
    """Send the captured GET, to where what it asks for stands: address, headers and document of the answer.

    `sign` may make another request of it first.
    """
    request = captured.read(name).document["request"]
    target = request["target"]
    if not target.startswith("/.well-known/"):
        target = (await _addresses(blog))[target].removeprefix(ORIGIN)
    headers = tuple((name, value) for name, value in request["headers"])
    message = Message("GET", "https", HOST, target, headers, b"")
    message = sign(message) if sign else message
    response = await call_asgi(blog.site, WireRequest("GET", "https", HOST, 443, target, message.headers))
    assert response.status == 200, name
    found = dict(response.headers)
    body = gzip.decompress(response.body) if found.get("content-encoding") == "gzip" else response.body
    return ORIGIN + target, found, json.loads(body)


WHAT_THEY_GET = {
    "get-webfinger": None,
    "get-webfinger-unsigned": None,
    "get-actor": "Person",
    "get-actor-cavage": "Person",
    "get-key-target-uri-with-fragment": "Person",
    "get-article": "Article",
    "get-own-comment": "Note",
    "get-followers": "OrderedCollection",
    "get-outbox": "OrderedCollection",
    "get-featured": "OrderedCollection",
}


def test_the_captured_questions_are_all_asked():
    assert {captured.read(name).document["what"] for name in GETS} == set(WHAT_THEY_GET)


async def test_each_question_gets_its_document(blog):
    for name in GETS:
        address, headers, document = await _ask(blog, name)
        kind = WHAT_THEY_GET[captured.read(name).document["what"]]
        if kind is None:
            assert headers["content-type"].startswith("application/jrd+json"), name
            assert document["subject"] == "acct:blog@blog.test"
            [link] = [link for link in document["links"] if link["rel"] == "self"]
            assert (link["type"], link["href"]) == (AP_TYPE, await blog.actor_id())
            continue
        assert headers["content-type"].startswith(AP_TYPE), name
        assert (document["type"], document["id"]) == (kind, address), name


@pytest.mark.parametrize("form", [CAVAGE, RFC9421, "none"])
async def test_the_document_is_the_same_for_whoever_signs_well_in_either_form_and_for_who_signs_nothing(blog, form):
    def sign(message):
        return unsigned(message) if form == "none" else signed_anew(message, blog.ada.key, form, blog.box.clock.now())

    for name in GETS:
        (_, _, came), (_, _, found) = await _ask(blog, name), await _ask(blog, name, sign)
        assert found == came, name


async def test_the_outbox_leads_to_its_first_page(blog):
    _, _, outbox = await _ask(blog, "gotosocial/31-get-outbox")
    page = await blog.document(outbox["first"])
    assert [item["type"] for item in page["orderedItems"]] == ["Create"]
