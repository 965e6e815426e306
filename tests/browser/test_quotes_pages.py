"""Quotes and who may do what, in a real browser: the list, the forms, and the post's page."""

import pytest

from fedblog.domain.comment import Audience, CommentState
from fedblog.domain.interaction import Interaction, InteractionKind, InteractionState, Quote, QuotePolicy, ReplyScope
from fedblog.domain.moderation import Rule
from fedblog.services import authorizing, publishing
from fedblog.services.workshop import the_blog
from fedblog.services.writing import Draft
from fedblog.store import comments, quotes
from tests.browser.pages import VIEWS
from tests.fediverse.clock import START
from tests.unit.web.conftest import Blog

LONG_HOST = "a-very-long-name-of-a-server-that-does-not-break.example.org"


def interaction(post, actor_pk, object_id, kind=InteractionKind.QUOTE):
    request = f'{{"id":"{object_id}/ask","object":"{post.object_id}","instrument":"{object_id}"}}'
    state = InteractionState.ASKED
    return Interaction(0, 1, kind, actor_pk, post.pk, object_id, post.object_id, request, state, None, START, None)


def quote(post, actor_pk, object_id, text, audience=Audience.PUBLIC):
    html = f"<p>{text}</p>"
    return Quote(
        0, 1, post.pk, None, actor_pk, object_id, post.object_id, audience, html, text, object_id, START, None, START, None
    )  # fmt: skip


@pytest.fixture
async def quoted(page, running_blog):
    """A post that is quoted in each way, with a held comment that asked first; the page is logged in."""
    await running_blog.log_in(page)
    shop = running_blog.shop
    rows = Blog(None, shop, await the_blog(shop.store.reader), running_blog.box)
    ada, eve = await rows.person(), await rows.person("eve_with_a_name_that_is_very_long_too", LONG_HOST)
    post = await publishing.publish_new(
        shop,
        Draft(
            "On slow reading, and on the margins where readers live",
            "Read.",
            reply_scope=ReplyScope.FOLLOWERS,
            quote_policy=QuotePolicy.HOLD_ALL,
        ),
    )
    comment_pk = await rows.comment(post, "<p>May I say this?</p>", by=ada, state=CommentState.HELD, rule=Rule.HOLD_ALL,
                                    number=0, shown_at=None)  # fmt: skip

    async def work(db):
        for number, (actor, text) in enumerate(
            [(ada, "Everybody should read this."), (eve, "I do not agree with a word of it."), (eve, "Look.")]
        ):
            object_id = f"https://social.example/quotes/{number}"
            await quotes.save(db, quote(post, actor, object_id, text))
            if number == 0:
                await authorizing.approve(db, shop, interaction(post, actor, object_id))
            if number == 1:
                await authorizing.hold(db, interaction(post, actor, object_id))
        comment = await comments.by_pk(db, comment_pk)
        await authorizing.hold(db, interaction(post, ada, comment.object_id, InteractionKind.REPLY))
        db.touch(f"post:{post.pk}")

    await shop.store.write(work)
    return post


@pytest.mark.parametrize("has_script", [False])
async def test_a_quote_that_waits_is_allowed_and_the_permission_taken_back(page, running_blog, quoted):
    await page.goto(f"{running_blog.url}/admin/")
    await page.get_by_role("link", name="Quotes 1 waiting").click()
    await page.get_by_role("link", name="Waiting (1)").click()
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_text("The quote is allowed").wait_for()
    await page.goto(running_blog.url + quoted.path)
    assert "eve_with_a_name" in await page.get_by_role("region", name="Quoted by").inner_text()
    await page.goto(f"{running_blog.url}/admin/quotes")
    assert await page.get_by_text("did not ask").count() == 1
    eves = page.get_by_role("article").filter(has_text="I do not agree")
    await eves.get_by_role("button", name="Take the permission back").click()
    await page.get_by_text("The quote is refused").wait_for()
    await page.goto(running_blog.url + quoted.path)
    assert "eve_with_a_name" not in await page.get_by_role("region", name="Quoted by").inner_text()


@pytest.mark.parametrize("has_script", [False])
async def test_who_may_comment_and_quote_is_set_for_the_blog_and_for_a_post(page, running_blog, quoted):
    await page.goto(f"{running_blog.url}/admin/posts/{quoted.pk}")
    assert await page.get_by_label("Who may comment").input_value() == "followers"
    await page.get_by_label("Who may comment").select_option("mentioned")
    await page.get_by_label("Who may quote it").select_option("nobody")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved.").wait_for()
    assert await page.get_by_label("Who may quote it").input_value() == "nobody"
    await page.goto(running_blog.url + quoted.path)
    assert await page.get_by_text("Only people whom this post names can comment on it.").count() == 1
    await page.goto(f"{running_blog.url}/admin/settings")
    await page.get_by_label("Who may quote posts").select_option("followers")
    await page.get_by_role("button", name="Save settings").click()
    await page.get_by_text("Saved.").wait_for()
    assert await page.get_by_label("Who may quote posts").input_value() == "followers"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_the_pages_fit_their_windows(page, running_blog, quoted, photograph):
    pages = {
        "admin-quotes": "/admin/quotes",
        "admin-quotes-waiting": "/admin/quotes?show=waiting",
        "admin-quotes-of-post": f"/admin/quotes?post={quoted.pk}",
        "admin-comments-asked": "/admin/comments",
        "admin-compose-policies": f"/admin/posts/{quoted.pk}",
        "admin-settings-policies": "/admin/settings",
        "post-quoted": quoted.path,
    }
    for name, path in pages.items():
        await page.goto(running_blog.url + path)
        await photograph(name)
        width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, name
