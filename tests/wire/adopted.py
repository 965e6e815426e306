"""A blog whose rows hold the ids that the captured requests name, and the servers that sent them.

Ids are data: a blog that took over those of another engine receives under them like any other. Its old personal
inbox is led to the new one as a proxy would do it: routed there, with the address that was signed left as it was.
"""

import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from fedblog.ap.parse.object import read_object
from fedblog.ap.signatures import Form, KeyPair, SigningKey, read_private_key
from fedblog.config import StorageConfig
from fedblog.domain.actor import Actor
from fedblog.domain.comment import Reaction, ReactionKind
from fedblog.domain.follower import Follower, FollowState
from fedblog.domain.inbox_event import InboxEvent
from fedblog.domain.post import Post
from fedblog.services import answering, commenting, moderating, resolving
from fedblog.services.replies import read_reply
from fedblog.services.workshop import the_actor, the_blog
from fedblog.store import comments, followers, inbox_events, mentions, posts, reactions
from fedblog.store.comments import CommentLine
from fedblog.store.door import Writer
from fedblog.store.mentions import MentionLine
from fedblog.world import WireRequest, WireResponse
from tests.fediverse import Box, HandClock
from tests.fediverse.blog import Blog, blog_in
from tests.fediverse.box import AsgiApp, call_asgi
from tests.fediverse.peer import PUBLIC, spare_key_pair
from tests.wire.captured import Captured, signed_anew

HOST = "blog.test"
ORIGIN = f"https://{HOST}"
ACTOR = f"{ORIGIN}/users/blog"
OLD_INBOX = "/users/blog/inbox"
ANSWER = f"{ORIGIN}/comments/1"
FOUNDED_AT = 1_795_305_600_000  # the evening before the captures were made


@dataclass
class Sender:
    """A captured server: it shows its actors as they were at the moment, and takes what is delivered to it.

    With `public_pem` that is the key which they all show, in place of their own.
    """

    host: str
    public_pem: str | None = None
    actors: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    delivered: list[dict[str, Any]] = field(default_factory=list)

    def knows(self, capture: Captured) -> None:
        """From now on the actor of that capture looks as it did then."""
        actor_id = capture.actor["id"]
        self.actors[actor_id] = dict(capture.actor)
        if self.public_pem:
            self.actors[actor_id]["publicKey"] = capture.actor["publicKey"] | {"publicKeyPem": self.public_pem}
        self.keys[capture.key["id"].partition("#")[0]] = actor_id

    async def serve(self, request: WireRequest) -> WireResponse:
        """Answer one request."""
        address = f"https://{self.host}{request.target}"
        if request.method == "POST":
            self.delivered.append(json.loads(request.body))
            return WireResponse(202, (), b"")
        if request.target.startswith("/.well-known/webfinger?"):
            return self._account(parse_qs(request.target.partition("?")[2])["resource"][0])
        actor_id = self.keys.get(address, address)
        if actor_id in self.gone:
            return WireResponse(410, (), b"")
        return _json(self.actors[actor_id]) if actor_id in self.actors else WireResponse(404, (), b"")

    def _account(self, resource: str) -> WireResponse:
        for actor_id, actor in self.actors.items():
            if resource == f"acct:{actor['preferredUsername']}@{self.host}":
                link = {"rel": "self", "type": "application/activity+json", "href": actor_id}
                return _json({"subject": resource, "links": [link]})
        return WireResponse(404, (), b"")


def _pair() -> KeyPair:
    return spare_key_pair(0)


def _signing_key(capture: Captured) -> SigningKey:
    return SigningKey(capture.key["id"], read_private_key(_pair().private_pem))


def _json(document: Any) -> WireResponse:
    return WireResponse(200, (("content-type", "application/activity+json"),), json.dumps(document).encode())


@dataclass
class Adopted:
    """The blog at blog.test in the middle of a story: what it was handed, and what can be seen of it.

    `public_before` is all that was public when the latest request came. With `form`, everything comes signed anew
    in that form by a key of the tests; without, exactly as it was captured.
    """

    blog: Blog
    essay: Post
    form: Form | None = None
    senders: dict[str, Sender] = field(default_factory=dict)
    public_before: str = ""

    # ------------------------------------------------------------ what happens

    async def takes(self, capture: Captured) -> WireResponse:
        """Send a captured request to the blog at its own time, and let the worker process it."""
        self.blog.box.clock.at = max(self.blog.box.clock.at, capture.received_at)
        self.sender_of(capture).knows(capture)
        self.public_before = await self.everything_public()
        answer = await self.deliver(capture)
        await self.blog.work()
        return answer

    async def deliver(self, capture: Captured) -> WireResponse:
        """The request itself, through all of the web, and its answer."""
        message = capture.message
        if self.form:
            message = signed_anew(message, _signing_key(capture), self.form, self.blog.box.clock.now())
        wire = WireRequest(message.method, "https", HOST, 443, message.target, message.headers, message.body)
        return await call_asgi(await self._behind_a_proxy(), wire)

    async def _behind_a_proxy(self) -> AsgiApp:
        inbox = (await the_actor(self.reader)).inbox.removeprefix(ORIGIN)

        async def proxy(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            routed = {**scope, "path": inbox} if scope["path"] == OLD_INBOX else scope
            await self.blog.site(routed, receive, send)

        return proxy

    def sender_of(self, capture: Captured) -> Sender:
        """The server that sent it, which is there from now on."""
        host = capture.actor["id"].split("/")[2]
        if host not in self.senders:
            self.senders[host] = Sender(host, _pair().public_pem if self.form else None)
            self.blog.box.add(host, self.senders[host].serve)
        return self.senders[host]

    async def answers(self, number: int, markdown: str) -> None:
        """The author answers a comment; the answer has the id that the captures name."""
        line = await self.line(number)
        assert line is not None
        answer = await answering.answer(self.blog.shop, self.essay.pk, line.pk, markdown)
        await self.blog.shop.store.write(lambda db: _rename(db, answer.object_id, ANSWER))
        await self.blog.work()

    async def approves(self, object_id: str) -> None:
        """The author lets a comment through."""
        comment = await comments.by_object_id(self.reader, self.essay.blog_pk, object_id)
        assert comment is not None
        await moderating.approve(self.blog.shop, comment.pk, by="author")

    async def is_followed_by(self, capture: Captured) -> None:
        """The sender follows (again), by a Follow that was not captured."""
        self.sender_of(capture).knows(capture)
        actor = await resolving.actor_of(self.blog.shop, capture.actor["id"])
        await self.blog.shop.store.write(lambda db: followers.save(db, _follower(actor, self.essay, capture)))

    async def has_heard_from(self, capture: Captured, words: str) -> None:
        """The sender has followed, commented and liked, none of which was captured."""
        await self.is_followed_by(capture)
        shop, now, author = self.blog.shop, capture.received_at, capture.actor["id"]
        actor = await resolving.actor_of(shop, author, with_handle=True)
        note = {
            "id": f"{author}/notes/1",
            "type": "Note",
            "attributedTo": author,
            "inReplyTo": self.essay.object_id,
            "content": words,
            "to": PUBLIC,
        }

        async def work(db: Writer) -> None:
            blog = await the_blog(db)
            reply = read_reply(read_object(note), note["id"], actor, blog, None)
            await commenting.take(db, blog, reply, now)
            like = Reaction(
                0, blog.pk, self.essay.pk, None, actor.pk, ReactionKind.LIKE, "", note["inReplyTo"], None, now
            )
            await reactions.add(db, like)

        await shop.store.write(work)

    # ------------------------------------------------------------ what is seen

    @property
    def reader(self) -> Any:
        return self.blog.shop.store.reader

    async def page(self) -> str:
        """The page of the essay."""
        return await self.blog.page(self.essay)

    async def shown(self, number: int) -> str:
        """The element of one comment on that page, "" when there is none."""
        _, found, after = (await self.page()).partition(f'id="comment-{number}"')
        return found + after.partition('id="comment-')[0].partition("<footer")[0]

    async def line(self, number: int) -> CommentLine | None:
        """The public row of a comment."""
        lines = await comments.thread(self.reader, self.essay.pk)
        return next((line for line in lines if line.number == number), None)

    async def kept(self, object_id: str) -> CommentLine | None:
        """The row of a comment, whatever its state."""
        lines = await comments.listed(self.reader, self.essay.blog_pk)
        return next((line for line in lines if line.object_id == object_id), None)

    async def mention(self, object_id: str) -> MentionLine | None:
        """What the author finds on the page of mentions and private messages."""
        lines = await mentions.listed(self.reader, self.essay.blog_pk)
        return next((line for line in lines if line.object_id == object_id), None)

    async def followers(self) -> list[str]:
        """The ids of those who follow."""
        return [line.actor_id for line in await followers.listed(self.reader, self.essay.blog_pk)]

    async def ledger(self) -> list[InboxEvent]:
        """Every received activity with its verdict, newest first."""
        return await inbox_events.listed(self.reader, self.essay.blog_pk)

    async def everything_public(self) -> str:
        """All that anybody may fetch of the essay and of the blog."""
        pages = [self.essay.path or "", "/", "/feed.atom", "/feed.json"]
        return "".join([(await self.blog.get(path)).body.decode() for path in pages])


@asynccontextmanager
async def adopted_blog(storage: StorageConfig, form: Form | None = None) -> AsyncIterator[Adopted]:
    """A blog with two essays under the captured ids."""
    async with blog_in(Box(clock=HandClock(FOUNDED_AT)), storage, HOST) as blog:
        await blog.shop.store.write(_rename_actor)
        first = await blog.publish("The careers service", "A website is not a service.", slug="essay-1")
        second = await blog.publish("Second thoughts", "Six steps.", slug="essay-2")
        for number, post in ((1, first), (2, second)):
            await blog.shop.store.write(lambda db, n=number, p=post: _rename_post(db, p, n))
        essay = await posts.by_pk(blog.shop.store.reader, first.pk)
        assert essay is not None
        yield Adopted(blog, essay, form)


async def _rename_actor(db: Writer) -> None:
    before = (await the_actor(db)).actor_id
    await db.run(
        "UPDATE actor SET actor_id = ?, outbox = ?, followers = ? WHERE kind = 'blog'",
        ACTOR,
        *(f"{ACTOR}/{name}" for name in ("outbox", "followers")),
    )
    await db.run(
        "UPDATE own_key SET key_id = replace(key_id, ?, ?) WHERE actor_pk = (SELECT actor_pk FROM blog)",
        before,
        ACTOR,
    )
    db.touch("frame")


async def _rename_post(db: Writer, post: Post, number: int) -> None:
    object_id = f"{ORIGIN}/posts/{number}"
    await db.run("UPDATE post SET object_id = ? WHERE pk = ?", object_id, post.pk)
    await db.run("UPDATE own_object SET object_id = ? WHERE object_id = ?", object_id, post.object_id)
    await posts.add_path(db, post.blog_pk, f"/essay-{number}/", post.pk, FOUNDED_AT)
    db.touch(f"post:{post.pk}")


async def _rename(db: Writer, before: str, after: str) -> None:
    await db.run("UPDATE comment SET object_id = ? WHERE object_id = ?", after, before)
    await db.run("UPDATE own_object SET object_id = ? WHERE object_id = ?", after, before)
    await db.run("UPDATE addressee SET object_id = ? WHERE object_id = ?", after, before)


def _follower(actor: Actor, essay: Post, capture: Captured) -> Follower:
    now = capture.received_at
    inbox = actor.shared_inbox or actor.inbox
    return Follower(0, essay.blog_pk, actor.pk, FollowState.ACCEPTED, None, "{}", inbox, actor.host, now, now, now)
