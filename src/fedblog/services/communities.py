"""Communities: Group actors of Lemmy, NodeBB, PieFed and their like. A post that names one appears there.

What that takes is in the Article (`ap.render.article`): the community stands in `to`, and in `audience` where it is
the only one. Here is how a community is told from a person.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from fedblog.domain.actor import Actor
from fedblog.domain.post import Addressee
from fedblog.errors import Invalid
from fedblog.services import resolving
from fedblog.services.workshop import Workshop
from fedblog.store import actors
from fedblog.store.door import Reader
from fedblog.text.hashtags_and_handles import find_handles

_MUCH_TEXT = 50_000  # characters; reading more for a hint would keep everybody waiting
_PATIENCE = 6.0  # s, for handles that nobody here has met


async def among(db: Reader, people: Sequence[Addressee]) -> tuple[Actor, ...]:
    """Those of the named that are communities, in the order in which they are named."""
    found = [await actors.by_id(db, person.actor_id) for person in people]
    return tuple(actor for actor in found if actor is not None and actor.type == "Group")


async def named_in(db: Reader, markdown: str) -> tuple[Actor, ...]:
    """The communities that a text names, as far as they are known here; by handle, as its Article will have them."""
    handles = find_handles(markdown[:_MUCH_TEXT]) if "@" in markdown else ()
    people = [await resolving.known_addressee(db, handle) for handle in sorted(handles)]
    return await among(db, [person for person in people if person is not None])


async def meet(shop: Workshop, markdown: str) -> None:
    """Look up the handles in a text that are not known yet, so that communities can be told from people.

    Whatever fails is left for publishing, which says so; the author waits at most six seconds.
    """
    handles = find_handles(markdown[:_MUCH_TEXT]) if "@" in markdown else ()
    unknown = [handle for handle in handles if await resolving.known_addressee(shop.store.reader, handle) is None]
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*(_met(shop, handle) for handle in unknown))


async def _met(shop: Workshop, handle: str) -> None:
    with suppress(Invalid):
        await resolving.addressee_of(shop, handle)
