"""The receiving half of a blog in the box: its inbox and what the worker makes of it, without web and worker."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from fedblog.ap.signatures import Message
from fedblog.app import open_workshop
from fedblog.config import Config, FederationConfig, ServerConfig, SiteConfig, StorageConfig
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Comment
from fedblog.domain.inbox_event import InboxEvent
from fedblog.domain.post import Post
from fedblog.services import founding, publishing
from fedblog.services.outcomes import Later, Outcome
from fedblog.services.processing import processor
from fedblog.services.receiving import Inbox, Receipt
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.services.writing import Draft
from fedblog.store import blogs, comments, inbox_events, posts, reactions
from fedblog.store.door import Writer
from fedblog.urls import Url
from fedblog.world import WireRequest
from tests.fediverse.box import Box
from tests.fediverse.peer import Person, own_key_pairs

HOST = "blog.example"
INBOX = f"https://{HOST}/inbox"


@dataclass
class Receiver:
    """A blog that receives. `verdicts` holds what became of each processed event, in order."""

    box: Box
    shop: Workshop
    inbox: Inbox
    actor_id: str
    verdicts: list[Outcome | Later] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.process = processor(self.shop)

    @property
    def db(self) -> Any:
        return self.shop.store.reader

    async def take(self, request: WireRequest) -> Receipt:
        """One POST to the inbox, as the web hands it over."""
        message = Message("POST", "https", HOST, request.target, request.headers, request.body)
        return await self.inbox.receive(message)

    async def post(self, person: Person, activity: Mapping[str, Any], **how: Any) -> Receipt:
        """Deliver an activity, signed by that person."""
        return await self.take(person.request(INBOX, activity, **how))

    async def work(self) -> list[Outcome | Later]:
        """Process what is due now, and return what became of it."""
        done: list[Outcome | Later] = []
        while events := await self.claimed():
            done += [await self.process(self.shop, event) for event in events]
        self.verdicts += done
        return done

    async def claimed(self) -> list[InboxEvent]:
        now = self.shop.now()
        return await self.shop.store.write(lambda db: inbox_events.claim(db, "worker", now, now + 60_000, 20))

    async def hear(self, person: Person, activity: Mapping[str, Any], **how: Any) -> tuple[str, str]:
        """Deliver one activity and process it: its verdict and the reason, as the ledger has them."""
        receipt = await self.post(person, activity, **how)
        assert receipt.status == 202, receipt
        await self.work()
        return await self.last_line()

    async def last_line(self) -> tuple[str, str]:
        [event] = await inbox_events.listed(self.db, 1, limit=1)
        return event.verdict.value, event.reason

    async def publish(self, title: str = "On slow reading") -> Post:
        return await publishing.publish_new(self.shop, Draft(title, "Read slowly."))

    async def set_policy(self, policy: CommentPolicy, *, by_hand: bool = False) -> None:
        """Change who may comment, and whether followers are let in by hand."""

        async def work(db: Writer) -> None:
            blog = await the_blog(db)
            approves = self.shop.now() if by_hand else None
            await blogs.save_settings(db, replace(blog, comment_policy=policy, approves_followers_at=approves))
            db.touch("settings")

        await self.shop.store.write(work)

    async def comments(self, post: Post) -> list[tuple[int | None, str]]:
        """Number and text of the comments that readers see."""
        return [(line.number, line.text) for line in await comments.thread(self.db, post.pk)]

    async def comment(self, note: Mapping[str, Any]) -> Comment | None:
        """The row of a note, whatever its state."""
        return await comments.by_object_id(self.db, 1, note["id"])

    async def reactions(self, object_id: str | None) -> tuple[int, int]:
        """Likes and boosts."""
        counts = await reactions.counts(self.db, object_id or "")
        return counts.likes, counts.boosts

    async def sent(self, kind: str) -> list[dict[str, Any]]:
        """The activities of that type that are on their way or gone, oldest first."""
        rows = await self.db.all("SELECT body FROM activity WHERE kind = ? ORDER BY pk", kind)
        return [json.loads(bytes(row["body"])) for row in rows]

    async def waiting_inboxes(self, kind: str) -> list[str]:
        """Where deliveries of that type still have to go."""
        rows = await self.db.all(
            "SELECT d.inbox FROM delivery d JOIN activity a ON a.pk = d.activity_pk "
            "WHERE a.kind = ? AND d.ended_at IS NULL ORDER BY d.pk",
            kind,
        )
        return [row["inbox"] for row in rows]

    async def unproven(self) -> dict[str, int]:
        """How often what was not taken, for which reason."""
        lines = await inbox_events.unproven(self.db)
        counts: dict[str, int] = {}
        for line in lines:
            counts[line.reason] = counts.get(line.reason, 0) + line.count
        return counts

    async def ledger(self) -> list[InboxEvent]:
        return await inbox_events.listed(self.db, 1)

    async def refreshed(self, post: Post) -> Post:
        found = await posts.by_pk(self.db, post.pk)
        assert found is not None
        return found


def config_for(storage: StorageConfig, host: str = HOST) -> Config:
    """The configuration of a blog in the box."""
    site = SiteConfig(Url.parse(f"https://{host}"), "blog", "", "A quiet blog", "en", "UTC")
    return Config(site, ServerConfig("127.0.0.1", 0, None, None, (), "info"), storage, FederationConfig())


@asynccontextmanager
async def receiver_in(box: Box, storage: StorageConfig, host: str = HOST) -> AsyncIterator[Receiver]:
    """A founded blog with an inbox."""
    config, world = config_for(storage, host), box.world()
    box.addresses[host] = ("45.33.255.1",)
    async with open_workshop(config, world=world) as shop:
        await founding.found(shop.store, world, config, own_key_pairs())
        yield Receiver(box, shop, Inbox(shop), (await the_actor(shop.store.reader)).actor_id)


__all__ = ["HOST", "INBOX", "Receiver", "receiver_in"]
