"""What one step of a search brings: more addresses to ask, comments found, servers that did not answer."""

from dataclasses import dataclass, field

from fedblog.ap.parse.collection import RemotePage
from fedblog.domain.thread_search import PAGES, Step, StepKind
from fedblog.services.gate import Gate
from fedblog.urls import is_same_origin


@dataclass(slots=True)
class News:
    """Gathered while a step is under way, and written down when it ends. `is_done`: it need not be taken again."""

    step: Step
    found: int = 0
    unanswered: int = 0
    is_done: bool = True
    steps: list[Step] = field(default_factory=list)

    def add_page(self, page: RemotePage, address: str, base_url: str, gate: Gate, turn: int) -> None:
        """The ids on a page, of whatever server, and where the collection goes on: only on the server of `address`."""
        wanted = (item for item in page.items if not is_same_origin(item, base_url) and gate.may_act(item))
        self.steps += [self._step(item, StepKind.OBJECT, self.step.level + 1, 0) for item in wanted]
        if turn < PAGES:
            self.steps += [
                self._step(more, StepKind.PAGE, self.step.level, turn + 1)
                for more in page.going_on
                if is_same_origin(more, address)
            ]

    def add_answer(self, object_id: str, base_url: str, gate: Gate) -> None:
        """Something that answers what is known here."""
        if not is_same_origin(object_id, base_url) and gate.may_act(object_id):
            self.steps.append(self._step(object_id, StepKind.OBJECT, self.step.level + 1, 0))

    def add_outbox_page(self, page: RemotePage, address: str) -> None:
        """The newest page of an outbox, and no other."""
        wanted = [more for more in page.going_on[:1] if is_same_origin(more, address)]
        self.steps += [self._step(more, StepKind.OUTBOX, self.step.level, self.step.turn + 1) for more in wanted]

    def add_replies(self, address: str) -> None:
        """A collection of answers that has not been asked for."""
        self.steps.append(self._step(address, StepKind.PAGE, self.step.level, 1))

    def note_context(self, address: str, now: int, *, is_good: bool) -> None:
        """A conversation was asked for; it need not be again, whoever names it."""
        self.steps.append(self._step(address, StepKind.CONTEXT, self.step.level, 0, now, is_good=is_good))

    def _step(
        self, address: str, kind: StepKind, level: int, turn: int, done_at: int | None = None, *, is_good: bool = True
    ) -> Step:
        return Step(self.step.post_pk, self.step.blog_pk, address, kind, level, turn, done_at, int(is_good))
