"""The rehearsal itself: events and deeds in their order, each event judged once more."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fedblog.services import gate, home
from fedblog.services.handling.table import HANDLERS
from fedblog.services.looking_back import decided_by
from fedblog.services.outcomes import Later, Outcome, refused
from fedblog.services.processing import Decision, Settled, process
from fedblog.services.rehearsal.deeds import Deed
from fedblog.services.rehearsal.rewinding import Rewound
from fedblog.services.rehearsal.still_world import StandingClock, StillNet
from fedblog.services.workshop import Workshop
from fedblog.store import comments, inbox_events, rewinding
from fedblog.store.door import Writer
from fedblog.store.rewinding import EventHead

_BLOCKED = "its sender is blocked"
# These rest on what was said before, or on what the rehearsal does not put back.
_REST_ON_BEFORE = frozenset(HANDLERS) - {"Announce", "Create", "EmojiReact", "Flag", "Follow", "Like"}


@dataclass(frozen=True, slots=True)
class Play:
    """One event at the moment of its verdict, which is `then`. `is_judged`: the report tells of it."""

    head: EventHead
    at: int
    then: str
    then_reason: str
    is_judged: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An event whose verdict would be another one or, where `unsure` says why, cannot be told."""

    head: EventHead
    then: str
    then_reason: str
    now: str
    now_reason: str
    unsure: str = ""


@dataclass(slots=True)
class Stage:
    """The copy while it is played on: which ids were made by what was played, and which are in doubt."""

    shop: Workshop
    clock: StandingClock
    net: StillNet
    rewound: Rewound
    made: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)


async def play(stage: Stage, plays: Sequence[Play]) -> list[Line]:
    """Play everything in its order; returns what would be judged otherwise, and what cannot be told."""
    here = home.kept(stage.shop.store)
    lines: list[Line] = []
    deeds = sorted(stage.rewound.deeds, key=lambda deed: deed.at)
    for each in sorted(plays, key=lambda one: (one.at, one.head.pk)):
        while deeds and deeds[0].at < each.at:
            await _do(stage, deeds.pop(0))
        stage.clock.at = each.at
        event = await inbox_events.by_pk(stage.shop.store.reader, each.head.pk)
        if event is None or event.body is None:
            continue
        stage.net.take()
        now = await process(stage.shop, event, here, lambda decision: _settle(stage, decision))
        line = await _line(stage, each, now)
        if line and each.is_judged:
            lines.append(line)
    return lines


async def _do(stage: Stage, deed: Deed) -> None:
    stage.clock.at = deed.at
    await stage.shop.store.write(deed.act)


async def _settle(stage: Stage, decision: Decision) -> Settled:
    """What the worker does, without a lease, and without looking for a face."""

    async def work(db: Writer) -> Outcome:
        event = decision.event
        is_open = (await gate.read(db, event.blog_pk)).may_act(event.signer, event.actor)
        outcome = await decision.apply(db) if is_open else refused(_BLOCKED)
        await rewinding.write_verdict(db, event.pk, outcome.verdict, outcome.reason, decision.now)
        return outcome

    return Settled(await stage.shop.store.write(work), None)


async def _line(stage: Stage, each: Play, now: Outcome | Later) -> Line | None:
    """The line of an event, unless its verdict is the same."""
    head = each.head
    if isinstance(now, Outcome) and now.verdict == each.then:
        stage.made |= {head.activity_id, head.object_id} - {""}
        return None
    unsure = _doubt(stage, head, now)
    if unsure:
        stage.doubted |= {head.activity_id, head.object_id} - {""}
        await _keep_then(stage, head)
    else:
        stage.made |= {head.activity_id, head.object_id} - {""}
    verdict = now.verdict.value if isinstance(now, Outcome) else "waiting"
    return Line(head, each.then, each.then_reason, verdict, now.reason, unsure)


def _doubt(stage: Stage, head: EventHead, now: Outcome | Later) -> str:
    """Why the verdict cannot be told; "" where it can. What a rule decided needed nothing else."""
    if isinstance(now, Outcome) and (decided_by(now.reason).rule or now.reason == _BLOCKED):
        return ""
    wanted = stage.net.take()
    if wanted:
        return f"would have to fetch {wanted[0]}"
    if isinstance(now, Later):
        return f"would have to wait: {now.reason}"
    if {head.activity_id, head.object_id} & stage.doubted:
        return "rests on something that cannot be told"
    if head.type in _REST_ON_BEFORE and head.object_id not in stage.made:
        return "speaks of something from before what is kept"
    return ""


async def _keep_then(stage: Stage, head: EventHead) -> None:
    """Where it cannot be told, what follows rests on what was then."""
    before = stage.rewound.aside.get(head.object_id)

    async def work(db: Writer) -> None:
        if before and await comments.by_object_id(db, before.blog_pk, before.object_id) is None:
            await rewinding.bring_comment_back(db, before)

    await stage.shop.store.write(work)
