"""A real Fedify server and a real fedblog, over https on loopback: what a person does there arrives here, and back."""

import json
from dataclasses import replace

import pytest

from fedblog import config as configuration
from fedblog.app import open_workshop
from fedblog.services import describing
from fedblog.services.workshop import the_blog
from tests.peers.conftest import StartBlog, StartPeer
from tests.peers.fedify import CAVAGE, RFC9421, PeerError
from tests.peers.running_blog import BlogError, RunningBlog, comments_on

pytestmark = pytest.mark.slow

CONTEXT = "https://www.w3.org/ns/activitystreams"


async def test_a_person_on_fedify_follows_reads_and_talks_with_the_author(
    start_peer: StartPeer, blog: RunningBlog, form: str
):
    # Given alice, who found the blog by its handle and follows it
    peer = await start_peer(names=("alice", "bob"))
    await peer.follow(blog.handle)
    [accept] = await peer.received("Accept", count=1)
    assert accept["actor"] == await blog.actor_id()
    assert (await peer.state())["accounts"][0]["following"] == [await blog.actor_id()]
    [follower] = await blog.listed("followers")
    assert (follower["actor_id"], follower["handle"]) == (peer.actor_id(), peer.handle())

    # When the author publishes, then she has the whole Article
    post = await blog.publish("On slow reading", "Read *slowly*, and twice.\n\n#reading")
    [create] = await peer.received("Create", count=1)
    article = create["activity"]["object"]
    assert (article["type"], article["id"], article["name"]) == ("Article", post["object_id"], "On slow reading")
    assert "Read <em>slowly</em>, and twice." in article["content"]
    assert (await peer.fetch(article["id"]))["name"] == "On slow reading"

    # When she answers in public and unlisted, then both stand below the post with her handle
    public = await peer.reply(article["id"], "<p>I read it <strong>twice</strong>.</p>")
    assert await blog.comment_with(post, "I read it <strong>twice</strong>.") == 1
    assert peer.handle() in comments_on(await blog.page(post))[1]
    await peer.reply(article["id"], "<p>Quietly: so did I.</p>", audience="unlisted", as_="bob")
    assert await blog.comment_with(post, "Quietly: so did I.") == 2

    # When the author answers her, then she gets a Note in the thread that mentions her
    [first] = [comment for comment in await blog.listed("comments") if comment["number"] == 1]
    await blog.command("comments", "answer", str(first["pk"]), text="Thank you, and *again* soon.")
    answer = (await peer.received("Create", count=2))[-1]["activity"]["object"]
    assert (answer["type"], answer["inReplyTo"]) == ("Note", public["object_id"])
    assert peer.actor_id() in json.dumps(answer["tag"])
    assert "<em>again</em>" in answer["content"]

    # When she goes on below the answer, then it hangs there
    await peer.reply(answer["id"], "<p>Next winter.</p>")
    number = await blog.comment_with(post, "Next winter.")
    assert 'href="#comment-3">in answer to #3</a>' in comments_on(await blog.page(post))[number]

    # When she edits and deletes, then the page follows
    await peer.edit(public["object_id"], "<p>I read it three times.</p>")
    assert await blog.comment_with(post, "I read it three times.") == 1
    assert "<span>edited</span>" in comments_on(await blog.page(post))[1]
    await peer.delete(public["object_id"])
    await blog.until_page_forgets(post, "three times")
    assert list(comments_on(await blog.page(post))) == [1, 3, 4, 2]

    # When the author takes the answer back, then she is told, and what hangs below it stays
    [ours] = [comment for comment in await blog.listed("comments") if comment["remote_id"] == answer["id"]]
    await blog.command("comments", "delete", str(ours["pk"]))
    [delete] = await peer.received("Delete", count=1)
    assert answer["id"] in json.dumps(delete["activity"]["object"])
    with pytest.raises(PeerError, match="Nothing was found"):
        await peer.fetch(answer["id"])
    page = await blog.page(post)
    assert "Thank you" not in page
    assert "Next winter." in page

    # Then nothing that she sent had to be sent twice, and nothing was refused
    assert {entry["signature"] for entry in await peer.requests(method="POST") if entry["status"] == 202} == {form}
    assert json.loads(await blog.command("inbox", "unproven", "--json")) == []
    assert {event["verdict"] for event in await blog.listed("inbox")} == {"accepted"}


async def test_what_was_not_written_for_the_public_is_on_no_public_page(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    post = await blog.publish("On slow reading", "Read slowly.")

    for audience, words in (("followers", "Among-friends-only"), ("direct", "Just-between-us")):
        sent = await peer.reply(post["object_id"], f"<p>{words}.</p>", audience=audience)
        verdict, _ = await blog.verdict_on(sent["activity_id"])
        assert verdict == "accepted"
        [kept] = [comment for comment in await blog.listed("comments") if comment["remote_id"] == sent["object_id"]]
        assert (kept["audience"], kept["state"], kept["number"]) == (audience, "hidden", None)
        assert words in kept["text"]
        with pytest.raises(BlogError, match="not"):
            await blog.command("comments", "approve", str(kept["pk"]))

    public = [post["url"], "/", "/feed.atom", "/feed.rss", "/feed.json", "/sitemap.xml"]
    documents = [post["object_id"], f"{post['object_id']}/replies", f"{post['object_id']}/replies/page/1"]
    for address, accept in [(a, "text/html") for a in public] + [(a, "application/activity+json") for a in documents]:
        shown = await blog.get(address, accept)
        assert shown.status_code == 200, address
        assert "Among-friends-only" not in shown.text
        assert "Just-between-us" not in shown.text


async def test_likes_boosts_and_emoji_are_counted_and_taken_back(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer(names=("alice", "bob"))
    post = await blog.publish("On slow reading", "Read slowly.")
    article = post["object_id"]

    liked = await peer.like(article)
    await peer.like(article)
    await peer.like(article, as_="bob")
    await blog.until_page_says(post, "2 likes")
    boosted = await peer.boost(article)
    await blog.until_page_says(post, "1 boost")
    reacted = await peer.react(article, "🦆")
    await blog.until_page_says(post, "🦆")

    await peer.undo(liked["activity_id"])
    await blog.until_page_says(post, "1 like")
    await peer.undo(boosted["activity_id"])
    await blog.until_page_forgets(post, "1 boost")
    await peer.undo(reacted["activity_id"])
    await blog.until_page_forgets(post, "🦆")
    likes = await blog.get(f"{article}/likes", "application/activity+json")
    assert likes.json()["totalItems"] == 1


async def test_what_the_author_changes_reaches_fedify(start_peer: StartPeer, blog: RunningBlog, form: str):
    peer = await start_peer()
    await peer.follow(blog.handle)
    await peer.received("Accept", count=1)
    post = await blog.publish("On slow reading", "Read slowly.")
    await peer.received("Create", count=1)

    # An edit
    file = blog.folder / "edited.md"
    file.write_text("Read more slowly.", encoding="utf-8")
    await blog.command("post", "edit", str(post["pk"]), str(file))
    [update] = await peer.received("Update", count=1)
    edited = update["activity"]["object"]
    assert (edited["id"], edited["type"]) == (post["object_id"], "Article")
    assert "Read more slowly." in edited["content"]
    assert edited["updated"]

    # A new profile
    await _rename(blog, "A louder blog")
    profile = (await peer.received("Update", count=2))[-1]["activity"]["object"]
    assert (profile["type"], profile["name"]) == ("Person", "A louder blog")
    assert (await peer.fetch(await blog.actor_id()))["name"] == "A louder blog"

    # The post is taken back
    await blog.command("post", "unpublish", str(post["pk"]))
    [delete] = await peer.received("Delete", count=1)
    assert post["object_id"] in json.dumps(delete["activity"]["object"])
    assert (await blog.get(post["object_id"], "application/activity+json")).status_code == 410
    with pytest.raises(PeerError, match="Nothing was found"):
        await peer.fetch(post["object_id"])

    # Each was signed so that Fedify could verify it: draft-cavage at once, RFC 9421 from the second knock on
    for method, path, status in (("POST", None, 202), ("GET", "/users/alice", 200)):
        knocks = [entry for entry in await peer.requests(method=method) if path in {None, entry["path"]}]
        told = [(entry["status"], entry["signature"]) for entry in knocks]
        first, then = (told[:1], told[1:]) if form == RFC9421 else ([], told)
        assert first == [(401, CAVAGE)] * len(first)
        assert then == [(status, form)] * len(then) != []
    assert {delivery["state"] for delivery in await blog.listed("deliveries")} == {"delivered"}


async def _rename(blog: RunningBlog, title: str) -> None:
    """Change the title in the settings, and let the two minutes pass in which changes are gathered."""
    async with open_workshop(configuration.load(blog.config)) as shop:
        settings = describing.settings_of(await the_blog(shop.store.reader))
        await describing.change(shop, replace(settings, title=title))

        async def work(db):
            await db.run("UPDATE blog SET update_due_at = ?", shop.now())
            db.touch("work:schedule")

        await shop.store.write(work)


async def test_a_reader_who_leaves_gets_nothing_more(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer(names=("alice", "bob"))
    follow = await peer.follow(blog.handle)
    await peer.follow(blog.handle, as_="bob")
    await peer.received("Accept", count=2)
    undone = await peer.undo(follow["activity_id"])
    assert (await blog.verdict_on(undone["activity_id"]))[0] == "accepted"
    assert [follower["actor_id"] for follower in await blog.listed("followers")] == [peer.actor_id("bob")]

    blocked = await peer.block(await blog.actor_id(), as_="bob")
    assert (await blog.verdict_on(blocked["activity_id"]))[0] == "accepted"
    assert await blog.listed("followers") == []
    await blog.publish("For nobody", "Nobody is there.")
    assert [d for d in await blog.listed("deliveries") if d["state"] == "waiting"] == []
    assert await peer.received("Create") == []


async def test_whoever_is_named_in_a_post_gets_it_without_following(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    await blog.publish("With thanks", f"This one is for {peer.handle()}, who asked.")
    [create] = await peer.received("Create", count=1)
    article = create["activity"]["object"]
    assert peer.actor_id() in json.dumps([article["to"], article["cc"]])
    [mention] = [tag for tag in article["tag"] if tag["type"] == "Mention"]
    assert (mention["href"], mention["name"]) == (peer.actor_id(), peer.handle())
    assert f'<a href="{peer.origin}/@alice" class="mention">@<span>alice</span></a>' in article["content"]


async def test_the_first_words_of_a_stranger_wait_when_they_hold_a_link(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    post = await blog.publish("On slow reading", "Read slowly.")
    link = await peer.reply(post["object_id"], '<p>See <a href="https://example.org/">my shop</a>.</p>')
    assert await blog.verdict_on(link["activity_id"]) == (
        "held",
        "first-comment-with-link: the first comment of an unknown author holds a link",
    )
    assert "my shop" not in await blog.page(post)
    [held] = await blog.listed("comments")
    await blog.command("comments", "approve", str(held["pk"]))
    assert await blog.comment_with(post, "my shop") == 1


async def test_a_new_name_and_the_end_of_an_account_show_on_the_page(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    post = await blog.publish("On slow reading", "Read slowly.")
    await peer.reply(post["object_id"], "<p>I do.</p>")
    await peer.like(post["object_id"])
    await blog.until_page_says(post, "1 like")
    assert await blog.comment_with(post, "I do.") == 1

    await peer.rename("Alice of the slow train", tell=[await blog.actor_id()])
    await blog.until_page_says(post, "Alice of the slow train")

    gone = {"@context": CONTEXT, "type": "Delete", "id": f"{peer.actor_id()}#gone", "actor": peer.actor_id()}
    await peer.post(gone | {"object": peer.actor_id()}, to=await blog.actor_id())
    await blog.until_page_forgets(post, "I do.")
    page = await blog.page(post)
    assert "Alice of the slow train" not in page
    assert "1 like" not in page


async def test_what_names_the_blog_without_answering_it_is_for_the_author(start_peer: StartPeer, blog: RunningBlog):
    peer = await start_peer()
    written = await peer.write("<p>Somebody should read @blog.</p>", mentions=[await blog.actor_id()])
    assert await blog.verdict_on(written["activity_id"]) == ("accepted", "kept as a mention")
    assert await blog.listed("comments") == []
    assert "Somebody should read" not in (await blog.get("/")).text


@pytest.mark.checklist(row=42)
async def test_fedify_asks_to_quote_and_can_read_the_stamp_until_it_is_revoked(
    start_peer: StartPeer, blog: RunningBlog
):
    peer = await start_peer()
    post = await blog.publish("On slow reading", "Read slowly.")
    asked = await peer.quote(post["object_id"], "<p>Everybody should read this.</p>")
    [accept] = await peer.received("Accept", count=1)
    stamp_id = accept["activity"]["result"]
    stamp = await peer.fetch(stamp_id)
    assert stamp["type"] == "QuoteAuthorization"
    assert stamp["attributedTo"] == await blog.actor_id()
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (asked["note_id"], post["object_id"])
    assert peer.handle() in await blog.page(post)

    [line] = await blog.listed("quotes")
    assert (line["state"], line["text"], line["authorization"]) == ("allowed", "Everybody should read this.", stamp_id)
    await blog.command("quotes", "refuse", str(line["pk"]))
    [delete] = await peer.received("Delete", count=1)
    assert stamp_id in json.dumps(delete["activity"]["object"])
    with pytest.raises(PeerError, match="Nothing was found"):
        await peer.fetch(stamp_id)


async def test_a_laboratory_without_tls_works_alike(start_peer: StartPeer, start_blog: StartBlog):
    blog = await start_blog(tls=False)
    peer = await start_peer(tls=False)
    await peer.follow(await blog.actor_id())
    await peer.received("Accept", count=1)
    post = await blog.publish("On slow reading", f"Read slowly, {peer.handle()}.")
    [create] = await peer.received("Create", count=1)
    assert peer.actor_id() in json.dumps(create["activity"]["object"]["tag"])
    await peer.reply(post["object_id"], "<p>In plain text.</p>")
    assert await blog.comment_with(post, "In plain text.") == 1
    assert peer.handle() in comments_on(await blog.page(post))[1]
