"""How long things wait here: a queue that stands still means that no worker runs."""

from fedblog.services.checking.findings import Finding, Whose, note, ok, problem
from fedblog.services.workshop import Workshop
from fedblog.store import health

SUBJECT = "queue"
_STANDS_STILL_MS = 10 * 60_000
_HOUR_MS = 3_600_000


async def check_queues(shop: Workshop) -> list[Finding]:
    """The oldest delivery and the oldest received activity that could be done now."""
    db, now = shop.store.reader, shop.now()
    event, delivery = await health.oldest_due_event(db, now), await health.oldest_due_delivery(db, now)
    return judge_queues(now, event, delivery, await health.oldest_waiting_delivery(db))


def judge_queues(now: int, event: int | None, delivery: int | None, waiting: int | None) -> list[Finding]:
    """`event`, `delivery`: since when the oldest is due; `waiting`: when the oldest unfinished delivery was queued."""
    late = [
        f"{what} {age(now - since)}"
        for what, since in (("a received activity has waited for", event), ("a delivery has waited for", delivery))
        if since is not None and now - since > _STANDS_STILL_MS
    ]
    if late:
        what = f"The worker does not get on: {' and '.join(late)}."
        return [problem(SUBJECT, what, "Is `fedblog serve` running? Look into its log.", Whose.YOU)]
    if waiting is not None and now - waiting > _HOUR_MS:
        what = f"The oldest delivery that still waits is {age(now - waiting)} old: its server does not answer."
        return [note(SUBJECT, what, "It is tried for seven days.", Whose.THE_OTHER)]
    return [ok(SUBJECT, "Nothing waits for longer than it should.")]


def age(ms: int) -> str:
    """A span of time for people."""
    minutes = ms // 60_000
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
