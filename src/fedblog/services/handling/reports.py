"""Flag: somebody complains about the blog. It is written down for the author and changes nothing (security.md M02)."""

from fedblog.domain.comment import Report
from fedblog.services.handling.received import Received
from fedblog.services.outcomes import Apply, Outcome, accepted, refused
from fedblog.services.workshop import Workshop
from fedblog.store import mentions
from fedblog.store.door import Writer
from fedblog.text.sanitise import plain
from fedblog.urls import host_of

MOST_A_DAY = 10
_DAY_MS = 24 * 3600 * 1000
_LONGEST = 5_000


async def flag(shop: Workshop, received: Received) -> Apply:  # noqa: ARG001 - every handler has the same shape
    """Write a report down, as plain text; at most ten a day from one server."""
    activity = received.activity
    host = host_of(activity.actor_id) or ""
    report = Report(
        pk=0,
        blog_pk=received.blog.pk,
        actor_id=activity.actor_id,
        content=plain(activity.content)[:_LONGEST],
        object_ids=activity.object_ids,
        received_at=received.now,
        closed_at=None,
    )

    async def apply(db: Writer) -> Outcome:
        if await mentions.count_reports_since(db, host, received.now - _DAY_MS) >= MOST_A_DAY:
            return refused("more than ten reports from this server in one day")
        await mentions.add_report(db, report, host)
        return accepted("kept as a report")

    return apply
