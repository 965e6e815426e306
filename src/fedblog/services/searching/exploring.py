"""One step of a search: ask an address, take in what is found there, and see where the thread goes on.

Everything that comes is hostile until proven otherwise. Collections are only hints: each post is fetched from its own
id and taken in like a forwarded one, by the same rules (protocol.md b.4, e.6).
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from fedblog.ap.parse.activity import read_activity
from fedblog.ap.parse.collection import RemotePage, answers_in, read_page, thread_links
from fedblog.ap.parse.object import RemoteObject
from fedblog.domain.thread_search import LEVELS, Step, StepKind
from fedblog.errors import (
    AddressRefused,
    BadAnswer,
    Gone,
    Invalid,
    Missing,
    Overspent,
    RemoteError,
    TooLarge,
    Unreachable,
)
from fedblog.services import documents_by_id, emojis, gate, resolving
from fedblog.services.handling.deletions import of_object
from fedblog.services.handling.posts import take_written
from fedblog.services.handling.received import Received
from fedblog.services.home import Home
from fedblog.services.ledger_lines import note_found
from fedblog.services.outcomes import Apply, Outcome, refused
from fedblog.services.searching.news import News
from fedblog.services.searching.silence import Silence
from fedblog.services.threads import place_of
from fedblog.services.workshop import Workshop
from fedblog.store import actors, comments, thread_searches
from fedblog.store.door import Writer
from fedblog.urls import host_of, is_same_origin

PATIENCE = 40.0
"""Seconds for one step, whatever it needs of other servers; well within its lease."""
_WHY = "found while looking for missing replies"
_TEMPORARY = frozenset({401, 408, 425, 429})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Explorer:
    """Takes steps for one run. `shop` sends its requests through the run's budget."""

    shop: Workshop
    home: Home
    silence: Silence

    async def explore(self, step: Step) -> News:
        """Take one step. Never raises for what others do."""
        news, host = News(step), host_of(step.address) or ""
        if not self.home.gate.may_act(step.address):
            return news
        if self.silence.is_over(host):
            await self._explore(step, news, host)
        else:
            news.unanswered += 1
        return news

    async def _explore(self, step: Step, news: News, host: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read(step, news)
        except Overspent:
            news.is_done = False
        except (Gone, Missing, Invalid, AddressRefused, TooLarge):
            return
        except BadAnswer as error:
            news.unanswered += _is_temporary(error)
        except (Unreachable, TimeoutError):
            self.silence.begin(host)
            news.unanswered += 1
        except Exception:  # noqa: BLE001 - one bad document must not stop the search of those behind it
            _log.exception("A step of the search below post %s failed.", step.post_pk)
            news.unanswered += 1

    async def _read(self, step: Step, news: News) -> None:
        if step.kind is StepKind.PAGE:
            await self._read_on(step, news)
        elif step.kind is StepKind.OUTBOX:
            await self._read_outbox(step, news)
        else:
            await self._read_post(step, news)

    async def _read_outbox(self, step: Step, news: News) -> None:
        """What somebody said lately: of that only what, by its own word, answers something here."""
        _, document = await self.shop.net.get_document(step.address)
        page = read_page(document)
        for said in answers_in(document):
            if await place_of(self.shop.store.reader, self.home.blog, said.in_reply_to) is not None:
                news.add_answer(said.object_id, self.home.blog.base_url, self.home.gate)
        if step.turn == 1:
            news.add_outbox_page(page, step.address)

    async def _read_on(self, step: Step, news: News) -> None:
        page = await self._page(step.address)
        news.add_page(page, step.address, self.home.blog.base_url, self.home.gate, step.turn)

    async def _page(self, address: str) -> RemotePage:
        """A collection or a page of one. That it stands where it says it does is not asked: it holds hints only."""
        _, document = await self.shop.net.get_document(address)
        return read_page(document)

    async def _read_post(self, step: Step, news: News) -> None:
        try:
            document = await documents_by_id.fetch(self.shop.net, step.address)
        except Gone:
            await self._take_back(step)
            return
        written = documents_by_id.object_in(document)
        if written.in_reply_to is None:
            return
        apply = await take_written(
            self.shop, self._received(document, written), written, is_update=False, is_fetched=True
        )
        if await self._take(step, news, written, apply) and step.level < LEVELS:
            await self._follow(step, news, document, written.object_id or step.address)

    def _received(self, document: dict[str, Any], written: RemoteObject) -> Received:
        """What was found, as if its author had just sent it."""
        said = {"type": "Create", "actor": written.attributed_to, "object": document}
        return Received(read_activity(said), said, self.home.blog, self.home.us, self.home.gate, self.shop.now())

    async def _take(self, step: Step, news: News, written: RemoteObject, apply: Apply) -> bool:
        """Write down what was found, with a line in the ledger. Whether it stands below this post for all to see."""
        author_id, object_id = written.attributed_to or "", written.object_id or ""

        async def work(db: Writer) -> tuple[int, bool]:
            before = await thread_searches.count_comments(db, step.blog_pk)
            outcome = await self._outcome(db, apply, author_id)
            await note_found(db, step.blog_pk, written, outcome, _WHY, self.shop.now())
            comment = await comments.by_object_id(db, step.blog_pk, object_id)
            is_here = comment is not None and comment.post_pk == step.post_pk
            is_seen = comment is not None and is_here and await comments.is_public(db, comment.pk)
            return await thread_searches.count_comments(db, step.blog_pk) - before, is_seen

        found, is_seen = await self.shop.store.write(work)
        news.found += found
        if found and is_seen:
            await self._copy_face(author_id)
        return is_seen

    async def _outcome(self, db: Writer, apply: Apply, author_id: str) -> Outcome:
        # Whoever was blocked while we asked, which may take many seconds, is blocked here too.
        now_open = await gate.read(db, self.home.blog.pk)
        return await apply(db) if now_open.may_act(author_id) else refused("its author or server is blocked")

    async def _copy_face(self, author_id: str) -> None:
        actor = await actors.by_id(self.shop.store.reader, author_id)
        try:
            if actor:
                await resolving.copy_avatar(self.shop, actor)
                await emojis.copy_for_name(self.shop, actor)
        except (Overspent, RemoteError):
            return  # the face comes with what its owner says next

    async def _take_back(self, step: Step) -> None:
        """Its own server says that a known comment was deleted, which nobody had told us."""
        db = self.shop.store.reader
        comment = await comments.by_object_id(db, step.blog_pk, step.address)
        author = await actors.by_pk(db, comment.actor_pk) if comment else None
        if comment is None or author is None or comment.removed_at is not None:
            return
        said = {"type": "Delete", "actor": author.actor_id, "object": step.address}
        here = self.home
        received = Received(read_activity(said), said, here.blog, here.us, here.gate, self.shop.now())
        await self.shop.store.write(of_object(received, step.address, author.actor_id, author))

    async def _follow(self, step: Step, news: News, document: dict[str, Any], object_id: str) -> None:
        """Where the thread goes on: the conversation, if one stands on the comment's own server, else the answers."""
        links, base_url, here = thread_links(document), self.home.blog.base_url, self.home.gate
        if is_same_origin(links.context, object_id) and await self._has_context(step, news, links.context or ""):
            return
        if links.embedded:
            try:
                news.add_page(read_page(links.embedded), object_id, base_url, here, 0)
            except Invalid:
                return
        elif links.replies and is_same_origin(links.replies, object_id):
            news.add_replies(links.replies)

    async def _has_context(self, step: Step, news: News, address: str) -> bool:
        """Whether the conversation at that address is a collection; asked once in a search, whoever names it."""
        known = await thread_searches.step_at(self.shop.store.reader, step.post_pk, address)
        if known is not None:
            return bool(known.is_good)
        page = await self._context(address)
        news.note_context(address, self.shop.now(), is_good=page is not None)
        if page is not None:
            news.add_page(page, address, self.home.blog.base_url, self.home.gate, 0)
        return page is not None

    async def _context(self, address: str) -> RemotePage | None:
        try:
            return await self._page(address)
        except (Gone, Missing, Invalid, AddressRefused, TooLarge):
            return None
        except BadAnswer as error:
            if _is_temporary(error):
                raise
            return None


def _is_temporary(error: BadAnswer) -> bool:
    return error.status is not None and (error.status >= 500 or error.status in _TEMPORARY)
