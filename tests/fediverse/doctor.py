"""A check of a blog in the box: while it waits, the blog's worker works."""

from dataclasses import replace

from fedblog.services.checking import Finding, Grade, rounds, singing
from fedblog.services.checking.outside import check_outside
from fedblog.services.checking.rounds import Round
from fedblog.services.workshop import Workshop
from tests.fediverse.blog import Blog
from tests.fediverse.peer import spare_key_pair


def waiting_shop(blog: Blog) -> Workshop:
    """The blog's workshop for a process that checks it: what it waits for is done meanwhile."""

    async def sleep(seconds: float) -> None:
        await blog.work()
        await blog.box.clock.sleep(seconds)

    return replace(blog.shop, world=replace(blog.shop.world, sleep=sleep))


def canary_pair():
    """A key for canaries that no person has."""
    return spare_key_pair(40)


async def around(blog: Blog) -> Round:
    """A round of checks."""
    return await rounds.begin(waiting_shop(blog))


async def sung(blog: Blog) -> list[Finding]:
    """What a canary finds."""
    return await singing.check_canary(await around(blog), canary_pair)


async def outside(blog: Blog) -> list[Finding]:
    """What everything but the canary finds."""
    return await check_outside(waiting_shop(blog), with_canary=False)


def faults(found: list[Finding]) -> list[tuple[str, str]]:
    """Subject and grade of all that is more than a note."""
    return [(f.subject, f.grade.value) for f in found if f.grade in {Grade.WARNING, Grade.PROBLEM}]


def said(found: list[Finding], subject: str) -> str:
    """All that was found about something."""
    return " ".join(f.what for f in found if f.subject == subject)
