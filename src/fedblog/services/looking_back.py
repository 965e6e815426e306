"""What the author sees when looking back: what an event changed, which rule decided, how a host fares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fedblog.domain.actor import Block, BlockKind
from fedblog.domain.backoff import DAY
from fedblog.domain.blog import Blog
from fedblog.domain.delivery import Host
from fedblog.domain.inbox_event import InboxEvent
from fedblog.domain.moderation import Rule
from fedblog.errors import Invalid, Missing
from fedblog.services.threads import place_of
from fedblog.services.workshop import the_blog
from fedblog.store import (
    actors,
    blocks,
    comments,
    followers,
    host_standing,
    hosts,
    ledger,
    mentions,
    posts,
    quotes,
    reactions,
    receipts,
    trusts,
)
from fedblog.store.door import Reader
from fedblog.store.host_standing import InNeed, TurnedAway
from fedblog.store.ledger import LedgerFilter, LedgerLine
from fedblog.store.receipts import DeliveryFilter, ReceiptLine, Try
from fedblog.store.trusts import Trust
from fedblog.urls import normal_host

COUNTED_MS = 30 * DAY
"""The counts of a host's page go so far back."""
_MOST_COUNTED = 100_000
_GIVEN_UP_MS = 7 * DAY
_LATEST = 10


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided on an event. `rule` is the name that stands in listings, "" where it was no rule of moderation."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something here that an event made, changed or spoke of: `kind` is comment, mention, follower, report or post."""

    kind: str
    pk: int
    words: str


@dataclass(frozen=True, slots=True)
class HostReport:
    """How the blog and a server stand with each other. Counts by state or verdict; of events the last 30 days."""

    name: str
    host: Host | None
    followers: Mapping[str, int]
    comments: Mapping[str, int]
    deliveries: Mapping[str, int]
    events: Mapping[str, int]
    turned_away: Sequence[TurnedAway]
    block: Block | None
    trust: Trust | None
    latest_deliveries: Sequence[ReceiptLine]
    latest_events: Sequence[LedgerLine]
    latest_failures: Sequence[Try]


def decided_by(reason: str) -> Decided:
    """The rule, by its name and in its words, that a ledger's reason begins with."""
    name, colon, words = reason.partition(": ")
    is_rule = bool(colon) and name in {rule.value for rule in Rule}
    return Decided(name, words) if is_rule else Decided("", reason)


async def effects_of(db: Reader, event: InboxEvent) -> list[Effect]:
    """What there is here today that the event is about."""
    blog = await the_blog(db)
    return [
        *await _of_what_was_written(db, blog, event),
        *await _of_person(db, blog, event),
        *await _of_report(db, blog, event),
        *await _of_place(db, blog, event),
    ]


async def _of_what_was_written(db: Reader, blog: Blog, event: InboxEvent) -> list[Effect]:
    found: list[Effect] = []
    comment = await comments.by_object_id(db, blog.pk, event.object_id) if event.object_id else None
    if comment:
        state = "deleted" if comment.removed_at is not None else comment.state.value
        found.append(Effect("comment", comment.pk, f"the comment, which is {state} now"))
    mention = await mentions.by_object_id(db, blog.pk, event.object_id) if event.object_id else None
    if mention:
        is_private = not mention.audience.may_be_shown
        found.append(Effect("mention", mention.pk, "a private message" if is_private else "a mention of the blog"))
    quote = await quotes.by_object_id(db, blog.pk, event.object_id) if event.object_id else None
    if quote:
        found.append(Effect("quote", quote.pk, "a quote of a post"))
    return found


async def _of_person(db: Reader, blog: Blog, event: InboxEvent) -> list[Effect]:
    """A follower, or a like or boost that is counted."""
    actor = await actors.by_id(db, event.actor)
    if actor is None:
        return []
    if event.type == "Follow" and (follower := await followers.by_actor(db, blog.pk, actor.pk)):
        return [Effect("follower", follower.pk, f"the follower, who is {follower.state.value} now")]
    reaction = await reactions.by_activity(db, actor.pk, event.activity_id) if event.activity_id else None
    return [Effect("post", reaction.post_pk, f"a {reaction.kind.value} that is counted")] if reaction else []


async def _of_report(db: Reader, blog: Blog, event: InboxEvent) -> list[Effect]:
    if event.type != "Flag":
        return []
    told = (event.actor, event.ended_at)
    found = [report for report in await mentions.reports(db, blog.pk) if (report.actor_id, report.received_at) == told]
    return [Effect("report", report.pk, "a report") for report in found]


async def _of_place(db: Reader, blog: Blog, event: InboxEvent) -> list[Effect]:
    place = await place_of(db, blog, event.object_id or None)
    post = await posts.by_pk(db, place.post.pk) if place and place.comment_pk is None else None
    return [Effect("post", post.pk, f"the post “{post.title}”")] if post else []


async def report_on(db: Reader, name: str, now: int) -> HostReport:
    """Everything that is known of a host. Raises `Missing` when that is nothing at all."""
    host = _host_name(name)
    if not await host_standing.is_known(db, host):
        raise Missing("Nothing is known of that server.")
    blog = await the_blog(db)
    from_pk = await ledger.counted_from(db, blog.pk, now - COUNTED_MS, _MOST_COUNTED)
    sent, received = DeliveryFilter(host=host), LedgerFilter(host=host)
    blocked = [b for b in await blocks.listed(db, blog.pk) if b.kind is BlockKind.HOST and _covers(b.value, host)]
    return HostReport(
        name=host,
        host=await hosts.by_name(db, host),
        followers=await host_standing.followers(db, blog.pk, host),
        comments=await host_standing.comments(db, blog.pk, host),
        deliveries=await receipts.counts(db, blog.pk, sent),
        events=await ledger.counts(db, blog.pk, from_pk=from_pk, host=host),
        turned_away=await host_standing.turned_away(db, host),
        block=blocked[0] if blocked else None,
        trust=await trusts.of(db, blog.pk, BlockKind.HOST, host),
        latest_deliveries=await receipts.listed(db, blog.pk, sent, limit=_LATEST),
        latest_events=await ledger.listed(db, blog.pk, received, limit=_LATEST),
        latest_failures=await receipts.tries_of_host(db, host, _LATEST),
    )


def _host_name(name: str) -> str:
    try:
        return normal_host(name)
    except Invalid as error:
        raise Missing("That is no name of a server.") from error


def _covers(blocked: str, host: str) -> bool:
    return host == blocked or host.endswith(f".{blocked}")


async def in_need(db: Reader, now: int) -> list[InNeed]:
    """The servers that need a look: what fails, what asked for a pause, and where something was given up this week."""
    return await host_standing.in_need(db, now, now - _GIVEN_UP_MS)
