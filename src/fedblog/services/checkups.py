"""Checks that the author asks for on the page "Health": kept with their time, and run by the worker."""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fedblog.errors import Busy
from fedblog.services.checking import Finding, Grade, Whose, check_everything, problem
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, checkups
from fedblog.store.checkups import Checkup
from fedblog.store.door import Writer

PAUSE = 60_000
"""So long (ms) after one was asked for the next one may be."""
LEASE = 120_000
"""How long (ms) a check is its worker's: twice what one may take."""

_log = logging.getLogger(__name__)


async def ask(shop: Workshop, by: str) -> None:
    """Ask for a check; the worker runs it within moments. Raises `Busy` within a minute of the last one."""
    blog, now = await the_blog(shop.store.reader), shop.now()

    async def work(db: Writer) -> bool:
        is_new = await checkups.ask(db, blog.pk, by, now, PAUSE)
        if is_new:
            await accounts.note(db, blog.pk, by, "check", "the health of the blog", now)
        return is_new

    if not await shop.store.write(work):
        raise Busy("The last check was asked for less than a minute ago.", "Its findings come in a moment.")


async def claim(shop: Workshop) -> Checkup | None:
    """Take the check that was asked for, if there is one."""
    now = shop.now()
    return await shop.store.write(lambda db: checkups.claim(db, now, now + LEASE))


async def run(shop: Workshop, checkup: Checkup) -> None:
    """Look at everything, and write down what was found."""
    findings = await _findings(shop)
    problems, warnings = (sum(f.grade is grade for f in findings) for grade in (Grade.PROBLEM, Grade.WARNING))
    text, now = as_text(findings), shop.now()
    await shop.store.write(lambda db: checkups.keep(db, checkup.blog_pk, text, problems, warnings, now))


async def _findings(shop: Workshop) -> list[Finding]:
    """A mistake of ours is a finding too: a check that ended in none would be run again and again."""
    try:
        return await check_everything(shop)
    except Exception:  # noqa: BLE001 - see above
        _log.exception("The check failed.")
        return [problem("check", "The check itself failed: fedblog made a mistake.", "Its log tells more.")]


def as_text(findings: Sequence[Finding]) -> str:
    """Findings as they are kept."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)


def findings_in(text: str) -> list[Finding]:
    """Findings as they were kept; none in ""."""
    return [_finding(row) for row in json.loads(text or "[]")]


def _finding(row: dict[str, Any]) -> Finding:
    grade, whose = Grade(row["grade"]), Whose(row["whose"])
    return Finding(row["subject"], grade, row["what"], row["todo"], whose, tuple(row["text"]))
