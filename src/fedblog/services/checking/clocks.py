"""The clock of this machine beside those of other servers and of the own proxy: signatures live on it."""

import asyncio
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from statistics import median

from fedblog.services.checking.findings import Finding, Whose, note, ok, problem, warning
from fedblog.services.checking.replies import Reply
from fedblog.services.checking.rounds import Round
from fedblog.store import health
from fedblog.urls import Url

SUBJECT = "clock"
_MOST_ASKED = 3
_ROUGH_MS, _WRONG_MS = 30_000, 5 * 60_000
_NODEINFO = "/.well-known/nodeinfo"


async def check_clocks(around: Round) -> list[Finding]:
    """Compare with the `Date` of up to three servers that took something of late, and of the own proxy."""
    inboxes = await health.known_inboxes(around.shop.store.reader, _MOST_ASKED)
    origins = [Url.parse(inbox).origin for inbox in inboxes]
    replies = await asyncio.gather(*(around.get(f"{origin}{_NODEINFO}", "application/json") for origin in origins))
    theirs = _offsets(dict(zip(origins, replies, strict=True)), around.shop.now())
    home = await around.get(f"{around.blog.base_url}{_NODEINFO}", "application/json")
    proxys = _offsets({around.blog.base_url: home}, around.shop.now())
    return judge_clocks(theirs, next(iter(proxys.values()), None))


def _offsets(replies: Mapping[str, Reply], now: int) -> dict[str, int]:
    """By how many ms our clock is ahead of each answer's `Date`, which has whole seconds."""
    dates = {origin: date_ms(reply.header("date")) for origin, reply in replies.items() if not reply.trouble}
    return {origin: now - date for origin, date in dates.items() if date is not None}


def date_ms(text: str) -> int | None:
    """An HTTP date in ms UTC; None for anything else."""
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def judge_clocks(theirs: Mapping[str, int], proxys: int | None) -> list[Finding]:
    """`theirs` and `proxys`: by how many ms our clock is ahead of those."""
    found = [_judge_own(theirs)] if theirs else [_alone()]
    if proxys is not None and abs(proxys) > _ROUGH_MS:
        what = f"The clock of your proxy and that of fedblog differ by {_seconds(proxys)}."
        found.append(warning(SUBJECT, what, "Set both by NTP.", Whose.YOUR_PROXY))
    return found


def _judge_own(theirs: Mapping[str, int]) -> Finding:
    ahead = int(median(theirs.values()))
    names = ", ".join(theirs)
    if abs(ahead) <= _ROUGH_MS:
        return ok(SUBJECT, f"It agrees with {names} within {max(1, abs(ahead) // 1000)} s.")
    words = f"This machine's clock is {_seconds(ahead)} {'ahead' if ahead > 0 else 'behind'} of {names}."
    if abs(ahead) > _WRONG_MS:
        todo = "Set it by NTP: other servers refuse what you send, and you refuse what they send."
        return problem(SUBJECT, words, todo, Whose.YOU, ("timedatectl set-ntp true",))
    return warning(SUBJECT, words, "Set it by NTP, before it gets worse.", Whose.YOU, ("timedatectl set-ntp true",))


def _alone() -> Finding:
    what = "There is no other server yet whose clock could be compared."
    return note(SUBJECT, what, "It is looked at again once somebody follows.")


def _seconds(ms: int) -> str:
    seconds = abs(ms) // 1000
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} minutes"
