"""Accounts, their sessions, the set-up token, failed log-ins and the audit trail."""

from dataclasses import dataclass

from fedblog.domain.blog import Account, Session
from fedblog.store.door import Reader, Writer
from fedblog.store.rows import beginning_with, build, insert


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that somebody did in the admin or on the command line."""

    account_name: str
    action: str
    subject: str
    done_at: int


async def by_name(db: Reader, name: str) -> Account | None:
    """The account of that name."""
    row = await db.one("SELECT * FROM account WHERE name = ?", name)
    return build(Account, row) if row else None


async def by_pk(db: Reader, pk: int) -> Account | None:
    """The account of that row."""
    row = await db.one("SELECT * FROM account WHERE pk = ?", pk)
    return build(Account, row) if row else None


async def listed(db: Reader, blog_pk: int) -> list[Account]:
    """All accounts of the blog."""
    rows = await db.all("SELECT * FROM account WHERE blog_pk = ? ORDER BY name", blog_pk)
    return [build(Account, row) for row in rows]


async def create(db: Writer, blog_pk: int, name: str, password_hash: str, now: int) -> int:
    """Make an account; the name must be free."""
    return await insert(db, "account", blog_pk=blog_pk, name=name, password_hash=password_hash, created_at=now)


async def set_password(db: Writer, pk: int, password_hash: str) -> None:
    """Give an account a new password; every session of it ends."""
    await db.run("UPDATE account SET password_hash = ? WHERE pk = ?", password_hash, pk)
    await db.run("DELETE FROM session WHERE account_pk = ?", pk)


async def add_session(db: Writer, session: Session) -> None:
    """Record a fresh session."""
    await db.run(
        "INSERT INTO session (token_hash, account_pk, csrf, created_at, seen_at) VALUES (?, ?, ?, ?, ?)",
        session.token_hash,
        session.account_pk,
        session.csrf,
        session.created_at,
        session.seen_at,
    )


async def session(db: Reader, token_hash: str) -> Session | None:
    """The session whose cookie hashes to this."""
    row = await db.one("SELECT * FROM session WHERE token_hash = ?", token_hash)
    return build(Session, row) if row else None


async def see_session(db: Writer, token_hash: str, now: int) -> None:
    """The session was used."""
    await db.run("UPDATE session SET seen_at = ? WHERE token_hash = ?", now, token_hash)


async def end_session(db: Writer, token_hash: str) -> None:
    """Log out."""
    await db.run("DELETE FROM session WHERE token_hash = ?", token_hash)


async def end_sessions_before(db: Writer, seen_before: int, created_before: int) -> None:
    """End sessions that were idle for too long, or are too old."""
    await db.run("DELETE FROM session WHERE seen_at < ? OR created_at < ?", seen_before, created_before)


async def set_setup_token(db: Writer, blog_pk: int, token_hash: str, now: int) -> None:
    """Replace the set-up token; the former one is void."""
    await db.run(
        """INSERT INTO setup_token (blog_pk, token_hash, created_at) VALUES (?, ?, ?)
           ON CONFLICT (blog_pk) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at""",
        blog_pk,
        token_hash,
        now,
    )


async def setup_token(db: Reader, blog_pk: int) -> str | None:
    """The hash of the set-up token, while one is open."""
    found = await db.value("SELECT token_hash FROM setup_token WHERE blog_pk = ?", blog_pk)
    return None if found is None else str(found)


async def take_setup_token(db: Writer, blog_pk: int, token_hash: str) -> bool:
    """Use the set-up token up. Of many at once, one wins (security.md A13)."""
    return await db.run("DELETE FROM setup_token WHERE blog_pk = ? AND token_hash = ?", blog_pk, token_hash) == 1


async def end_setup(db: Writer, blog_pk: int) -> None:
    """No set-up any more: there is an account."""
    await db.run("DELETE FROM setup_token WHERE blog_pk = ?", blog_pk)


async def record_attempt(db: Writer, buckets: tuple[str, ...], now: int) -> None:
    """Count a failed log-in in each bucket."""
    await db.many("INSERT INTO login_attempt (bucket, tried_at) VALUES (?, ?)", [(b, now) for b in buckets])


async def attempts_since(db: Reader, bucket: str, since: int) -> int:
    """How many failed log-ins a bucket holds since then."""
    return int(await db.value("SELECT COUNT(*) FROM login_attempt WHERE bucket = ? AND tried_at > ?", bucket, since))


async def forgive(db: Writer, account_name: str) -> None:
    """The right password was given: earlier failures of this account count no more."""
    await db.run(
        "DELETE FROM login_attempt WHERE bucket = ? OR bucket LIKE ? ESCAPE '!'",
        account_name,
        beginning_with(f"{account_name} "),
    )


async def forget_attempts(db: Writer, before: int) -> None:
    """Drop what no limit looks at any more."""
    await db.run("DELETE FROM login_attempt WHERE tried_at < ?", before)


async def note(db: Writer, blog_pk: int, account_name: str, action: str, subject: str, now: int) -> None:
    """Write a line of the audit trail."""
    await insert(
        db, "audit", blog_pk=blog_pk, account_name=account_name, action=action, subject=subject[:500], done_at=now
    )


async def audit(db: Reader, blog_pk: int, limit: int = 200) -> list[AuditLine]:
    """The latest lines of the audit trail."""
    rows = await db.all(
        """SELECT account_name, action, subject, done_at FROM audit WHERE blog_pk = ?
           ORDER BY pk DESC LIMIT ?""",
        blog_pk,
        limit,
    )
    return [build(AuditLine, row) for row in rows]
