"""The first half: a reply is put aside, and its writer gets a link to their own server."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fedblog.ap.intents import Typed, parse_typed
from fedblog.domain.blog import Blog
from fedblog.domain.writing_here import LONGEST_REPLY, ReplyApp, ReplyDraft
from fedblog.errors import Busy, Invalid
from fedblog.ids import token_hash
from fedblog.services import gate
from fedblog.services.going_home import Knocks, jrd_of
from fedblog.services.resolving import lookup_scheme
from fedblog.services.workshop import Workshop, the_blog
from fedblog.services.writing_here import at_home
from fedblog.services.writing_here.answered import Answered
from fedblog.store import reply_drafts
from fedblog.store.door import Writer
from fedblog.urls import Url, host_of, origin_of
from fedblog.world import World

MOST_WAITING: Final = 1_000


@dataclass(frozen=True, slots=True)
class Leave:
    """The way to the reader's server. `state` goes along; `binding` stays in the browser's cookie."""

    url: str
    host: str
    state: str
    binding: str
    text: str


async def send_home(
    shop: Workshop, knocks: Knocks, client: str, answered: Answered, handle: str, written: str
) -> Leave:
    """Put a reply aside, and lead its writer to their server to allow that it is posted.

    Raises `Invalid`, `at_home.NoWayThere` and `Busy` with a sentence for the reader, `going_home.TooOften` beyond ten
    new servers an hour.
    """
    text = written.strip()
    if not text:
        raise Invalid("There is nothing to post yet.", "Write your reply first.")
    if len(text) > LONGEST_REPLY:
        raise Invalid(f"The reply is longer than {LONGEST_REPLY:,} characters.")
    blog = await the_blog(shop.store.reader)
    app = await _app(shop, blog, knocks, client, parse_typed(handle))
    state, binding, verifier = (_secret(shop.world) for _ in range(3))
    draft = ReplyDraft(
        state_hash=token_hash(state),
        binding_hash=token_hash(binding),
        blog_pk=blog.pk,
        post_pk=answered.post_pk,
        number=answered.number,
        origin=app.origin,
        handle=handle,
        body=text,
        code_verifier=verifier,
        created_at=shop.now(),
    )
    await shop.store.write(lambda db: _put_aside(db, draft))
    url = _with_query(app.authorize_url, _request(app, state, verifier))
    return Leave(url, Url.parse(app.origin).authority, state, binding, answered.text_of(text))


async def _put_aside(db: Writer, draft: ReplyDraft) -> None:
    if await reply_drafts.count(db) >= MOST_WAITING:
        raise Busy("Too many replies are on their way at this moment.", "Please try again in a few minutes.")
    await reply_drafts.put_aside(db, draft)


async def _app(shop: Workshop, blog: Blog, knocks: Knocks, client: str, typed: Typed) -> ReplyApp:
    """The server behind what was typed, with the blog registered there."""
    db, here = shop.store.reader, _typed_origin(shop, typed)
    known = await reply_drafts.app_of(db, here)
    knocks.take(client, is_known=known is not None)
    origin = here
    if known is None and typed.acct is not None:
        origin = origin_of((await jrd_of(shop, typed.acct)).actor_id) or here
        known = await reply_drafts.app_of(db, origin)
    if not (await gate.read(db, blog.pk)).may_act(origin):
        raise Invalid("This blog takes no replies from that server.")
    if host_of(origin) == host_of(blog.base_url):
        raise Invalid("That is this blog itself.", "Type the handle of your own account.")
    if known is not None:
        return known
    app = await at_home.register(shop, blog, origin)
    await shop.store.write(lambda db: reply_drafts.keep_app(db, app))
    return app


def _typed_origin(shop: Workshop, typed: Typed) -> str:
    scheme = lookup_scheme(typed.authority, shop.config.federation)
    return Url.parse(f"{scheme}://{typed.authority}").origin


def _request(app: ReplyApp, state: str, verifier: str) -> dict[str, str]:
    """What the reader's server is asked for (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""
    challenge = _unpadded(hashlib.sha256(verifier.encode()).digest())
    return {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_url,
        "scope": at_home.SCOPES,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def _with_query(address: str, query: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def _secret(world: World) -> str:
    return _unpadded(world.token(32))


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
