"""A blog, its actor and a post, for documents to be made of."""

from dataclasses import replace
from typing import Any

from fedblog.ap.render.actor import PersonParts
from fedblog.ap.render.article import ArticleParts
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.blog import Blog, CommentPolicy, ProfileField
from fedblog.domain.comment import Audience, Comment, CommentState
from fedblog.domain.own_key import OwnKey
from fedblog.domain.post import Addressee, Post, PostState

BASE = "https://blog.test"
ACTOR_ID = f"{BASE}/ap/actors/01ACTOR"
ARTICLE_ID = f"{BASE}/ap/articles/01POST"
NOTE_ID = f"{BASE}/ap/notes/01NOTE"
PUBLISHED_AT = 1_795_406_400_000
DAY = 86_400_000

BLOG = Blog(
    pk=1,
    base_url=BASE,
    handle="blog",
    handle_domain="blog.test",
    actor_pk=1,
    instance_actor_pk=2,
    title="Slow & steady",
    description="",
    language="en",
    time_zone="UTC",
    comment_policy=CommentPolicy.CAUTIOUS,
    approves_followers_at=None,
    fields=(ProfileField("Blog", "https://elsewhere.test/"), ProfileField("Town", "Bath & Wells")),
    avatar_pk=None,
    header_pk=None,
    feed_token="token",
    created_at=PUBLISHED_AT - 5 * DAY + 1234,
    updated_at=PUBLISHED_AT,
    update_due_at=None,
)

ACTOR = Actor(
    pk=1,
    kind=ActorKind.BLOG,
    actor_id=ACTOR_ID,
    type="Person",
    host="blog.test",
    name="Slow & steady",
    username="blog",
    handle="blog@blog.test",
    summary="",
    url=f"{BASE}/",
    inbox=f"{ACTOR_ID}/inbox",
    shared_inbox=f"{BASE}/inbox",
    outbox=f"{ACTOR_ID}/outbox",
    followers=f"{ACTOR_ID}/followers",
    avatar_url=None,
    avatar_name=None,
    also_known_as=(),
    moved_to=None,
    hides_public_at=None,
    hides_unlisted_at=None,
    suspended_at=None,
    gone_at=None,
    fetched_at=0,
    created_at=0,
)

INSTANCE = replace(
    ACTOR,
    pk=2,
    kind=ActorKind.INSTANCE,
    actor_id=f"{BASE}/ap/instance",
    type="Application",
    name="blog.test",
    username="blog.test",
    inbox=f"{BASE}/inbox",
    outbox="",
    followers="",
)

KEY = OwnKey(
    pk=1,
    actor_pk=1,
    key_id=f"{ACTOR_ID}#main-key",
    kind="rsa",
    private_pem="",
    public_pem="-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
    created_at=0,
    retired_at=None,
)

POST = Post(
    pk=1,
    blog_pk=1,
    ulid="01POST",
    state=PostState.PUBLISHED,
    object_id=ARTICLE_ID,
    path="/2026/11/slow-reading",
    title="On slow reading",
    slug="slow-reading",
    markdown="One.\n\nTwo.",
    html="<p>One.</p><p>Two.</p>",
    summary="",
    summary_off_at=None,
    excerpt="One. Two.",
    language="en-GB",
    content_warning="",
    comment_policy=None,
    last_comment_number=0,
    created_at=PUBLISHED_AT,
    published_at=PUBLISHED_AT,
    edited_at=None,
    updated_at=None,
    update_due_at=None,
    update_sent_at=None,
    unpublished_at=None,
    deleted_at=None,
)

ANSWER = Comment(
    pk=1,
    blog_pk=1,
    post_pk=1,
    parent_pk=None,
    number=2,
    object_id=NOTE_ID,
    actor_pk=1,
    state=CommentState.SHOWN,
    audience=Audience.PUBLIC,
    rule="",
    html="<p>Thank you.</p>",
    text="Thank you.",
    markdown="Thank you.",
    summary="",
    language="en",
    url="",
    attachments=(),
    published_at=PUBLISHED_AT,
    updated_at=None,
    edited_at=None,
    received_at=PUBLISHED_AT,
    shown_at=PUBLISHED_AT,
    removed_at=None,
    read_at=None,
)

BOB = Addressee(
    "bob@remote.test", "https://remote.test/users/bob", "https://remote.test/@bob", "https://remote.test/inbox"
)


def article_parts(content: str = "<p>One.</p><p>Two.</p>", **changes: Any) -> ArticleParts:
    """The post as an Article is made of it, with changes to the post."""
    return ArticleParts(replace(POST, **changes), BLOG, ACTOR, content)


def person_parts(**changes: Any) -> PersonParts:
    """The actor as its document is made of it, with changes to the parts."""
    parts = PersonParts(ACTOR, BLOG, KEY, f"{ACTOR_ID}/following", f"{ACTOR_ID}/featured", "<p>Essays.</p>")
    return replace(parts, **changes)
