"""The second half: the writer is back from their server, which now posts the reply. The token lives for no longer."""

import asyncio
import hmac
from dataclasses import dataclass
from typing import Final

from fedblog.domain.writing_here import ReplyApp, ReplyDraft
from fedblog.errors import Refused
from fedblog.ids import token_hash
from fedblog.services.workshop import Workshop
from fedblog.services.writing_here import at_home
from fedblog.services.writing_here.answered import Answered, answered
from fedblog.store import reply_drafts
from fedblog.urls import Url

_LONGEST_CODE: Final = 2048


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser brought back. `tag` stands in the address, `binding` is what its cookie for this `state` holds."""

    tag: str
    state: str
    binding: str
    code: str = ""
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """The reply stands at `url` on the reader's server, and is on its way here."""

    draft: ReplyDraft
    url: str
    host: str


class Stray(Refused):
    """Whoever came has not begun anything here, or has finished it."""


class Unfinished(Refused):
    """It could not be posted. `draft` holds what was written."""

    def __init__(self, draft: ReplyDraft, why: str, todo: str = "") -> None:
        super().__init__(why, todo)
        self.draft = draft


async def finish(shop: Workshop, came: Return) -> Posted:
    """Let the reply be posted by the server that was asked, and by no other.

    Each state counts once, in the browser that it was given to, for ten minutes, from the server that it was meant
    for. Raises `Stray` and `Unfinished`.
    """
    draft = await _draft_of(shop, came)
    if came.tag != at_home.tag_of(draft.origin) or came.issuer.removesuffix("/") not in {"", draft.origin}:
        raise Unfinished(draft, "The answer came from another server than the one that was asked.")
    if draft.is_late(shop.now()):
        raise Unfinished(draft, "That took longer than ten minutes.", "Please try again.")
    if came.error == "invalid_scope":
        raise Unfinished(draft, "Your server cannot give leave for just this.", "Please open the post there instead.")
    if came.error or not 0 < len(came.code) <= _LONGEST_CODE:
        raise Unfinished(draft, "It was not allowed at your server.")
    try:
        what = await shop.store.read(lambda db: answered(db, draft.post_pk, draft.number))
        url = await _post(shop, draft, what, came.code)
    except Refused as error:
        raise Unfinished(draft, error.why, error.todo) from error
    return Posted(draft, url, Url.parse(draft.origin).authority)


async def _draft_of(shop: Workshop, came: Return) -> ReplyDraft:
    """The reply that this browser was sent away with; from now on nobody else gets it."""
    state_hash = token_hash(came.state)
    draft = await reply_drafts.by_state(shop.store.reader, state_hash)
    if draft is None:
        raise Stray("This link has been used, or is too old.", "Go back to the post to write a reply.")
    if not hmac.compare_digest(token_hash(came.binding), draft.binding_hash):
        raise Stray("This was not begun in this browser.", "Go back to the post to write a reply.")
    if not await shop.store.write(lambda db: reply_drafts.take(db, state_hash)):
        raise Stray("This link has just been used.", "Your reply is on its way.")
    return draft


async def _post(shop: Workshop, draft: ReplyDraft, what: Answered, code: str) -> str:
    app = await reply_drafts.app_of(shop.store.reader, draft.origin)
    if app is None:
        raise at_home.NoWayThere("Your server is not known here any more.", "Please try again.")
    token = await _token(shop, app, draft, code)
    try:
        status = await at_home.find(shop, app, token, what.object_id)
        return await at_home.post(shop, app, token, what.text_of(draft.body), status, draft.state_hash)
    finally:
        await asyncio.shield(at_home.give_back(shop, app, token))


async def _token(shop: Workshop, app: ReplyApp, draft: ReplyDraft, code: str) -> str:
    try:
        return await at_home.fetch_token(shop, app, code, draft.code_verifier)
    except at_home.Forgotten:
        await shop.store.write(lambda db: reply_drafts.forget_app(db, app.origin))
        raise
