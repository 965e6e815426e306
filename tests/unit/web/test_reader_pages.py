"""What readers see: the post with its comments, the lists, what is gone."""

import json
import re

import pytest

from fedblog.domain.actor import NameEmoji
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Attachment, Audience, CommentState, ReactionKind
from fedblog.domain.post import PostState
from fedblog.store import emojis
from fedblog.store.emojis import EmojiCopy
from tests.fediverse.clock import START
from tests.unit.web.asgi import BROWSER, HOST

ACTIVITY = [("accept", "application/activity+json")]
DAY = 86_400_000


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


class TestPost:
    async def test_shows_title_text_date_and_handle(self, blog):
        await blog.post(title="Why & how", html="<p>Body.</p>", summary="In short.", language="de")
        page = await blog.get("/2026/11/first")
        assert page.status == 200
        assert page.text.count("<h1") == 1
        assert '<h1 class="p-name">Why &amp; how</h1>' in page.text
        assert '<div class="prose e-content" lang="de" dir="ltr">\n<p>Body.</p>' in page.text
        assert "@blog@blog.example.org" in page.text
        assert '<time class="dt-published" datetime="2026-11-18T11:06:40Z">18 November 2026</time>' in page.text
        assert "In short." in page.text

    async def test_head_tells_machines_what_it_is(self, blog):
        await blog.post(tags=["web"], images=[("a.png", "A boat")])
        page = (await blog.get("/2026/11/first")).text
        for expected in (
            f'<link rel="canonical" href="https://{HOST}/2026/11/first">',
            f'<link rel="alternate" type="application/activity+json" href="https://{HOST}/ap/articles/first">',
            '<meta name="fediverse:creator" content="@blog@blog.example.org">',
            f'<meta property="og:image" content="https://{HOST}/media/a.png">',
            '<meta property="og:image:alt" content="A boat">',
            '<meta property="og:type" content="article">',
            '<meta property="article:tag" content="web">',
            f'<link rel="me" href="https://{HOST}/">',
        ):
            assert expected in page, expected

    async def test_nothing_is_loaded_from_elsewhere_and_no_cookie_is_set(self, blog):
        post = await blog.post(images=[("a.png", "A boat")])
        await blog.comment(post, by=await blog.person(avatar_name="face.png"))
        page = await blog.get("/2026/11/first")
        assert re.findall(r'(?:src|srcset)="(?!/)', page.text) == []
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert page.header("set-cookie") is None

    async def test_first_image_is_the_hero_unless_it_stands_in_the_text(self, blog):
        await blog.post("one", images=[("a.png", "A boat")])
        await blog.post("two", images=[("a.png", "A boat")], html=f'<p><img src="https://{HOST}/media/a.png"></p>')
        hero = '<img class="hero u-photo" src="/media/a.png" width="640" height="480" alt="A boat">'
        assert hero in (await blog.get("/2026/11/one")).text
        assert "hero" not in (await blog.get("/2026/11/two")).text

    async def test_content_warning_hides_the_text_behind_one_click(self, blog):
        await blog.post(content_warning="Spoilers", images=[("a.png", "A boat")])
        page = (await blog.get("/2026/11/first")).text
        assert re.search(r"<details[^>]*>\s*<summary>.*Spoilers</summary>.*Some words.*</details>", page, re.DOTALL)
        assert '<meta name="description" content="Spoilers">' in page
        assert "og:image" not in page

    async def test_counts_are_words(self, blog):
        post = await blog.post()
        assert "0 likes" not in (await blog.get("/2026/11/first")).text
        await blog.react(post)
        for kind in [ReactionKind.LIKE, *[ReactionKind.BOOST] * 3]:
            await blog.react(post, kind)
        await blog.react(post, ReactionKind.EMOJI, "🎉")
        shown = text_of((await blog.get("/2026/11/first")).text)
        assert "2 likes" in shown
        assert "3 boosts" in shown
        assert "🎉 1" in shown
        assert "0 comments" in shown

    async def test_one_of_each_is_one_of_each(self, blog):
        post = await blog.post()
        await blog.react(post)
        await blog.react(post, ReactionKind.BOOST)
        await blog.comment(post)
        shown = text_of((await blog.get("/2026/11/first")).text)
        assert "1 like " in shown
        assert "1 boost " in shown
        assert "1 comment " in shown

    async def test_edited_post_says_when(self, blog):
        await blog.post(edited_at=START + DAY)
        assert "edited 19 November 2026" in text_of((await blog.get("/2026/11/first")).text)

    async def test_document_has_its_own_type_and_is_kept_by_nobody_else(self, blog):
        await blog.post()
        document = await blog.get("/2026/11/first", headers=ACTIVITY)
        page = await blog.get("/2026/11/first", headers=[("accept", BROWSER)])
        assert json.loads(document.body)["id"] == f"https://{HOST}/ap/articles/first"
        assert document.header("content-type") == "application/activity+json"
        assert document.header("cache-control") == "no-store"
        assert (page.header("cache-control"), page.header("vary")) == ("no-cache", "Accept, Accept-Encoding")
        assert page.header("etag") != document.header("etag")

    async def test_former_address_redirects_and_the_new_one_answers(self, blog):
        post = await blog.post("old")
        from fedblog.store import posts

        await blog.write(lambda db: posts.add_path(db, post.blog_pk, "/2026/11/neu-ü", post.pk, START))
        await blog.save(post, path="/2026/11/neu-ü", slug="neu-ü")
        moved = await blog.get("/2026/11/old")
        assert (moved.status, moved.header("location")) == (308, f"https://{HOST}/2026/11/neu-%C3%BC")
        assert (await blog.get("/2026/11/neu-ü")).status == 200

    async def test_a_slash_at_the_end_leads_to_the_post(self, blog):
        await blog.post()
        assert (await blog.get("/2026/11/first/")).header("location") == f"https://{HOST}/2026/11/first"
        assert (await blog.get("//evil.example/")).header("location") == f"https://{HOST}/evil.example"

    @pytest.mark.parametrize("state", [PostState.UNPUBLISHED, PostState.DELETED])
    async def test_taken_back_post_is_gone_without_title_slug_or_text(self, blog, state):
        post = await blog.post("secretslug", title="Secrettitle", html="<p>Secretwords</p>")
        before = await blog.get("/2026/11/secretslug")
        await blog.save(post, state=state, unpublished_at=START)
        assert before.status == 200
        for headers in ([("accept", BROWSER)], ACTIVITY, []):
            gone = await blog.get("/2026/11/secretslug", headers=headers)
            assert gone.status == 410
            assert "secret" not in gone.text.lower().replace("/ap/articles/secretslug", "")
        assert json.loads((await blog.get("/2026/11/secretslug", headers=ACTIVITY)).body)["type"] == "Tombstone"
        assert "secret" not in (await blog.get("/")).text.lower()

    async def test_draft_has_no_page(self, blog):
        await blog.post(state=PostState.DRAFT, path="/2026/11/first", object_id=None, published_at=None)
        assert "Some words" not in (await blog.get("/2026/11/first")).text


class TestComments:
    async def test_is_one_element_with_number_name_handle_origin_and_answer(self, blog):
        post = await blog.post()
        first = await blog.comment(post, "<p>Well said.</p>", url="https://social.example/@ada/1")
        await blog.comment(post, "<p>Thank you.</p>", parent=first, by=blog.row.actor_pk)
        page = (await blog.get("/2026/11/first")).text
        assert page.count('id="comment-1"') == page.count('id="comment-2"') == 1
        assert re.search(r'id="comment-1".*<ol class="answers">\s*<li id="comment-2"', page, re.DOTALL)
        assert "@ada@social.example" in page
        assert 'href="https://social.example/@ada/1" rel="nofollow ugc noopener">Original on social.example</a>' in page
        assert '<span class="badge">Author</span>' in page
        assert "2 comments" in page
        assert "data-nosnippet" in page

    @pytest.mark.parametrize(
        "hidden",
        [
            {"state": CommentState.HELD, "number": 0},
            {"state": CommentState.HIDDEN},
            {"state": CommentState.REFUSED, "number": 0},
            {"audience": Audience.FOLLOWERS},
            {"audience": Audience.DIRECT},
            {"removed_at": START},
        ],
    )
    async def test_what_is_not_for_readers_stands_nowhere(self, blog, hidden):
        post = await blog.post(tags=["web"])
        await blog.comment(post, "<p>marker-7</p>", summary="marker-7", **hidden)
        for path in ("/", "/2026/11/first", "/tags/web", "/2026", "/feed.atom", "/feed.rss", "/feed.json"):
            page = await blog.get(path)
            assert page.status == 200
            assert "marker-7" not in page.text
            assert "1 comment" not in page.text

    async def test_removed_comment_keeps_its_place_for_its_answers(self, blog):
        post = await blog.post()
        gone = await blog.comment(post, "<p>marker-7</p>", removed_at=START, state=CommentState.REMOVED)
        await blog.comment(post, "<p>I agree.</p>", parent=gone)
        page = (await blog.get("/2026/11/first")).text
        assert "Comment 1 was removed." in page
        assert "marker-7" not in page
        assert "1 comment<" in page

    async def test_warning_and_attachments_are_words_and_links(self, blog):
        post = await blog.post()
        picture = Attachment("https://files.example/a.jpg", "image/jpeg", "A shed")
        await blog.comment(post, summary="Storm", attachments=(picture, Attachment("javascript:x", "", "Bad")))
        page = (await blog.get("/2026/11/first")).text
        assert re.search(r"<summary>.*<bdi>Storm</bdi></summary>", page)
        assert '<a href="https://files.example/a.jpg" rel="nofollow ugc noopener"><bdi>A shed</bdi></a>' in page
        assert "Bad" not in page

    async def test_face_is_served_from_here(self, blog):
        post = await blog.post()
        await blog.comment(post, by=await blog.person(avatar_url="https://social.example/a.png", avatar_name="f.png"))
        page = (await blog.get("/2026/11/first")).text
        assert 'src="/media/f.png"' in page
        assert "https://social.example/a.png" not in page

    async def test_empty_thread_invites(self, blog):
        await blog.post()
        assert "No comments yet." in (await blog.get("/2026/11/first")).text

    async def test_closed_post_says_so_and_offers_no_reply(self, blog):
        post = await blog.post(comment_policy=CommentPolicy.CLOSED)
        await blog.comment(post)
        page = (await blog.get("/2026/11/first")).text
        assert "Comments are closed." in page
        assert "/reply/" not in page

    async def test_hiding_shows_at_the_very_next_request(self, blog):
        from dataclasses import replace

        from fedblog.store import comments

        post = await blog.post()
        pk = await blog.comment(post, "<p>marker-7</p>")
        assert "marker-7" in (await blog.get("/2026/11/first")).text
        assert "1 comment" in (await blog.get("/")).text

        async def hide(db):
            await comments.save(db, replace(await comments.by_pk(db, pk), state=CommentState.HIDDEN))

        await blog.write(hide, f"post:{post.pk}")
        assert "marker-7" not in (await blog.get("/2026/11/first")).text
        assert "1 comment" not in (await blog.get("/")).text


class TestLists:
    async def test_new_blog_welcomes(self, blog):
        page = (await blog.get("/")).text
        assert "Nothing is published here yet." in page
        assert 'action="/follow"' in page

    async def test_home_shows_newest_first_with_teaser_tags_and_paging(self, blog):
        for number in range(12):
            await blog.post(f"p{number}", title=f"Post {number}.", at=START + number * DAY, tags=["web"])
        home, older = await blog.get("/"), await blog.get("/page/2")
        assert re.findall(r"Post \d+\.", home.text) == [f"Post {n}." for n in range(11, 1, -1)]
        assert re.findall(r"Post \d+\.", older.text) == ["Post 1.", "Post 0."]
        assert 'rel="next" href="/page/2"' in home.text
        assert 'rel="prev" href="/"' in older.text
        assert (await blog.get("/page/3")).status == 404
        assert (await blog.get("/page/1")).header("location") == "/"
        assert (await blog.get("/page/99999999999999999999999")).status == 404

    async def test_home_is_the_actor_to_servers(self, blog):
        answer = await blog.get("/", headers=ACTIVITY)
        assert json.loads(answer.body)["type"] == "Person"
        assert answer.header("cache-control") == "no-store"

    async def test_content_warning_stands_in_for_the_teaser(self, blog):
        await blog.post(content_warning="Spoilers", excerpt="The butler did it.")
        page = (await blog.get("/")).text
        assert "Spoilers" in page
        assert "butler" not in page

    async def test_tag_pages_hold_their_posts_only(self, blog):
        await blog.post("a", title="About-boats", tags=["größe"])
        await blog.post("b", title="About-cars", tags=["web"])
        page = await blog.get("/tags/größe")
        assert "About-boats" in page.text
        assert "About-cars" not in page.text
        assert 'href="/tags/gr%C3%B6%C3%9Fe"' in page.text
        assert (await blog.get("/tags/none")).status == 404

    async def test_archive_is_by_the_year_of_the_blogs_clock(self, blog):
        await blog.post("a", title="In-november", at=START)
        await blog.post("b", title="Next-year", at=START + 60 * DAY)
        page = (await blog.get("/2026")).text
        assert "In-november" in page
        assert "Next-year" not in page
        assert "<h2>November</h2>" in page
        assert (await blog.get("/1999")).status == 404
        assert (await blog.get("/99999999")).status == 404
        assert '<a href="/2027">2027</a>' in (await blog.get("/")).text


class TestNotices:
    async def test_browser_gets_a_page_and_machines_a_line(self, blog):
        page = await blog.get("/nothing/here", headers=[("accept", BROWSER)])
        line = await blog.get("/nothing/here", headers=ACTIVITY)
        assert (page.status, line.status) == (404, 404)
        assert "There is nothing here" in page.text
        assert "@blog@blog.example.org" in page.text
        assert page.header("etag") is None
        assert line.header("content-type").startswith("text/plain")

    @pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "BREW"])
    async def test_unknown_method_gets_405_with_what_is_allowed(self, blog, method):
        answer = await blog.get("/follow", method=method)
        assert answer.status == 405
        assert set(answer.header("allow").split(", ")) == {"GET", "HEAD", "POST"}

    @pytest.mark.parametrize("path", ["/\0", "/2026/11/\0", "/tags/\ufffd", "/%00", "/2026/11/" + "x" * 5000])
    async def test_odd_paths_are_refused_in_words(self, blog, path):
        assert (await blog.get(path)).status in {400, 404, 414}

    async def test_every_page_carries_the_policy(self, blog):
        await blog.post()
        for path in ("/", "/2026/11/first", "/nope", "/feed.atom", "/follow", "/health", "/robots.txt"):
            answer = await blog.get(path)
            assert answer.header("content-security-policy").startswith("default-src 'none'"), path
            assert answer.header("x-content-type-options") == "nosniff", path


async def test_custom_emoji_are_pictures_in_names_and_reactions(blog):
    post = await blog.post()
    cat = NameEmoji(":cat:", "https://social.example/cat.png", "c" * 32 + ".png")
    dog = NameEmoji(":dog:", "https://social.example/dog.png")
    ada = await blog.person(emojis=(cat, dog))
    await blog.write(lambda db: db.run("UPDATE actor SET name = 'Ada :cat: :dog: <i>' WHERE pk = ?", ada))
    await blog.comment(post, by=ada)
    page = (await blog.get(post.path)).text
    picture = f'<img src="/media/{cat.file_name}" alt=":cat:" title=":cat:" class="emoji">'
    assert f"<bdi>Ada {picture} :dog: &lt;i&gt;</bdi>" in page


async def test_a_reaction_with_a_custom_emoji_shows_our_copy(blog):
    post, file_name = await blog.post(), "c" * 32 + ".png"
    url = "https://social.example/cat.png"
    await blog.write(lambda db: emojis.save(db, EmojiCopy(url, file_name, 1)))
    await blog.react(post, ReactionKind.EMOJI, ":cat:", icon_url=url)
    page = (await blog.get(post.path)).text
    assert f'<img class="emoji" src="/media/{file_name}" width="20" height="20" alt=":cat:" title=":cat:"> 1' in page


async def test_a_post_with_fifty_comments_is_no_heavier_than_sixty_kilobytes(blog):
    words = "I read it twice, once on the train and once at home, and found another thing to like each time. "
    post = await blog.post(html=f"<p>{words * 5}</p>")
    for number in range(50):
        person = await blog.person(f"reader{number}", avatar_url="https://x.example/", avatar_name=f"{number:032x}.png")
        await blog.comment(post, f"<p>{words}</p>", by=person)
    page = await blog.get(post.path)
    assert page.text.count('class="comment ') == 50
    assert len(page.body) <= 60_000
