"""A model of a fediverse (security.md R03): people of several servers write, edit, delete, like, boost, follow and take
back; what they say arrives late, in any order, twice, or again as the same bytes; and the blog is killed in between.

Whatever happens, the blog shows what `expected.py` computes from what it has acknowledged: exactly the public words in
their newest version, each once and under a number that never changes, true counts, the right followers, and nothing
that was not for the public. FEDBLOG_SOAK=full tries more and longer histories.
"""

import asyncio
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fedblog.domain.blog import CommentPolicy
from fedblog.store import comments, followers, inbox_events
from tests.engines import PostgresDatabases, SqliteFiles
from tests.fediverse import Box, Peer
from tests.lengths import IS_FULL, examples
from tests.model.expected import Expected
from tests.model.process import Process
from tests.model.sayings import Note, Saying, Version

NUMBERS = st.integers(0, 30)
SPINS = st.integers(0, 60)
REACTIONS = ("Like", "Announce")


@dataclass
class Scene:
    """Everything that outlives the process."""

    box: Box
    people: list
    posts: list = field(default_factory=list)
    waits_for: list = field(default_factory=list)
    """Who followed when a post was published, and its id."""


class Fediverse(RuleBasedStateMachine):
    """People of three servers and one blog. `unsent` has left nobody yet, `sent` was acknowledged, `pending` not worked off."""

    databases = None

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.expected, self.unsent, self.sent, self.pending = Expected(), [], [], []
        self.notes, self.numbers, self.words = [], {}, iter(range(10_000))

    # ------------------------------------------------------------ beginning and end

    @initialize()
    def begin(self):
        self.run(self._begin())

    async def _begin(self):
        box = Box()
        peers = [Peer(box, "pond.example"), Peer(box, "lake.example", "rfc9421"), Peer(box, "well.example")]
        peers[2].has_shared_inbox = False
        people = [peer.person(name) for peer in peers for name in ("ada", "bob")]
        self.scene = Scene(box, people)
        self.process = await Process.start(box, await self.databases.migrated())
        self.us = await self.process.blog.actor_id()
        await self._publish()

    def teardown(self):
        try:
            if hasattr(self, "process"):
                self.run(self._end())
        finally:
            self.runner.close()

    async def _end(self):
        try:
            while self.unsent:
                await self._deliver(self.unsent.pop(0))
            await self._work()
            self.scene.box.clock.move(hours=1)
            await self.process.blog.work()
            await self._check()
            self._check_what_they_got()
        finally:
            await self.process.stop()

    def run(self, doing):
        return self.runner.run(doing)

    # ------------------------------------------------------------ what people do

    def _person(self, number):
        return self.scene.people[number % len(self.scene.people)]

    def _say(self, who, kind, activity, subject, version=0):
        self.unsent.append(Saying(who, kind, activity, subject, version))

    @rule(who=NUMBERS, below=NUMBERS, is_public=st.booleans())
    def write(self, who, below, is_public):
        person, post = self._person(who), self.scene.posts[below % len(self.scene.posts)]
        parents = [None, *(note for note in self.notes if note.post == post.object_id)]
        parent = parents[below % len(parents)]
        document = person.note("", in_reply_to=parent.id if parent else post.object_id)
        note = Note(person, post.object_id, parent, document)
        note.reword(self._version(is_public), self.scene.box.clock.now())
        self.notes.append(note)
        self._say(person, "Create", person.create(note.document), note)

    def _version(self, is_public):
        return Version(f"{'open' if is_public else 'secret'}-words-{next(self.words)}-end", is_public)

    @precondition(lambda self: any(not note.is_gone for note in self.notes))
    @rule(which=NUMBERS, is_public=st.booleans())
    def edit(self, which, is_public):
        self.scene.box.clock.move(seconds=2)
        note = self._living(which)
        note.reword(self._version(is_public), self.scene.box.clock.now())
        update = note.author.activity("Update", dict(note.document), to=note.document["to"], cc=note.document["cc"])
        self._say(note.author, "Update", update, note, len(note.versions) - 1)

    @precondition(lambda self: any(not note.is_gone for note in self.notes))
    @rule(which=NUMBERS)
    def delete(self, which):
        note = self._living(which)
        note.erase()
        self._say(note.author, "Delete", note.author.activity("Delete", note.id), note)

    def _living(self, which):
        living = [note for note in self.notes if not note.is_gone]
        return living[which % len(living)]

    @rule(who=NUMBERS, post=NUMBERS, kind=st.sampled_from(REACTIONS), is_undone=st.booleans(), by_id=st.booleans())
    def react(self, who, post, kind, is_undone, by_id):
        """Everybody reacts at most once in each way, and may take it back."""
        person, subject = self._person(who), self.scene.posts[post % len(self.scene.posts)].object_id
        if any(
            (s.kind, s.who, s.subject) == (kind, person, subject) for s in [*self.unsent, *self.sent, *self.pending]
        ):
            return
        reaction = person.activity(kind, subject)
        self._say(person, kind, reaction, subject)
        if is_undone:
            undo = person.activity("Undo", reaction["id"] if by_id else reaction)
            self._say(person, f"Undo{kind}", undo, subject)

    @rule(who=NUMBERS, leaves=st.booleans())
    def follow(self, who, leaves):
        person = self._person(who)
        follow = person.activity("Follow", self.us)
        self._say(person, "Follow", follow, self.us)
        if leaves:
            self._say(person, "Unfollow", person.activity("Undo", follow), self.us)

    @rule()
    def publish(self):
        if len(self.scene.posts) < 3:
            self.run(self._publish())

    async def _publish(self):
        await self._work()
        post = await self.process.blog.publish("On toads", "Words.", comment_policy=CommentPolicy.OPEN)
        self.scene.posts.append(post)
        self.scene.waits_for.append((set(self.expected.followers), post.object_id))

    # ------------------------------------------------------------ what the network does

    @precondition(lambda self: self.unsent)
    @rule(which=NUMBERS)
    def deliver(self, which):
        self.run(self._deliver(self.unsent.pop(which % len(self.unsent))))

    @precondition(lambda self: self.sent)
    @rule(which=NUMBERS, is_signed_anew=st.booleans())
    def deliver_again(self, which, is_signed_anew):
        self.run(self._deliver(self.sent[which % len(self.sent)], is_signed_anew=is_signed_anew))

    async def _deliver(self, said, *, is_signed_anew=True):
        await self._make_room_for(said)
        is_signed_anew = is_signed_anew or said.is_stale(self.scene.box.clock.now())
        if is_signed_anew:
            said.sign(self.process.blog.inbox, self.scene.box.clock.now())
        answer = await self.process.post(said.request)
        assert answer.status == 202, answer
        self._acknowledged(said, is_signed_anew=is_signed_anew)

    async def _make_room_for(self, said):
        """What waits is of one sender, whose order is kept, or makes no difference to one another."""
        self.scene.box.clock.move(seconds=15)
        together = [*self.pending, said]
        if len({one.who.id for one in together}) > 1 and not all(one.commutes for one in together):
            await self._work()

    def _acknowledged(self, said, *, is_signed_anew):
        is_new = said not in self.sent
        if is_new:
            self.sent.append(said)
        if is_new or (said.kind == "Follow" and is_signed_anew):
            self.pending.append(said)

    # ------------------------------------------------------------ what the blog does, and what happens to it

    @rule()
    def work(self):
        self.run(self._work())

    async def _work(self):
        """Until nothing waits: what was interrupted is tried again after some minutes."""
        await self.process.blog.work()
        for _ in range(30):
            if not await inbox_events.count_waiting(self.process.blog.shop.store.reader):
                break
            self.scene.box.clock.move(minutes=2)
            await self.process.blog.work()
        for said in self.pending:
            self.expected.apply(said)
        self.pending = []

    @rule(after=SPINS)
    def die_while_working(self, after):
        self.run(self._die_while_working(after))

    async def _die_while_working(self, after):
        await self.process.die_while("working", None, after)
        await self._work()

    @precondition(lambda self: self.unsent)
    @rule(which=NUMBERS, after=SPINS)
    def die_while_receiving(self, which, after):
        self.run(self._die_while_receiving(self.unsent.pop(which % len(self.unsent)), after))

    async def _die_while_receiving(self, said, after):
        """Who got no answer sends it again, as servers do."""
        await self._make_room_for(said)
        request = said.who.request(self.process.blog.inbox, said.activity)
        await self.process.die_while("receiving", request, after)
        await self._deliver(said)
        await self._work()

    # ------------------------------------------------------------ what is seen

    @invariant()
    def the_blog_shows_what_it_must(self):
        if hasattr(self, "process") and not self.pending:
            self.run(self._check())

    async def _check(self):
        blog = self.process.blog
        db = blog.shop.store.reader
        for post in self.scene.posts:
            page, feeds = await blog.page(post), [(await blog.get(p)).body.decode() for p in ("/", "/feed.json")]
            shown = self.expected.shown(post.object_id)
            assert sorted(re.findall(r"(?:open|secret)-words-\d+-end", page)) == sorted(shown.values())
            assert not any("secret-words" in text for text in (page, *feeds))
            lines = {line.object_id: line.number for line in await comments.thread(db, post.pk) if line.number}
            assert shown.keys() <= lines.keys()
            assert len(set(lines.values())) == len(lines)
            assert all(self.numbers.setdefault(note_id, number) == number for note_id, number in lines.items())
            for word, kind in (("like", "Like"), ("boost", "Announce"), ("comment", None)):
                count = self.expected.count(kind, post.object_id) if kind else len(shown)
                found = re.search(rf"\b(\d+) {word}s?\b", page)
                assert int(found[1] if found else 0) == count, word
        assert {line.actor_id for line in await followers.listed(db, 1)} == self.expected.followers
        ledger = await inbox_events.listed(db, 1, limit=1000)
        events = [(e.signer, e.activity_id) for e in ledger if e.activity_id and e.type != "Follow"]
        assert sorted(events) == sorted((s.who.id, s.activity["id"]) for s in self.sent if s.kind != "Follow")

    def _check_what_they_got(self):
        """Whoever followed when a post was published has it, and whoever follows was told so."""
        for person in self.scene.people:
            got = [delivered.activity for delivered in person.peer.delivered]
            if person.id in self.expected.followers:
                assert [a for a in got if a["type"] == "Accept" and a["object"]["actor"] == person.id] != []
            for who, object_id in self.scene.waits_for:
                if person.id in who:
                    assert [a for a in got if a["type"] == "Create" and a["object"]["id"] == object_id] != []


@pytest.fixture(params=["sqlite", "postgres"])
def machine(request, tmp_path):
    """The machine over fresh databases of one engine."""
    if request.param == "sqlite":
        made = SqliteFiles(tmp_path)
    else:
        made = PostgresDatabases(request.getfixturevalue("postgres_cluster"), tmp_path)
    yield type("FediverseOn" + request.param, (Fediverse,), {"databases": made})
    if request.param == "postgres":
        asyncio.run(made.drop())


@pytest.mark.soak
def test_a_blog_that_is_killed_again_and_again_shows_what_it_acknowledged(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(6, 100),
            stateful_step_count=examples(30, 60),
            deadline=None,
            derandomize=not IS_FULL,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
