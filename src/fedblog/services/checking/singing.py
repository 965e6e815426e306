"""The canary at work: a stranger of our own goes through everything that a real one would, through the public name."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fedblog.ap.media_types import ACCEPT_ACTIVITY, ACTIVITY_JSON
from fedblog.ap.signatures import CAVAGE, FORMS, RFC9421, Form, KeyPair, make_key_pair
from fedblog.domain.inbox_event import Verdict
from fedblog.errors import Busy, RemoteError
from fedblog.net.guard import resolve_checked
from fedblog.net.probing import Ask
from fedblog.services.canary import life
from fedblog.services.canary.life import Singer
from fedblog.services.checking import advice, song
from fedblog.services.checking.by_hand import curl_lines
from fedblog.services.checking.documents import id_in
from fedblog.services.checking.findings import Finding, Grade, Whose, note, ok, problem
from fedblog.services.checking.mirror import LARGE, judge_mirror
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import Round
from fedblog.store import canaries, inbox_events, posts
from fedblog.store.canaries import Canary
from fedblog.urls import host_of

SUBJECT = "canary"
PATIENCE = 10.0
"""Seconds that each step of the worker may take."""
_PAUSE = 0.2
_DONE = frozenset({Verdict.ACCEPTED.value, Verdict.HELD.value})


class _Stopped(Exception):
    """A step failed: what comes after it cannot be tried."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the canary sings."""

    around: Round
    singer: Singer
    patience: float

    @property
    def inbox(self) -> str:
        """The shared inbox, where other servers send."""
        return f"{self.around.blog.base_url}/inbox"

    def signed(self, url: str, body: bytes, form: Form) -> Ask:
        """A POST as any server signs it."""
        ask = Ask(url, "POST", (("Content-Type", ACTIVITY_JSON),), body)
        return self.around.prober.signed(ask, self.singer.key, form)


async def check_canary(
    around: Round, make_pair: Callable[[], KeyPair] = make_key_pair, patience: float = PATIENCE
) -> list[Finding]:
    """Let a canary live, sing and die. What it did is gone when this returns."""
    try:
        async with _living(around, await asyncio.to_thread(make_pair)) as singer:
            return await _sing(Stage(around, singer, patience))
    except Busy as error:
        return [note(SUBJECT, error.why, error.todo)]


@asynccontextmanager
async def _living(around: Round, pair: KeyPair) -> AsyncIterator[Singer]:
    singer = await life.begin(around.shop, pair)
    try:
        yield singer
    finally:
        await life.end(around.shop, singer.actor_id)


async def _sing(stage: Stage) -> list[Finding]:
    found: list[Finding] = []
    try:
        found += await _heard_as_sent(stage)
        await _require_way_back(stage)
        found.append(await _followed(stage))
        found += await _replied(stage)
    except _Stopped as end:
        found.append(end.finding)
    return found


async def _heard_as_sent(stage: Stage) -> list[Finding]:
    """Whether its actor is shown, and signed requests arrive unchanged, in both forms and with a large body."""
    _require(judge_shown(await stage.around.get(stage.singer.actor_id, ACCEPT_ACTIVITY), stage.singer.actor_id))
    bodies = [(form, b'{"type":"Note"}') for form in FORMS] + [(CAVAGE, b" " * LARGE)]
    sent = [stage.signed(stage.singer.mirror, body, form) for form, body in bodies]
    replies = await asyncio.gather(*(stage.around.ask(ask) for ask in sent))
    faults = [fault for ask, reply in zip(sent, replies, strict=True) for fault in judge_mirror(ask, reply)]
    for fault in faults[:1]:
        raise _Stopped(fault)
    return [ok("inbox", f"Signed requests arrive as they were sent, in both forms, also one of {LARGE // 1000} kB.")]


def judge_shown(reply: Reply, actor_id: str) -> Finding | None:
    """Whether the public name shows what was just written into this database."""
    if reply.status == 200 and id_in(reply) == actor_id:
        return None
    found = obstacle(SUBJECT, "An actor that was made just now", reply)
    what = (
        f"An actor that was made just now is not shown at the public name (status {reply.status}): another fedblog "
        "with another database answers there, or a cache does."
    )
    return found or problem(SUBJECT, what, "Look which process the proxy leads to.", Whose.YOU)


async def _require_way_back(stage: Stage) -> None:
    """The server itself must be able to ask its own name: for the canary's key, and to bring it our Accept."""
    around = stage.around
    try:
        await resolve_checked(around.shop.world, around.origin, around.shop.config.federation)
    except RemoteError as error:
        what = f"The canary could not sing: fedblog does not connect to {around.origin.origin} from here ({error})."
        todo = "Nothing, if the name leads elsewhere for others: run these lines there."
        raise _Stopped(note(SUBJECT, what, todo, Whose.YOU, curl_lines(around.blog, around.us.actor_id))) from error


async def _followed(stage: Stage) -> Finding:
    document = song.follow(stage.singer, stage.around.us.actor_id)
    canary = await _said(stage, document, CAVAGE, 1)
    kind, verdict, reason = canary.verdicts[-1]
    if verdict not in _DONE:
        return note(
            SUBJECT, f"A {kind} of a stranger has no effect here: {reason}.", "Look at the settings.", Whose.YOU
        )
    answered = await _until(stage, lambda seen: seen.answered_at is not None)
    if answered is None:
        raise _Stopped(await _unanswered(stage))
    return ok(SUBJECT, "A follow came in through the public name, and our Accept went out and came back, proven.")


async def _unanswered(stage: Stage) -> Finding:
    said = await canaries.trouble_of_answer(stage.around.shop.store.reader, stage.singer.actor_id)
    what = f"A follow came in, but our Accept did not come back: {said or 'it waits to be sent'}."
    todo = "What the blog sends to its own public name must get there, as what it sends to others."
    return problem(SUBJECT, what, todo, Whose.YOU)


async def _replied(stage: Stage) -> list[Finding]:
    shop = stage.around.shop
    newest = await posts.public(shop.store.reader, stage.around.blog.pk, limit=1, offset=0)
    if not newest or newest[0].object_id is None:
        return [note(SUBJECT, "There is no post yet that could be answered.", "Publish one, then check again.")]
    post, now = newest[0].object_id, shop.now()
    steps = (
        (song.create(stage.singer, post, now), RFC9421),
        (song.update(stage.singer, post, now), CAVAGE),
        (song.delete(stage.singer), RFC9421),
    )
    seen = [await _said(stage, document, form, number) for number, (document, form) in enumerate(steps, start=2)]
    return judge_replies(newest[0].title, seen[-1].verdicts[1:])


def judge_replies(title: str, verdicts: Sequence[tuple[str, str, str]]) -> list[Finding]:
    """What the rules said to a stranger's reply, its edit and its deletion."""
    broken = next((each for each in verdicts if each[1] == Verdict.FAILED.value), None)
    if broken:
        what = f"A {broken[0]} of a stranger cannot be handled here: {broken[2]}."
        return [problem(SUBJECT, what, "Look into the log of fedblog, and report it.", Whose.YOU)]
    _, verdict, reason = verdicts[0]
    if verdict not in _DONE:
        what = f"A stranger's reply to “{title}” came in, and would not become a comment: {reason}."
        return [note(SUBJECT, what, "That is how the blog is set.", Whose.YOU)]
    what = f"A stranger's reply to “{title}” came in (it would be: {reason}), its edit and its deletion too."
    return [ok(SUBJECT, f"{what} Nothing of it is left.")]


async def _said(stage: Stage, document: song.Document, form: Form, count: int) -> Canary:
    """Say one thing, and wait until the worker has made something of it. Raises `_Stopped`."""
    kind = str(document["type"])
    reply = await stage.around.ask(stage.signed(stage.inbox, song.body_of(document), form))
    if reply.status != 202:
        raise _Stopped(judge_refusal(kind, reply, await _reason(stage)))
    canary = await _until(stage, lambda seen: len(seen.verdicts) >= count)
    if canary is None:
        trouble = await canaries.trouble_of_event(stage.around.shop.store.reader, stage.singer.actor_id)
        raise _Stopped(judge_standstill(kind, trouble, stage.patience))
    return canary


def judge_standstill(kind: str, trouble: str, seconds: float) -> Finding:
    """Why nothing became of what was taken. `trouble`: what stopped the worker that tried, "" where none did."""
    start = f"A {kind} came in and is kept, but"
    if trouble:
        what = f"{start} it could not be handled yet: {trouble}."
        return problem(SUBJECT, what, "Look into the log of fedblog.", Whose.YOU)
    what = f"{start} nothing happened to it within {seconds:g} s: no worker runs."
    todo = "Start `fedblog serve`, or its worker. If it runs, it has much to do: see the queue."
    return problem(SUBJECT, what, todo, Whose.YOU)


async def _reason(stage: Stage) -> str:
    """Why the inbox turned it away, as the ledger counts it; "" where the inbox never saw it."""
    host, since = host_of(stage.singer.actor_id), stage.singer.canary.born_at
    lines = await inbox_events.unproven(stage.around.shop.store.reader)
    return next((line.reason for line in lines if line.host == host and line.last_at >= since), "")


def judge_refusal(kind: str, reply: Reply, reason: str) -> Finding:
    """Why a sound, signed activity was not taken at /inbox. `reason`: the ledger's word, "" where it saw nothing."""
    if reason in {"stale", "future"}:
        what = f"A signed {kind} was refused because of its time ({reason}), though it was signed just now."
        return problem("inbox", what, "Set the clocks of all machines of this blog by NTP.", Whose.YOU)
    if reason.startswith("key-"):
        what = f"The server could not fetch the canary's key through its own public name ({reason}), though this could."
        todo = "Let the machine on which fedblog serves reach that name; of other servers nothing is said by this."
        return problem("inbox", what, todo, Whose.YOU)
    if reason:
        what = f"A sound {kind} was refused by the blog's own inbox with status {reply.status}: {reason}."
        return problem("inbox", what, "Something changes requests to /inbox.", Whose.YOUR_PROXY, advice.KEEP_SIGNED)
    stands = obstacle("inbox", f"A signed {kind} to /inbox", reply)
    what = f"A signed {kind} to /inbox was answered with status {reply.status} (server: {reply.who}), and not taken."
    lines = (*advice.NO_CACHE, *advice.NO_ROBOT_CHECK)
    return stands or problem("inbox", what, "Have POST to /inbox let through.", Whose.YOUR_PROXY, lines)


async def _until(stage: Stage, is_so: Callable[[Canary], bool]) -> Canary | None:
    """Look at the canary's row until something is so. None when it takes too long."""
    world = stage.around.shop.world
    deadline = world.monotonic() + stage.patience
    while (canary := await _look(stage)) is not None:
        if is_so(canary):
            return canary
        if world.monotonic() >= deadline:
            return None
        await world.sleep(_PAUSE)
    return None


def _look(stage: Stage) -> Awaitable[Canary | None]:
    return canaries.by_id(stage.around.shop.store.reader, stage.singer.actor_id)


def _require(fault: Finding | None) -> None:
    if fault and fault.grade is Grade.PROBLEM:
        raise _Stopped(fault)
