"""The other pages: deliveries, followers, mentions, reports, the inbox, settings, and the author's own feed."""

import html
import json
import re
import xml.etree.ElementTree as ET

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Audience, CommentState, Mention, Report
from fedblog.domain.follower import Follower, FollowState
from fedblog.services import publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import followers, inbox_events, mentions
from fedblog.store.inbox_events import Arrival
from tests.fediverse.clock import START
from tests.unit.web.admin.pictures import jpeg

ATOM = "{http://www.w3.org/2005/Atom}"


async def follow(blog, name="ada", host="social.example", state=FollowState.ACCEPTED):
    actor = await blog.person(name, host)
    accepted = START if state is FollowState.ACCEPTED else None
    activity = {"type": "Follow", "id": f"https://{host}/follows/1", "actor": f"https://{host}/users/{name}"}
    row = Follower(
        0, blog.row.pk, actor, state, activity["id"], json.dumps(activity), f"https://{host}/inbox", host, START, accepted, accepted
    )  # fmt: skip
    return await blog.write(lambda db: followers.save(db, row))


async def mention(blog, text, audience=Audience.PUBLIC):
    row = Mention(
        0, blog.row.pk, await blog.person(), f"https://social.example/notes/{audience}", audience, f"<p>{text}</p>", text,
        "https://social.example/@ada/1", START, START, None, None,
    )  # fmt: skip
    await blog.write(lambda db: mentions.save(db, row))


async def settle(blog, host, sql, *values):
    touched = await blog.write(lambda db: db.run(f"UPDATE delivery SET {sql} WHERE host = ?", *values, host))
    assert touched == 1


async def test_each_post_tells_how_far_it_got(author, blog):
    for host in ("one.example", "two.example", "three.example", "four.example"):
        await follow(blog, host=host)
    post = await publishing.publish_new(blog.shop, Draft("On its way", "x"))
    await settle(blog, "one.example", "state = 'delivered', ended_at = ?, attempts = 1", START)
    await settle(blog, "two.example", "attempts = 3, due_at = ?, last_error = 'it did not answer'", START + 3_600_000)
    await settle(
        blog, "three.example", "state = 'gave_up', ended_at = ?, attempts = 12, last_error = 'it said 404'", START
    )
    page = f"/admin/posts/{post.pk}/deliveries"
    await author.get("/admin/")
    assert "delivered to 1 of 4 servers, 2 waiting, 1 given up" in author.words
    await author.get(page)
    assert "two.example it did not answer 3 tries so far, next 18 November 2026, 12:06" in author.words
    assert "three.example it said 404 after 12 tries" in author.words
    one, host, everything = (
        [form for form in author.forms if form.action == page and dict(form.fields).keys() == names]
        for names in ({"csrf", "delivery"}, {"csrf", "host"}, {"csrf"})
    )
    assert (len(one), len(host), len(everything)) == (3, 2, 1)
    await author.follow(await author.submit(host[1]))
    assert "Trying again now" in author.words
    assert "delivered to 1 of 4 servers, 3 waiting." in author.words
    await author.follow(await author.send(page, {"csrf": author.form("/admin/logout").value("csrf"), "delivery": "99"}))
    assert "nothing left to try again" in author.words


async def test_a_post_without_followers_says_so(author, blog):
    await publishing.publish_new(blog.shop, Draft("To nobody", "x"))
    assert "nobody followed yet" in (await author.get("/admin/")).text


async def test_followers_are_let_in_turned_down_and_removed(author, blog):
    ada, bob = await follow(blog), await follow(blog, "bob", "pond.example", FollowState.PENDING)
    eve = await follow(blog, "eve", "spam.example", FollowState.PENDING)
    assert "2 waiting" in (await author.get("/admin/")).text
    await author.get("/admin/followers")
    assert "@bob@pond.example" in author.words
    await author.follow(await author.submit(author.form(f"/admin/followers/{bob}/approve")))
    assert "They follow the blog now" in author.words
    await author.follow(await author.submit(author.form(f"/admin/followers/{eve}/reject")))
    assert "eve" not in author.words
    await author.get(f"/admin/followers/{ada}/remove")
    assert "Remove @ada@social.example?" in author.words
    await author.follow(await author.submit(author.form(f"/admin/followers/{ada}/remove")))
    assert "1 follower" in author.words
    kinds = await blog.shop.store.reader.all("SELECT kind FROM activity ORDER BY pk")
    assert [row["kind"] for row in kinds] == ["Accept", "Reject", "Reject"]


async def test_private_messages_stand_under_a_lock(author, blog):
    await mention(blog, "See @blog, all of you.")
    await mention(blog, "Between you and me.", Audience.DIRECT)
    assert "2 new" in (await author.get("/admin/")).text
    await author.get("/admin/mentions")
    assert author.words.count("Private message") == 1
    assert "Between you and me." in author.words
    assert "2 new" not in (await author.get("/admin/")).text
    for path in ("/", "/feed.atom", "/feed.json"):
        assert "Between you" not in (await blog.get(path)).text


async def test_a_report_is_closed(author, blog):
    report = Report(
        0,
        blog.row.pk,
        "https://social.example/actor",
        "<b>Spam</b>",
        ("javascript:x", "https://a.example/1"),
        START,
        None,
    )
    pk = await blog.write(lambda db: mentions.add_report(db, report, "social.example"))
    await author.get("/admin/reports")
    assert "1 open" in author.words
    assert "&lt;b&gt;Spam" in author.last.text
    assert 'href="javascript' not in author.last.text
    await author.follow(await author.submit(author.form(f"/admin/reports/{pk}/close")))
    assert "1 open" not in author.words


async def test_the_inbox_tells_verdict_and_reason(author, blog):
    body = b'{"type":"Create","content":"<script>alert(1)</script>"}'
    arrival = Arrival(
        blog.row.pk, "https://social.example/users/ada", "https://social.example/a/1", "Create",
        "https://social.example/users/ada", "https://social.example/notes/1", "0" * 64, body, "", "1" * 64, START,
    )  # fmt: skip

    async def work(db):
        await inbox_events.record(db, [arrival])
        await db.run("UPDATE inbox_event SET verdict = 'ignored', reason = 'not about us', ended_at = 1")
        await inbox_events.count_unproven(db, "evil.example", "key-host-down", START)

    await blog.write(work)
    await author.get("/admin/inbox")
    assert "ignored not about us" in author.words
    assert "https://social.example/users/ada" in author.words
    await author.get("/admin/inbox/1")
    assert "<script>" not in author.last.text
    assert "alert(1)" in html.unescape(author.last.text)
    await author.get("/admin/inbox/unproven")
    assert "evil.example the server of its key did not answer; it may come again 1 time" in author.words
    assert (await author.get("/admin/inbox/7")).status == 404


async def test_settings_are_saved_and_shown(author, blog):
    await author.get("/admin/settings")
    form = author.form("/admin/settings")
    fields = form.filled(
        title="Another name", description="*Words*", language="de", time_zone="Europe/Berlin",
        comment_policy="hold_all", approves_followers="yes", field_name=None, field_value=None,
    )  # fmt: skip
    fields += [("field_name", "Home"), ("field_value", "https://home.example"), ("field_name", ""), ("field_value", "")]
    answer = await author.send("/admin/settings", fields)
    assert "Saved" in (await author.follow(answer)).text
    row = await the_blog(blog.shop.store.reader)
    assert (row.title, row.language, row.time_zone) == ("Another name", "de", "Europe/Berlin")
    assert (row.comment_policy, row.approves_followers_at is not None) == (CommentPolicy.HOLD_ALL, True)
    assert [(field.name, field.value) for field in row.fields][1:] == [("Home", "https://home.example")]
    assert row.fields[0].name == "Blog"
    assert "Another name" in (await blog.get("/")).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "needs a title"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"language": "klingon!"}, "no language tag"),
        ({"description": "x" * 2001}, "longer than 2000"),
        ({"field_name": "Blog", "field_value": "x"}, "profile line"),
    ],
)
async def test_settings_that_make_no_sense_stay_in_the_form(author, blog, typed, words):
    await author.get("/admin/settings")
    answer = await author.submit(author.form("/admin/settings"), **({"title": "New", "description": "Kept."} | typed))
    assert answer.status == 400
    assert words in author.words
    form = author.form("/admin/settings")
    for name, value in ({"description": "Kept."} | typed).items():
        assert value in [given for field, given in form.fields if field == name]
    assert (await the_blog(blog.shop.store.reader)).title == "Tidewater Notes"


async def test_pictures_of_the_blog(author, blog):
    await author.get("/admin/settings")
    form = author.form("/admin/settings/pictures")
    files = [("avatar", "me.jpg", jpeg((10, 20, 30))), ("header", "sea.jpg", jpeg((90, 20, 30)))]
    await author.follow(await author.submit(form, files, avatar_alt="Me", header_alt="The sea"))
    row = await the_blog(blog.shop.store.reader)
    assert row.avatar_pk
    assert row.header_pk
    assert 'alt="The sea"' in (await blog.get("/")).text
    bad = await author.submit(author.form("/admin/settings/pictures"), [("avatar", "x.jpg", b"not a picture")])
    assert bad.status == 400
    assert "not a picture" in author.words
    assert (await the_blog(blog.shop.store.reader)).avatar_pk == row.avatar_pk
    await author.submit(author.form("/admin/settings/pictures"), [("other", "x", b"x")], header_goes="yes")
    after = await the_blog(blog.shop.store.reader)
    assert (after.avatar_pk, after.header_pk) == (row.avatar_pk, None)


async def feed_address(author):
    await author.get("/admin/settings")
    return html.unescape(re.search(r'class="address">https://[^/]*([^<]*)<', author.last.text).group(1))


async def test_the_authors_feed_tells_what_is_new(author, stranger, blog):
    post = await blog.post(title="On <tides>")
    await blog.comment(post, state=CommentState.HELD, number=0, text="A held word.")
    direct = {"audience": Audience.DIRECT, "state": CommentState.HIDDEN, "number": 0}
    await blog.comment(post, "<p>Secret.</p>", text="Secret.", **direct)
    await mention(blog, "Hello all.")
    await mention(blog, "Between us.", Audience.DIRECT)
    await follow(blog, "bob", "pond.example", FollowState.PENDING)
    address = await feed_address(author)
    answer = await stranger.get(address)
    assert answer.status == 200
    assert answer.header("content-type").startswith("application/atom+xml")
    assert stranger.cookies == {}
    entries = ET.fromstring(answer.body).findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert "@ada@social.example on “On <tides>” (held: it waits for you)" in titles
    assert titles.count("A private message from @ada@social.example") == 2
    assert "@bob@pond.example asks to follow you" in titles
    assert "A held word." in answer.text
    assert "Secret." not in answer.text
    assert "Between us." not in answer.text
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 5


async def test_the_authors_feed_has_a_secret_address(author, stranger):
    address = await feed_address(author)
    for guess in ("/admin/feed.atom", "/admin/feed.atom?key=", "/admin/feed.atom?key=x", address[:-1], address + "x"):
        assert (await stranger.get(guess)).status == 404
    await author.follow(await author.submit(author.form("/admin/settings/feed")))
    assert (await stranger.get(address)).status == 404
    assert (await stranger.get(await feed_address(author))).status == 200


async def test_empty_pages_teach(author):
    for path, words in (
        ("/admin/", "Write the first post"),
        ("/admin/comments", "No comments yet"),
        ("/admin/comments?show=held", "Nothing waits for you"),
        ("/admin/mentions", "Nobody has mentioned"),
        ("/admin/followers", "Nobody follows yet"),
        ("/admin/reports", "No reports"),
        ("/admin/blocks", "Nobody is blocked"),
        ("/admin/inbox", "Nothing has arrived"),
        ("/admin/inbox/unproven", "Nobody was turned away"),
    ):
        await author.get(path)
        assert words in author.words, path


async def test_a_page_says_only_what_we_make_it_say(author):
    text = (await author.get("/admin/?done=<b>evil</b>")).text
    assert "evil" not in text
