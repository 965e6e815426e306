"""Seeing one search through from the command line, with a server at work beside it or without."""

from collections.abc import AsyncIterator

from fedblog.services.searching.planning import Progress, ask, progress
from fedblog.services.searching.searcher import Searcher
from fedblog.services.workshop import Workshop


async def follow(shop: Workshop, post_pk: int) -> AsyncIterator[Progress]:
    """Ask for a search and see it through, working on it wherever no server does; yields how far it is.

    Leaving early ends nothing: what was found stays, and the search goes on with the next server or `follow`.
    """
    await ask(shop, post_pk, by="command line")
    searcher = Searcher(shop, shop.world.token(8).hex())
    try:
        while True:
            now = await shop.store.read(lambda db: progress(db, post_pk))
            if now is None:
                return
            yield now
            if not (now.search.is_under_way or now.search.is_waiting):
                return
            search = await searcher.claim(post_pk)
            if search is None:
                await shop.world.sleep(1.0)
            else:
                await searcher.work_on(search)
    finally:
        await searcher.hand_back()
