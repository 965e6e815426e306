"""The one gate: who may act here at all. Asked on receive, fetch, render, deliver, in collections (security.md M03)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fedblog.domain.actor import Block, BlockKind
from fedblog.store import blocks
from fedblog.store.door import Reader
from fedblog.urls import host_of

TOPIC = "blocks"


@dataclass(frozen=True, slots=True)
class Gate:
    """Whom the blog has blocked, as of one moment."""

    actor_ids: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def may_act(self, signer: str, author: str = "", hosts: Iterable[str] = ()) -> bool:
        """Whether none of those who take part is blocked: who sends, who wrote, and any other hosts.

        A blocked host stands for all its subdomains.
        """
        if not self.hosts and not self.actor_ids:
            return True
        people = [actor_id for actor_id in (signer, author) if actor_id]
        named = [*(host_of(actor_id) or "" for actor_id in people), *hosts]
        return self.actor_ids.isdisjoint(people) and all(self.hosts.isdisjoint(_domains(host)) for host in named)


def _domains(host: str) -> Iterator[str]:
    """The host and every domain above it."""
    while host:
        yield host
        host = host.partition(".")[2]


def gate_of(listed: Iterable[Block]) -> Gate:
    """The gate that these blocks make."""
    by_kind: dict[BlockKind, set[str]] = {kind: set() for kind in BlockKind}
    for block in listed:
        by_kind[block.kind].add(block.value)
    return Gate(frozenset(by_kind[BlockKind.ACTOR]), frozenset(by_kind[BlockKind.HOST]))


async def read(db: Reader, blog_pk: int) -> Gate:
    """The gate as it stands."""
    return gate_of(await blocks.listed(db, blog_pk))
