"""A queue of deliveries for the store's tests, filled with as few rows as they need."""

from dataclasses import dataclass, field
from itertools import count

from fedblog.domain.backoff import Exchange, ending_of
from fedblog.domain.delivery import Activity, DeliveryState, Lane
from fedblog.store import activities, delivery_queue
from fedblog.store.delivery_queue import Settlement
from fedblog.urls import host_of

START = 1_800_000_000_000
MINUTE = 60_000
LEASE = 60_000


@dataclass
class Queue:
    """The queue of one blog, at a time that moves by hand."""

    store: object
    now: int = START
    numbers: count = field(default_factory=lambda: count(10))

    async def begin(self):
        """The rows that every delivery refers to."""

        async def work(db):
            await db.run(
                """INSERT INTO blog (pk, base_url, handle, handle_domain, actor_pk, instance_actor_pk, title, description,
                       language, time_zone, comment_policy, fields, feed_token, created_at, updated_at)
                   VALUES (1, 'https://blog.example', 'blog', '', 1, 1, '', '', 'en', 'UTC', 'open', '[]', '', 0, 0)"""
            )
            await self._actor(db, 1, "blog", "https://blog.example/ap/actors/1")

        await self.store.write(work)
        return self

    async def _actor(self, db, pk, kind, actor_id):
        await db.run(
            """INSERT INTO actor (pk, kind, actor_id, type, host, name, username, handle, summary, url, inbox, outbox,
                   followers, also_known_as, emojis, fetched_at, created_at)
               VALUES (?, ?, ?, 'Person', ?, '', 'x', '', '', '', ?, '', '', '[]', '[]', 0, 0)""",
            pk,
            kind,
            actor_id,
            host_of(actor_id),
            f"{actor_id}/inbox",
        )

    async def follower(self, actor_id, inbox=None, *, has_accept=True):
        """A follower whose posts go to `inbox` (its own by default); returns the key of the row."""
        pk = next(self.numbers)

        async def work(db):
            await self._actor(db, pk, "remote", actor_id)
            return await db.value(
                """INSERT INTO follower (blog_pk, actor_pk, state, follow_id, follow, delivery_inbox, host, requested_at,
                       accepted_at, accept_delivered_at) VALUES (1, ?, 'accepted', NULL, '{}', ?, ?, ?, ?, ?)
                   RETURNING pk""",
                pk,
                inbox or f"{actor_id}/inbox",
                host_of(actor_id),
                self.now,
                self.now,
                self.now if has_accept else None,
            )

        return await self.store.write(work)

    async def send(self, inboxes, kind="Create", object_id=None, *, lane=Lane.POST, post_pk=None):
        """An activity with a delivery to each inbox; returns its key."""
        number = next(self.numbers)
        object_id = object_id or f"https://blog.example/ap/articles/{number}"
        activity = Activity(
            0, 1, f"https://blog.example/ap/activities/{number}", kind, object_id, 1, post_pk, b"{}", 1, self.now
        )
        pairs = [(inbox, host_of(inbox)) for inbox in inboxes]

        async def work(db):
            pk = await activities.create(db, activity)
            await activities.deliver_to(
                db, pairs, blog_pk=1, activity_pk=pk, object_id=object_id, lane=lane, now=self.now
            )
            return pk

        return await self.store.write(work)

    async def claim(self, limit=100, *, worker="w", suspects=32):
        """What one worker gets."""
        return await self.store.write(
            lambda db: delivery_queue.claim(db, worker, self.now, self.now + LEASE, limit, suspects), alone=False
        )

    async def inboxes(self, limit=100, **extra):
        """The inboxes of what one worker gets, in order."""
        return [claimed.delivery.inbox for claimed in await self.claim(limit, **extra)]

    async def settle(self, claimed, status=202, *, worker="w", retry_after=None, error="", **extra):
        """End a try with that answer (None: no answer)."""
        exchange = Exchange(status, error, "cavage", retry_after)
        ending = ending_of(claimed.delivery, exchange, self.now, 0.5)
        settlement = Settlement(
            claimed.delivery, worker, ending, self.now, exchange=exchange, has_host_news=True, **extra
        )
        await self.store.write(lambda db: delivery_queue.settle(db, [settlement]), alone=False)

    async def state(self, claimed):
        """Where a delivery stands now, and when it is due."""
        row = await self.store.reader.one(
            "SELECT state, due_at, attempts, last_error FROM delivery WHERE pk = ?", claimed.delivery.pk
        )
        return DeliveryState(row["state"]), row["due_at"]
