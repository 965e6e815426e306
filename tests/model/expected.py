"""What the blog must show, computed from what it has acknowledged and nothing else."""

from dataclasses import dataclass, field

from tests.model.sayings import Note, Saying, Version


@dataclass
class Expected:
    """The state of the blog as its promises have it. `known` holds the version of each note that counts."""

    followers: set[str] = field(default_factory=set)
    known: dict[Note, int] = field(default_factory=dict)
    buried: set[Note] = field(default_factory=set)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    undone: set[tuple[str, str, str]] = field(default_factory=set)

    def apply(self, said: Saying) -> None:
        """One acknowledged activity takes effect."""
        if said.kind in {"Create", "Update"}:
            self._write(said.subject, said.version)
        elif said.kind == "Delete":
            self.buried.add(said.subject)
        elif said.kind == "Follow":
            self.followers.add(said.who.id)
        elif said.kind == "Unfollow":
            self.followers.discard(said.who.id)
        else:
            self._react(said)

    def _write(self, note: Note, version: int) -> None:
        if note in self.buried:
            return
        if note in self.known:
            self.known[note] = max(self.known[note], version)
        elif (found := self._way_up(note)) is not None:
            self.known |= found | {note: version}

    def _way_up(self, note: Note) -> dict[Note, int] | None:
        """The unknown public notes between this one and the post, as their servers show them; None: it is cut off."""
        found: dict[Note, int] = {}
        above = note.parent
        while above is not None and above not in self.known:
            if above.is_gone:
                return None
            if above.versions[-1].is_public:
                found[above] = len(above.versions) - 1
            above = above.parent
        return found

    def _react(self, said: Saying) -> None:
        kind = said.kind.removeprefix("Undo")
        reaction = (kind, said.who.id, said.subject)
        if said.kind == kind and reaction not in self.undone:
            self.reactions.add(reaction)
        elif said.kind != kind:
            self.reactions.discard(reaction)
            self.undone.add(reaction)

    def shown(self, post: str) -> dict[str, str]:
        """The text of each comment that readers of a post see, by the id of its note."""
        now = {n.id: self._now(n) for n in self.known if n.post == post and n not in self.buried}
        return {note_id: version.text for note_id, version in now.items() if version.is_public}

    def _now(self, note: Note) -> Version:
        return note.versions[self.known[note]]

    def count(self, kind: str, post: str) -> int:
        """How many like or boost a post."""
        return sum(1 for one in self.reactions if (one[0], one[2]) == (kind, post))
