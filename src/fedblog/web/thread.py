"""Comments below a post, put in their order and joined from ready fragments."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fedblog.store.comments import CommentLine, Placeholder
from fedblog.web.fragments import Fragments, Surroundings

Node = CommentLine | Placeholder

DEEPEST = 4
_GONE = '<p class="comment-gone"><bdi><a href="#comment-{0}">Comment {0} was removed.</a></bdi></p>'


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment, or the place of one, at its level of the thread."""

    level: int
    node: Node
    parent: int | None


def arrange(lines: Sequence[CommentLine], gaps: Sequence[Placeholder]) -> list[Placed]:
    """The thread from top to bottom: answers after what they answer, by number among themselves.

    Of the gaps only those are kept that have answers. Deeper levels than `DEEPEST` stand flat on it; there the
    number of the parent tells what is answered (behaviour.md 1.2).
    """
    nodes: dict[int, Node] = {line.pk: line for line in lines} | {gap.pk: gap for gap in _with_answers(lines, gaps)}
    children: defaultdict[int | None, list[Node]] = defaultdict(list)
    for node in sorted(nodes.values(), key=_number, reverse=True):
        children[node.parent_pk if node.parent_pk in nodes else None].append(node)
    numbers = {pk: node.number for pk, node in nodes.items()}
    return list(_walk(children, numbers))


def _with_answers(lines: Sequence[CommentLine], gaps: Sequence[Placeholder]) -> list[Placeholder]:
    by_pk = {gap.pk: gap for gap in gaps}
    kept: dict[int, Placeholder] = {}
    for line in lines:
        gap = by_pk.get(line.parent_pk or 0)
        while gap is not None and gap.pk not in kept:
            kept[gap.pk] = gap
            gap = by_pk.get(gap.parent_pk or 0)
    return list(kept.values())


def _walk(children: defaultdict[int | None, list[Node]], numbers: dict[int, int | None]) -> Iterator[Placed]:
    """Depth first without recursion: strangers decide how deep a thread goes."""
    stack = [(0, node) for node in children[None]]
    while stack:
        level, node = stack.pop()
        yield Placed(min(level, DEEPEST), node, numbers.get(node.parent_pk or 0))
        stack.extend((level + 1, child) for child in children.get(node.pk, ()))


def _number(node: Node) -> int:
    return node.number or 0


def join(thread: Sequence[Placed], fragments: Fragments, around: Surroundings) -> Markup:
    """The list items of the whole thread, nested by level."""
    parts: list[str] = []
    level = -1
    for placed in thread:
        parts.append(_step(level, placed.level))
        parts.append(_item(placed, fragments, around))
        level = placed.level
    if thread:
        parts.append("</li></ol>" * level + "</li>")
    return Markup("\n".join(parts))  # noqa: S704 - joined from rendered templates


def _step(before: int, now: int) -> str:
    """What closes and opens between one comment and the next."""
    if before < 0:
        return ""
    if now > before:
        return '<ol class="answers">'
    return "</li></ol>" * (before - now) + "</li>"


def _item(placed: Placed, fragments: Fragments, around: Surroundings) -> str:
    node = placed.node
    if isinstance(node, CommentLine):
        opening = f'<li id="comment-{node.number}" class="comment u-comment h-cite">'
        return opening + fragments.of(node, placed.parent, around)
    return f'<li id="comment-{node.number}" class="comment">' + _GONE.format(node.number)
