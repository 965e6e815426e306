"""What a reader sees of a comment."""

from fedblog.ap.parse.object import read_object
from fedblog.domain.actor import Actor, ActorKind
from fedblog.services import commenting, publishing
from fedblog.services.replies import read_reply
from fedblog.services.workshop import the_actor, the_blog
from fedblog.services.writing import Draft
from fedblog.store import actors
from tests.fediverse.peer import PUBLIC

ADA = "https://pond.example/users/ada"


async def _comment(blog, post, content):
    """A public reply of ada's, with the Mention of the blog that her server writes before it."""
    shop = blog.shop

    async def work(db):
        found, us, now = await the_blog(db), await the_actor(db), shop.now()
        pk = await actors.save(db, _ada(now))
        note = {
            "type": "Note",
            "id": f"{ADA}/1",
            "attributedTo": ADA,
            "to": PUBLIC,
            "inReplyTo": post.object_id,
            "tag": {"type": "Mention", "href": us.actor_id, "name": found.full_handle},
            "content": f'<p><a href="{us.url}" class="u-url mention">@<span>blog</span></a> {content}</p>',
        }
        ada = await actors.by_pk(db, pk)
        await commenting.take(db, found, read_reply(read_object(note), note["id"], ada, found, None), now)

    await shop.store.write(work)


def _ada(now):
    texts = dict.fromkeys(("summary", "outbox", "followers"), "")
    times = dict.fromkeys(("hides_public_at", "hides_unlisted_at", "suspended_at", "gone_at"))
    return Actor(
        pk=0, kind=ActorKind.REMOTE, actor_id=ADA, type="Person", host="pond.example", name="Ada", username="ada",
        handle="ada@pond.example", url=ADA, inbox=f"{ADA}/inbox", shared_inbox=None, avatar_url=None, avatar_name=None,
        also_known_as=(), moved_to=None, fetched_at=now, created_at=now, **texts, **times,
    )  # fmt: skip


async def test_a_reply_does_not_begin_with_the_name_of_the_blog(page, running_blog):
    post = await publishing.publish_new(running_blog.shop, Draft("On slow reading", "Read slowly."))
    await _comment(running_blog, post, "I read it twice.")

    await page.goto(f"{running_blog.url}{post.path}")

    text = page.locator("#comment-1 .comment-text")
    assert (await text.inner_text()).strip() == "I read it twice."
    assert "@blog" in (await text.text_content() or "")
