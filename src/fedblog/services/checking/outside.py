"""Everything that is asked through the public name, side by side, and never for longer than a minute."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from fedblog.services.checking import rounds
from fedblog.services.checking.certificate import check_tls
from fedblog.services.checking.clocks import check_clocks
from fedblog.services.checking.findings import Finding, Grade, Whose, note, warning
from fedblog.services.checking.finger import check_webfinger
from fedblog.services.checking.negotiation import check_negotiation
from fedblog.services.checking.node import check_nodeinfo
from fedblog.services.checking.pictures import check_media
from fedblog.services.checking.plain_http import check_plain_http
from fedblog.services.checking.reach import check_reach
from fedblog.services.checking.rounds import Round
from fedblog.services.checking.shown_keys import check_shown_keys
from fedblog.services.checking.singing import check_canary
from fedblog.services.workshop import Workshop

Check = Callable[[Round], Awaitable[list[Finding]]]

_THROUGH_THE_NAME: Sequence[tuple[str, Check]] = (
    ("webfinger", check_webfinger),
    ("negotiation", check_negotiation),
    ("keys", check_shown_keys),
    ("clock", check_clocks),
    ("nodeinfo", check_nodeinfo),
    ("media", check_media),
    ("https", check_plain_http),
)
_SECONDS = 12.0
_SECONDS_OF_CANARY = 28.0
_log = logging.getLogger(__name__)


async def check_outside(shop: Workshop, *, with_canary: bool) -> list[Finding]:
    """Ask the blog as others do. Where it cannot be reached from here, says so, and what to run elsewhere."""
    around = await rounds.begin(shop)
    found = await _within(_SECONDS / 2, "tls", check_tls(around))
    if any(finding.grade is Grade.PROBLEM for finding in found):
        return [*found, _skipped("No server gets past that")]
    reached: list[bool] = []
    found += await _within(_SECONDS / 2, "reach", _reach(around, reached))
    if not reached:
        return [*found, _skipped("The blog does not answer here under its own name")]
    parts = await asyncio.gather(*(_within(_SECONDS, name, check(around)) for name, check in _THROUGH_THE_NAME))
    found += [finding for part in parts for finding in part]
    if with_canary:
        return found + await _within(_SECONDS_OF_CANARY, "canary", check_canary(around))
    return [*found, note("inbox", "Nothing was sent to the inbox.", "fedblog check --canary does.", Whose.YOU)]


async def _reach(around: Round, reached: list[bool]) -> list[Finding]:
    found, leads_here = await check_reach(around)
    if leads_here:
        reached.append(True)
    return found


async def _within(seconds: float, name: str, checking: Awaitable[list[Finding]]) -> list[Finding]:
    """What a check finds in time. A mistake of ours in one does not take the others with it."""
    try:
        async with asyncio.timeout(seconds):
            return await checking
    except TimeoutError:
        what = f"This could not be looked at within {seconds:g} s: answers come very slowly."
        return [warning(name, what, "Try again; if it stays so, look at the load of the machine.", Whose.YOU)]
    except Exception:  # noqa: BLE001 - see above
        _log.exception("The check of %s failed.", name)
        return [warning(name, "This could not be looked at: fedblog made a mistake.", "Its log tells more.", Whose.YOU)]


def _skipped(why: str) -> Finding:
    names = ", ".join([name for name, _ in _THROUGH_THE_NAME] + ["canary"])
    return note("skipped", f"{why}, so these were not looked at: {names}.", "Mend that first.", Whose.YOU)
