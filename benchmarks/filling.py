"""What the measured blogs hold: a post of some length, people, their comments, followers."""

from dataclasses import replace

from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.comment import Audience, Comment, CommentState
from fedblog.domain.follower import Follower, FollowState
from fedblog.domain.post import Post
from fedblog.services import publishing
from fedblog.services.workshop import Workshop
from fedblog.services.writing import Draft
from fedblog.store import actors, comments, followers, posts
from fedblog.store.door import Writer

PARAGRAPH = "Reading slowly is an old habit, and *worth keeping*: a page that is read twice stays. "
DRAFT = Draft("On slow reading", "\n\n".join([PARAGRAPH * 7] * 15), tags=("reading",))
WORDS = "I read it twice, once on the train and once at home, and found another thing to like each time. " * 3


async def publish_with_comments(shop: Workshop, count: int) -> Post:
    """A post of some 1,500 words with comments of different people."""
    post = await publishing.publish_new(shop, DRAFT)

    async def work(db: Writer) -> None:
        for number in range(1, count + 1):
            actor_pk = await actors.save(db, person(f"p{number}.test", shop.now()))
            await comments.create(db, comment(post, actor_pk, number, shop.now()))
        await posts.save(db, replace(post, last_comment_number=count))
        db.touch(f"post:{post.pk}")

    await shop.store.write(work)
    return post


def person(host: str, now: int, *, port: str = "", name: str = "ada") -> Actor:
    """Somebody on another server."""
    origin = f"http://{host}{port}"
    return Actor(
        pk=0,
        kind=ActorKind.REMOTE,
        actor_id=f"{origin}/users/{name}",
        type="Person",
        host=host,
        name=name.title(),
        username=name,
        handle=f"{name}@{host}{port}",
        summary="",
        url=f"{origin}/@{name}",
        inbox=f"{origin}/users/{name}/inbox",
        shared_inbox=f"{origin}/inbox",
        outbox="",
        followers=f"{origin}/users/{name}/followers",
        avatar_url=None,
        avatar_name=None,
        also_known_as=(),
        moved_to=None,
        hides_public_at=None,
        hides_unlisted_at=None,
        suspended_at=None,
        gone_at=None,
        fetched_at=now,
        created_at=now,
    )


def comment(post: Post, actor_pk: int, number: int, now: int) -> Comment:
    """A shown comment."""
    return Comment(
        pk=0,
        blog_pk=post.blog_pk,
        post_pk=post.pk,
        parent_pk=None,
        number=number,
        object_id=f"http://p{number}.test/notes/{post.pk}/{number}",
        actor_pk=actor_pk,
        state=CommentState.SHOWN,
        audience=Audience.PUBLIC,
        rule="",
        html=f"<p>{WORDS}</p>",
        text=WORDS,
        markdown="",
        summary="",
        language="en",
        url=f"http://p{number}.test/@ada/{number}",
        attachments=(),
        published_at=now,
        updated_at=None,
        edited_at=None,
        received_at=now,
        shown_at=now,
        removed_at=None,
        read_at=None,
    )


async def follow(db: Writer, blog_pk: int, actor: Actor, now: int) -> None:
    """That person follows the blog, and has had the Accept."""
    actor_pk = await actors.save(db, actor)
    inbox = actor.shared_inbox or actor.inbox
    follower = Follower(
        0, blog_pk, actor_pk, FollowState.ACCEPTED, None, "{}", inbox, actor.host, now, accepted_at=now,
        accept_delivered_at=now,
    )  # fmt: skip
    await followers.save(db, follower)
