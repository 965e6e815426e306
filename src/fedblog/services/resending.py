"""Sending again what was sent before: one delivery, a post, or what went to a host. The same ids, the same bytes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fedblog.domain.blog import Blog
from fedblog.errors import Invalid, Missing
from fedblog.services import gate
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, blocks, posts, receipts
from fedblog.store.door import Reader, Writer
from fedblog.store.receipts import Candidate


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be sent again: one delivery, a post, or what was written since then (ms UTC) to a host.

    `asked_at`: what has arrived after that moment stays, so that asking twice sends once.
    """

    asked_at: int
    delivery_pk: int = 0
    post_pk: int = 0
    host: str = ""
    since: int = 0

    @property
    def words(self) -> str:
        """For the audit trail."""
        if self.delivery_pk:
            return f"delivery {self.delivery_pk}"
        return f"post {self.post_pk}" if self.post_pk else self.host


@dataclass(frozen=True, slots=True)
class Parcels:
    """What goes out: the deliveries by key, how many of each kind, the servers; `blocked` were left out."""

    pks: Sequence[int]
    kinds: Mapping[str, int]
    hosts: Sequence[str]
    blocked: int


async def preview(shop: Workshop, scope: Scope) -> Parcels:
    """What `resend` would send now. Raises `Missing` and `Invalid` as it does."""
    return await shop.store.read(lambda db: _gathered(db, scope))


async def resend(shop: Workshop, scope: Scope, *, by: str) -> Parcels:
    """Send it again, beginning now, for as long as if it were new. Blocked servers and people are left out.

    Of a post goes what stands on the wire now, to those who follow, are named in it or took part below it; nothing
    goes that was taken back. Raises `Missing` when there is no such delivery or post, `Invalid` without a scope.
    """

    async def work(db: Writer) -> Parcels:
        parcels = await _gathered(db, scope)
        if parcels.pks:
            await receipts.send_again(db, parcels.pks, scope.asked_at, shop.now())
            blog = await the_blog(db)
            await accounts.note(db, blog.pk, by, f"send {len(parcels.pks)} again", scope.words, shop.now())
        return parcels

    return await shop.store.write(work)


async def _gathered(db: Reader, scope: Scope) -> Parcels:
    blog = await the_blog(db)
    found = await _candidates(db, blog, scope)
    open_gate, closed = await gate.read(db, blog.pk), await blocks.inboxes(db, blog.pk)
    going = [one for one in found if one.inbox not in closed and open_gate.may_act("", hosts=(one.host,))]
    return Parcels(
        pks=[one.pk for one in going],
        kinds=Counter(one.kind for one in going),
        hosts=sorted({one.host for one in going}),
        blocked=len(found) - len(going),
    )


async def _candidates(db: Reader, blog: Blog, scope: Scope) -> list[Candidate]:
    if scope.delivery_pk:
        if await receipts.by_pk(db, scope.delivery_pk) is None:
            raise Missing(f"There is no delivery {scope.delivery_pk}.", "fedblog deliveries list shows them.")
        return await receipts.candidate(db, blog.pk, scope.delivery_pk, scope.asked_at)
    if scope.post_pk:
        if await posts.by_pk(db, scope.post_pk) is None:
            raise Missing(f"There is no post {scope.post_pk}.", "fedblog post list shows them.")
        return await receipts.candidates_of_post(db, blog.pk, scope.post_pk, scope.asked_at)
    if not scope.host:
        raise Invalid("Name a delivery, a post or a server.")
    return await receipts.candidates_of_host(db, blog.pk, scope.host, scope.since, scope.asked_at)
