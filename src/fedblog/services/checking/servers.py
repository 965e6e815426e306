"""Other servers that do not answer, and since when."""

from collections.abc import Sequence

from fedblog.services.checking.findings import Finding, Whose, note, ok
from fedblog.services.checking.queues import age
from fedblog.services.workshop import Workshop
from fedblog.store import health
from fedblog.store.health import FailingHost

SUBJECT = "servers"
_MOST_LINES = 20


async def check_servers(shop: Workshop) -> list[Finding]:
    """All that fail."""
    return [judge_servers(shop.now(), await health.failing_hosts(shop.store.reader))]


def judge_servers(now: int, failing: Sequence[FailingHost]) -> Finding:
    """It is never our fault alone, and gets better by itself; so it is only a note."""
    if not failing:
        return ok(SUBJECT, "Every server that was spoken to of late answers.")
    lines = [f"{host.name}: for {age(now - host.failing_since)}, {_waiting(host)}" for host in failing[:_MOST_LINES]]
    if len(failing) > _MOST_LINES:
        lines.append(f"and {len(failing) - _MOST_LINES:,} more")
    is_one = len(failing) == 1
    what = f"{len(failing):,} {'server does' if is_one else 'servers do'} not answer; what is meant for them waits."
    return note(SUBJECT, what, "Nothing: they are tried again.", Whose.THE_OTHER, lines)


def _waiting(host: FailingHost) -> str:
    return f"{host.waiting:,} {'delivery waits' if host.waiting == 1 else 'deliveries wait'}"
