"""Replies that wait for their writer to come back, and the servers that may post them."""

from fedblog.domain.writing_here import ReplyApp, ReplyDraft
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import build


async def app_of(db: Reader, origin: str) -> ReplyApp | None:
    """What is known of a server, if the blog is registered there."""
    row = await db.one("SELECT * FROM reply_app WHERE origin = ?", origin)
    return build(ReplyApp, row) if row else None


async def keep_app(db: Writer, app: ReplyApp) -> None:
    """The blog has just been registered there; of two registrations at once the later one stays."""
    await db.run(
        """INSERT INTO reply_app (origin, client_id, client_secret, authorize_url, token_url, revoke_url, redirect_url,
               registered_at, used_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (origin) DO UPDATE SET client_id = excluded.client_id, client_secret = excluded.client_secret,
               authorize_url = excluded.authorize_url, token_url = excluded.token_url,
               revoke_url = excluded.revoke_url, redirect_url = excluded.redirect_url,
               registered_at = excluded.registered_at, used_at = excluded.used_at""",
        app.origin,
        app.client_id,
        app.client_secret,
        app.authorize_url,
        app.token_url,
        app.revoke_url,
        app.redirect_url,
        app.registered_at,
        app.used_at,
    )


async def forget_app(db: Writer, origin: str) -> None:
    """The server does not know us any more: register anew next time."""
    await db.run("DELETE FROM reply_app WHERE origin = ?", origin)


async def count(db: Reader) -> int:
    """How many replies wait."""
    return int(await db.value("SELECT COUNT(*) FROM reply_draft"))


async def put_aside(db: Writer, draft: ReplyDraft) -> None:
    """Keep a reply until its writer is back."""
    await db.run(
        """INSERT INTO reply_draft (state_hash, binding_hash, blog_pk, post_pk, number, origin, handle, body,
               code_verifier, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        draft.state_hash,
        draft.binding_hash,
        draft.blog_pk,
        draft.post_pk,
        draft.number,
        draft.origin,
        draft.handle,
        draft.body,
        draft.code_verifier,
        draft.created_at,
    )
    await db.run("UPDATE reply_app SET used_at = ? WHERE origin = ?", draft.created_at, draft.origin)


async def by_state(db: Reader, state_hash: str) -> ReplyDraft | None:
    """The reply that this state belongs to."""
    row = await db.one("SELECT * FROM reply_draft WHERE state_hash = ?", state_hash)
    return build(ReplyDraft, row) if row else None


async def take(db: Writer, state_hash: str) -> bool:
    """Use a state up, and forget its text. Of many at once, one wins."""
    return await db.run("DELETE FROM reply_draft WHERE state_hash = ?", state_hash) == 1


async def forget_old(db: Writer, drafts_before: int, apps_before: int) -> None:
    """Drop replies that nobody came back for, and registrations that were not used."""
    await db.run("DELETE FROM reply_draft WHERE created_at < ?", drafts_before)
    await db.run("DELETE FROM reply_app WHERE used_at < ?", apps_before)
