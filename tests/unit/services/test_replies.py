"""Replies become comments: where they hang, who may see them, which of them wait."""

import json
from dataclasses import replace

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Audience, CommentState
from fedblog.services import describing, publishing
from fedblog.services.workshop import the_blog
from fedblog.store import comments, mentions
from fedblog.world import WireResponse
from tests.fediverse.peer import PUBLIC


def mention(name, href):
    return {"type": "Mention", "name": name, "href": href}


async def test_a_reply_is_shown_as_comment_one_with_a_settled_handle(blog, ada):
    post = await blog.publish()
    note = ada.note("<p>I read it <em>twice</em>.</p>", in_reply_to=post.object_id)
    assert await blog.hear(ada, ada.create(note)) == ("accepted", "shown as a comment")
    [line] = await comments.thread(blog.db, post.pk)
    assert (line.number, line.actor_handle, line.html) == (1, "ada@pond.example", "<p>I read it <em>twice</em>.</p>")


@pytest.mark.parametrize("form", ["id", "page", "page with slash", "object", "list"])
@pytest.mark.checklist(row=27)
async def test_a_reply_hangs_below_the_post_whatever_names_it(blog, ada, form):
    post = await blog.publish()
    page = f"https://blog.example{post.path}"
    target = {
        "id": post.object_id,
        "page": page,
        "page with slash": f"{page}#comments",
        "object": {"id": post.object_id},
        "list": [post.object_id, "https://other.example/1"],
    }[form]
    await blog.hear(ada, ada.create(ada.note("<p>Hm.</p>", in_reply_to=target)))
    assert await blog.comments(post) == [(1, "Hm.")]


@pytest.mark.checklist(row=27)
async def test_replies_to_replies_hang_below_them(blog, ada, bob):
    post = await blog.publish()
    first = ada.note("<p>one</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(first))
    by_id = bob.note("<p>two</p>", in_reply_to=first["id"])
    await blog.hear(bob, bob.create(by_id))
    by_page = bob.note("<p>three</p>", in_reply_to=by_id["url"])
    await blog.hear(bob, bob.create(by_page))
    by_anchor = ada.note("<p>four</p>", in_reply_to=f"https://blog.example{post.path}#comment-1")
    await blog.hear(ada, ada.create(by_anchor))
    lines = await comments.thread(blog.db, post.pk)
    numbers = {line.pk: line.number for line in lines}
    assert [(line.text, numbers.get(line.parent_pk)) for line in lines] == [
        ("one", None),
        ("two", 1),
        ("three", 2),
        ("four", 1),
    ]


@pytest.mark.checklist(row=27)
async def test_an_unknown_parent_is_climbed_and_the_thread_is_whole(blog, ada, bob):
    post = await blog.publish()
    top = ada.note("<p>top</p>", in_reply_to=post.object_id)
    middle = bob.note("<p>middle</p>", in_reply_to=top["id"])
    bottom = ada.note("<p>bottom</p>", in_reply_to=middle["id"])
    await blog.hear(ada, ada.create(bottom))
    lines = await comments.thread(blog.db, post.pk)
    assert [line.text for line in lines] == ["top", "middle", "bottom"]
    assert [line.parent_pk for line in lines] == [None, lines[0].pk, lines[1].pk]


async def test_what_is_not_public_on_the_way_up_is_passed_by(blog, ada, bob):
    post = await blog.publish()
    secret = bob.note("<p>SECRET</p>", in_reply_to=post.object_id, to=[f"{bob.id}/followers"], cc=[])
    bottom = ada.note("<p>bottom</p>", in_reply_to=secret["id"])
    await blog.hear(ada, ada.create(bottom))
    assert await blog.comments(post) == [(1, "bottom")]
    assert await blog.comment(secret) is None


@pytest.mark.parametrize("shape", ["endless", "circle", "itself"])
async def test_a_thread_without_end_costs_at_most_twenty_fetches(blog, box, ada, pond, shape):
    await blog.publish()
    await blog.hear(ada, ada.activity("Like", "https://elsewhere.example/1"))
    before = len(box.requests_to("pond.example", "GET"))
    notes = [ada.note("<p>x</p>") for _ in range(60)]
    for index, note in enumerate(notes[:-1]):
        note["inReplyTo"] = notes[index + 1]["id"]
    if shape == "circle":
        notes[3]["inReplyTo"] = notes[1]["id"]
    if shape == "itself":
        notes[1]["inReplyTo"] = notes[1]["id"]
    assert (await blog.hear(ada, ada.create(notes[0])))[0] == "ignored"
    asked = [r for r in box.requests_to("pond.example", "GET")[before:] if "/notes/" in r.target]
    assert len(asked) <= 20


async def test_one_host_is_asked_at_most_once_a_second_on_the_way_up(blog, box, ada):
    post = await blog.publish()
    notes = [ada.note("<p>x</p>") for _ in range(5)]
    for index, note in enumerate(notes[:-1]):
        note["inReplyTo"] = notes[index + 1]["id"]
    notes[-1]["inReplyTo"] = post.object_id
    started = box.clock.now()
    await blog.hear(ada, ada.create(notes[0]))
    assert len(await blog.comments(post)) == 5
    assert box.clock.now() - started >= 3000


@pytest.mark.parametrize(
    ("to", "cc", "audience"),
    [
        ([PUBLIC], [], Audience.PUBLIC),
        (["as:Public"], [], Audience.PUBLIC),
        (["https://pond.example/users/ada/followers"], ["Public"], Audience.UNLISTED),
        (["https://pond.example/users/ada/followers"], [], Audience.FOLLOWERS),
        (["https://blog.example/x"], [], Audience.DIRECT),
        ([], [], Audience.DIRECT),
    ],
)
async def test_only_public_and_unlisted_replies_are_shown(blog, ada, to, cc, audience):
    post = await blog.publish()
    note = ada.note("<p>MARKER</p>", in_reply_to=post.object_id, to=to, cc=cc)
    await blog.hear(ada, ada.create(note))
    comment = await blog.comment(note)
    assert comment.audience is audience
    private = await mentions.listed(blog.db, 1)
    if audience.may_be_shown:
        assert await blog.comments(post) == [(1, "MARKER")]
        assert private == []
    else:
        assert await blog.comments(post) == []
        assert comment.number is None
        assert comments_state(comment) == (CommentState.HIDDEN, "not-public")
        assert [(line.text, line.audience) for line in private] == [("MARKER", audience)]


def comments_state(comment):
    return comment.state, comment.rule


async def test_an_object_that_names_nobody_has_the_audience_of_its_activity(blog, ada):
    post = await blog.publish()
    note = ada.note("<p>Hm.</p>", in_reply_to=post.object_id)
    create = ada.create(note)
    del create["object"]["to"], create["object"]["cc"]
    await blog.hear(ada, create)
    assert await blog.comments(post) == [(1, "Hm.")]
    bare = ada.create(ada.note("<p>MARKER</p>", in_reply_to=post.object_id))
    for part in (bare, bare["object"]):
        del part["to"], part["cc"]
    await blog.hear(ada, bare)
    assert await blog.comments(post) == [(1, "Hm.")]


async def test_private_replies_take_no_number(blog, ada, bob):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>a</p>", in_reply_to=post.object_id, to=[blog.actor_id], cc=[])))
    await blog.hear(bob, bob.create(bob.note("<p>b</p>", in_reply_to=post.object_id)))
    assert await blog.comments(post) == [(1, "b")]


@pytest.mark.checklist(row=29)
async def test_gotosocials_wish_to_keep_unlisted_posts_off_the_web_is_obeyed(blog, pond):
    unlisted = {"to": ["https://pond.example/x/followers"], "cc": [PUBLIC]}
    post = await blog.publish()
    for name, extra in {
        "flagged": {"hidesCcPublicFromUnauthedWeb": True},
        "hidden": {"hidesToPublicFromUnauthedWeb": True},
        "silent": {},
        "open": {"hidesCcPublicFromUnauthedWeb": False},
    }.items():
        person = pond.person(name, **extra)
        if name in {"silent", "open"}:
            gotosocial(pond, person)
        note = person.note(f"<p>{name}</p>", in_reply_to=post.object_id, **unlisted)
        await blog.hear(person, person.create(note))
    assert await blog.comments(post) == [(1, "open")]


def gotosocial(peer, person):
    """Give a person a key at an address of its own, as GoToSocial does."""
    from fedblog.ap.signatures import SigningKey

    key_id = f"{person.id}/main-key"
    person.key = SigningKey(key_id, person.key.private_key)
    document = peer.documents[f"/users/{person.name}"]
    document["publicKey"]["id"] = key_id
    peer.documents[f"/users/{person.name}/main-key"] = {
        name: document[name] for name in ("@context", "id", "type", "preferredUsername", "publicKey")
    }


async def test_a_suspended_commenter_is_not_shown(blog, pond):
    post = await blog.publish()
    eve = pond.person("eve", suspended=True)
    await blog.hear(eve, eve.create(eve.note("<p>x</p>", in_reply_to=post.object_id)))
    assert await blog.comments(post) == []


CAUTIOUS = {
    "plain": ({"content": "<p>fine</p>"}, ""),
    "link": ({"content": '<p><a href="https://shop.example/">buy</a></p>'}, "first-comment-with-link"),
    "own link": ({"content": '<p><a href="https://blog.example/about">see</a></p>'}, ""),
    "mention link": (
        {
            "content": '<p><a href="https://blog.example/" class="u-url mention">@<span>blog</span></a> yes</p>',
            "tag": [mention("@blog@blog.example", "https://blog.example/")],
        },
        "",
    ),
    "hashtag link": (
        {"content": '<p><a href="https://pond.example/tags/reading" rel="tag">#reading</a></p>'},
        "",
    ),
    "a link in mention's clothes": (
        {"content": '<p><a href="https://shop.example/" class="mention">@blog</a></p>'},
        "first-comment-with-link",
    ),
    "a link in hashtag's clothes": (
        {"content": '<p><a href="https://shop.example/x" class="hashtag">#buy</a></p>'},
        "first-comment-with-link",
    ),
    "attachment": (
        {"content": "<p>x</p>", "attachment": [{"type": "Image", "url": "https://pond.example/1.png"}]},
        "first-comment-with-attachment",
    ),
    "outsider": (
        {"content": "<p>x</p>", "tag": [mention("@victim@other.example", "https://other.example/victim")]},
        "first-comment-mentions-outsiders",
    ),
}


@pytest.mark.parametrize("case", CAUTIOUS)
async def test_the_first_comment_of_an_unknown_author_waits_when_it_carries_something(blog, ada, case):
    extra, rule = CAUTIOUS[case]
    post = await blog.publish()
    note = ada.note("", in_reply_to=post.object_id) | extra
    verdict, reason = await blog.hear(ada, ada.create(note))
    comment = await blog.comment(note)
    if rule:
        assert (verdict, comment.state, comment.rule, comment.number) == ("held", CommentState.HELD, rule, None)
        assert reason.startswith(f"{rule}: ")
    else:
        assert (verdict, comment.state, comment.number) == ("accepted", CommentState.SHOWN, 1)


async def test_who_was_shown_once_is_known(blog, ada):
    post = await blog.publish()
    await blog.hear(ada, ada.create(ada.note("<p>hello</p>", in_reply_to=post.object_id)))
    linked = ada.note('<p><a href="https://shop.example/">see</a></p>', in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(linked)))[0] == "accepted"


async def test_people_of_the_thread_are_no_outsiders(blog, ada, bob):
    post = await blog.publish()
    first = ada.note("<p>one</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(first))
    tags = [mention("@ada@pond.example", ada.id), mention("@blog@blog.example", blog.actor_id)]
    second = bob.note("<p>two</p>", in_reply_to=first["id"], tag=tags)
    assert (await blog.hear(bob, bob.create(second)))[0] == "accepted"


@pytest.mark.parametrize(
    ("policy", "verdict", "state"),
    [
        (CommentPolicy.OPEN, "accepted", CommentState.SHOWN),
        (CommentPolicy.HOLD_ALL, "held", CommentState.HELD),
        (CommentPolicy.CLOSED, "refused", CommentState.REFUSED),
    ],
)
async def test_the_policy_of_the_blog_decides(blog, ada, policy, verdict, state):
    post = await blog.publish()
    await blog.set_policy(policy)
    note = ada.note('<p><a href="https://shop.example/">x</a></p>', in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(note)))[0] == verdict
    assert (await blog.comment(note)).state is state


async def test_comments_that_are_closed_in_the_settings_are_closed_for_the_next_reply(blog, ada):
    post = await blog.publish()
    before, after = (ada.note(f"<p>{word}</p>", in_reply_to=post.object_id) for word in ("before", "after"))
    assert (await blog.hear(ada, ada.create(before)))[0] == "accepted"
    settings = describing.settings_of(await the_blog(blog.db))
    await describing.change(blog.shop, replace(settings, comment_policy=CommentPolicy.CLOSED))
    assert (await blog.hear(ada, ada.create(after)))[0] == "refused"


async def test_the_policy_of_a_post_goes_before_that_of_the_blog(blog, ada):
    post = await blog.publish()
    await blog.set_policy(CommentPolicy.CLOSED)
    await blog.shop.store.write(
        lambda db: db.run("UPDATE post SET comment_policy = ? WHERE pk = ?", CommentPolicy.OPEN, post.pk)
    )
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(note)))[0] == "accepted"


async def test_more_than_thirty_comments_in_ten_minutes_wait(blog, box, ada):
    post = await blog.publish()
    for number in range(31):
        await blog.post(ada, ada.create(ada.note(f"<p>{number}</p>", in_reply_to=post.object_id)))
    await blog.work()
    assert len(await blog.comments(post)) == 30
    held = await comments.listed(blog.db, 1, state=CommentState.HELD)
    assert [line.rule for line in held] == ["too-many-comments"]
    box.clock.move(minutes=11)
    assert (await blog.hear(ada, ada.create(ada.note("<p>later</p>", in_reply_to=post.object_id))))[0] == "accepted"


async def test_more_than_a_thousand_links_wait_even_where_everything_is_open(blog, ada):
    post = await blog.publish()
    await blog.set_policy(CommentPolicy.OPEN)
    links = "".join(f'<a href="https://s.example/{n}">x</a>' for n in range(1001))
    note = ada.note(f"<p>{links}</p>", in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(note)))[0] == "held"
    assert (await blog.comment(note)).rule == "too-many-links"


async def test_the_same_reply_twice_is_one_comment(blog, box, ada):
    post = await blog.publish()
    note = ada.note("<p>once</p>", in_reply_to=post.object_id)
    await blog.hear(ada, ada.create(note))
    box.clock.move(seconds=2)
    assert (await blog.hear(ada, ada.create(note)))[0] == "duplicate"
    assert await blog.comments(post) == [(1, "once")]


async def test_a_reply_to_an_unpublished_post_is_ignored(blog, ada):
    post = await blog.publish()
    await publishing.unpublish(blog.shop, post.pk)
    note = ada.note("<p>x</p>", in_reply_to=post.object_id)
    assert (await blog.hear(ada, ada.create(note)))[0] == "ignored"
    assert await blog.comment(note) is None


@pytest.mark.parametrize(
    "extra",
    [
        {"name": "pencil", "content": None},
        {"inReplyTo": None},
        {"inReplyTo": "https://pond.example/nowhere"},
        {"id": None},
        {"type": "Strange"},
    ],
)
@pytest.mark.checklist(row=33)
async def test_votes_strays_and_oddities_leave_nothing(blog, ada, extra):
    post = await blog.publish()
    create = ada.create(ada.note("<p>x</p>", in_reply_to=post.object_id))
    create["object"] |= extra
    assert (await blog.hear(ada, create))[0] == "ignored"
    assert await comments.listed(blog.db, 1) == []
    assert await mentions.listed(blog.db, 1) == []


async def test_what_names_the_blog_without_answering_is_a_mention(blog, ada):
    await blog.publish()
    public = ada.note("<p>look</p>", tag=[mention("@blog@blog.example", blog.actor_id)])
    site = ada.note("<p>site</p>", tag=[mention("@blog", "https://blog.example/")])
    private = ada.note("<p>psst</p>", to=[blog.actor_id], cc=[])
    poll = ada.note("<p>which</p>", tag=[mention("@blog@blog.example", blog.actor_id)]) | {"type": "Question"}
    for note in (public, site, private, poll):
        assert (await blog.hear(ada, ada.create(note)))[0] == "accepted"
    lines = await mentions.listed(blog.db, 1)
    assert {(line.text, line.audience) for line in lines} == {
        ("look", Audience.PUBLIC),
        ("site", Audience.PUBLIC),
        ("psst", Audience.DIRECT),
        ("which", Audience.PUBLIC),
    }
    assert await comments.listed(blog.db, 1) == []


async def test_a_handle_that_only_one_side_claims_is_not_worn(blog, box, pond, lake):
    """Akkoma 3.18: WebFinger without consent of both sides."""
    lake.person("star")
    eve = pond.person("eve", webfinger="star@lake.example")
    post = await blog.publish()
    await blog.hear(eve, eve.create(eve.note("<p>x</p>", in_reply_to=post.object_id)))
    [line] = await comments.thread(blog.db, post.pk)
    assert line.actor_handle == "eve@pond.example"


@pytest.mark.parametrize(("said", "handle"), [("star", "star@lake.example"), ("other", "eve@pond.example")])
async def test_a_handle_on_another_domain_is_worn_when_both_sides_agree(blog, box, pond, lake, said, handle):
    eve = pond.person("eve", webfinger="star@lake.example")

    async def lake_says(request):
        link = {"rel": "self", "type": "application/activity+json", "href": eve.id}
        subject = "star" if "star" in request.target and said == "star" else "other"
        if said == "other" and "other" in request.target:
            subject = "third"
        body = json.dumps({"subject": f"acct:{subject}@lake.example", "links": [link]}).encode()
        return WireResponse(200, (("content-type", "application/jrd+json"),), body)

    box.servers["lake.example"] = lake_says
    post = await blog.publish()
    await blog.hear(eve, eve.create(eve.note("<p>x</p>", in_reply_to=post.object_id)))
    [line] = await comments.thread(blog.db, post.pk)
    assert line.actor_handle == handle


async def test_content_is_made_safe(blog, ada):
    post = await blog.publish()
    nasty = '<p onclick="x()">hi<script>alert(1)</script><a href="javascript:x">y</a></p>'
    await blog.set_policy(CommentPolicy.OPEN)
    await blog.hear(ada, ada.create(ada.note(nasty, in_reply_to=post.object_id)))
    [line] = await comments.thread(blog.db, post.pk)
    assert "script" not in line.html
    assert "onclick" not in line.html


async def test_a_date_in_the_future_does_not_put_a_comment_there(blog, box, ada):
    post = await blog.publish()
    note = ada.note("<p>x</p>", in_reply_to=post.object_id, published="2150-01-01T00:00:00Z")
    await blog.hear(ada, ada.create(note))
    assert (await blog.comment(note)).published_at <= box.clock.now()
