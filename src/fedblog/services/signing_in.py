"""Who may work in the admin: passwords, sessions, set-up, and the limits on guessing (security.md 2.5)."""

import asyncio
import base64
import ipaddress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from fedblog.domain.blog import Account, Session
from fedblog.errors import Conflict, Invalid, Refused
from fedblog.ids import token_hash
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts
from fedblog.store.door import Writer

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
PASSWORD_LENGTH = 10
_LONGEST_PASSWORD = 1000
_IDLE, _OLDEST, _SEEN_EVERY = 14 * DAY, 90 * DAY, 5 * MINUTE
_PAIR_LIMIT, _PAIR_WINDOW = 5, 15 * MINUTE
_ACCOUNT_LIMIT, _ACCOUNT_WINDOW, _ACCOUNT_PAUSE = 25, HOUR, 12 * MINUTE

# The hash that an unknown user's guess is compared with, at the same cost (A03).
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


class TooManyAttempts(Refused):
    """Too many wrong passwords; `wait` is how long to wait, in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("Too many attempts.", f"Wait {-(-wait // 60)} minutes and try again.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A fresh session: the token goes into the cookie and is stored nowhere else."""

    token: str
    session: Session


async def create_account(shop: Workshop, name: str, password: str) -> Account:
    """Make an account; open set-up links end.

    Raises `Invalid` for a bad name or password, `Conflict` for a taken name.
    """
    clean = checked_name(name)
    hashed = await _hash(shop, checked_password(password))

    async def work(db: Writer) -> Account:
        blog = await the_blog(db)
        await accounts.end_setup(db, blog.pk)
        return await _add_account(db, blog.pk, clean, hashed, shop.now())

    return await shop.store.write(work)


async def set_password(shop: Workshop, name: str, password: str) -> None:
    """Give an account a new password and end all its sessions."""
    hashed = await _hash(shop, checked_password(password))

    async def work(db: Writer) -> None:
        account = await accounts.by_name(db, checked_name(name))
        if account is None:
            raise Invalid(f"There is no account {name!r}.", "fedblog account list shows them.")
        await accounts.set_password(db, account.pk, hashed)

    await shop.store.write(work)


async def change_password(shop: Workshop, account: Account, old: str, new: str, client: str) -> LoggedIn | None:
    """A new password for whoever knows the old one: all sessions end, and a fresh one begins (security.md A04).

    None for a wrong old password. Raises `Invalid` for a new one that is too short, `TooManyAttempts` as `log_in`.
    """
    checked_password(new)
    if await log_in(shop, account.name, old, client) is None:
        return None
    hashed = await _hash(shop, new)

    async def work(db: Writer) -> LoggedIn:
        await accounts.set_password(db, account.pk, hashed)
        await accounts.note(db, account.blog_pk, account.name, "change password", account.name, shop.now())
        return await _begin(db, shop, account)

    return await shop.store.write(work)


async def open_setup(shop: Workshop) -> str | None:
    """A fresh set-up token while no account exists; the former one is void. None once there is an account."""
    token = _token(shop)

    async def work(db: Writer) -> str | None:
        blog = await the_blog(db)
        if await accounts.listed(db, blog.pk):
            return None
        await accounts.set_setup_token(db, blog.pk, token_hash(token), shop.now())
        return token

    return await shop.store.write(work)


async def is_setup_open(shop: Workshop, token: str) -> bool:
    """Whether this set-up token may be used."""
    blog = await the_blog(shop.store.reader)
    return await accounts.setup_token(shop.store.reader, blog.pk) == token_hash(token)


async def complete_setup(shop: Workshop, token: str, name: str, password: str) -> LoggedIn:
    """Make the first account with a set-up token. Of many at once, one wins (A13); the others get `Conflict`."""
    clean, secret = checked_name(name), checked_password(password)
    if not await is_setup_open(shop, token):
        raise _used_setup()
    hashed = await _hash(shop, secret)

    async def work(db: Writer) -> LoggedIn:
        blog = await the_blog(db)
        if not await accounts.take_setup_token(db, blog.pk, token_hash(token)):
            raise _used_setup()
        account = await _add_account(db, blog.pk, clean, hashed, shop.now())
        return await _begin(db, shop, account)

    return await shop.store.write(work)


def _used_setup() -> Conflict:
    return Conflict("This set-up link has been used or replaced.", "The server prints a new one when it starts.")


async def _add_account(db: Writer, blog_pk: int, name: str, hashed: str, now: int) -> Account:
    if await accounts.by_name(db, name):
        raise Conflict(f"There is an account {name!r} already.")
    pk = await accounts.create(db, blog_pk, name, hashed, now)
    await accounts.note(db, blog_pk, name, "account created", name, now)
    return Account(pk, blog_pk, name, hashed, now)


async def log_in(shop: Workshop, name: str, password: str, client: str) -> LoggedIn | None:
    """A fresh session for the right password, None for a wrong one.

    Raises `TooManyAttempts` before any hashing: 5 in 15 minutes for an account from one network, and
    past 25 an hour for an account from anywhere one try in 12 minutes, which delays and never locks out.
    """
    known = "_".join(name.lower().split())[:64]  # without a space, so that no name reads like one with a network
    buckets = (f"{known} {network_of(client)}", known)
    # An attempt counts before it is hashed, so that many at once cannot slip past the limit together.
    await shop.store.write(lambda db: _count_attempt(db, buckets, shop.now()))
    account = await accounts.by_name(shop.store.reader, known)
    right = await _is_right(shop, account.password_hash if account else _NOBODY, password)
    if account is None or not right:
        return None

    async def work(db: Writer) -> LoggedIn | None:
        # The password may have been changed while this one was hashed, and all sessions ended.
        return await _begin(db, shop, account) if await accounts.by_pk(db, account.pk) == account else None

    return await shop.store.write(work)


async def confirm(shop: Workshop, account: Account, password: str, client: str) -> bool:
    """Whether that is the password of who is logged in, asked again before something that cannot be undone.

    Counted and bounded as a log-in is. Raises `TooManyAttempts`.
    """
    buckets = (f"{account.name} {network_of(client)}", account.name)
    await shop.store.write(lambda db: _count_attempt(db, buckets, shop.now()))
    if not await _is_right(shop, account.password_hash, password):
        return False
    await shop.store.write(lambda db: accounts.forgive(db, account.name))
    return True


async def _count_attempt(db: Writer, buckets: tuple[str, str], now: int) -> None:
    pair, account = buckets
    if await accounts.attempts_since(db, pair, now - _PAIR_WINDOW) >= _PAIR_LIMIT:
        raise TooManyAttempts(_PAIR_WINDOW // 1000)
    is_over = await accounts.attempts_since(db, account, now - _ACCOUNT_WINDOW) >= _ACCOUNT_LIMIT
    if is_over and await accounts.attempts_since(db, account, now - _ACCOUNT_PAUSE):
        raise TooManyAttempts(_ACCOUNT_PAUSE // 1000)
    await accounts.record_attempt(db, buckets, now)


async def _begin(db: Writer, shop: Workshop, account: Account) -> LoggedIn:
    token, now = _token(shop), shop.now()
    session = Session(token_hash(token), account.pk, _token(shop), now, now)
    await accounts.add_session(db, session)
    await accounts.forgive(db, account.name)
    return LoggedIn(token, session)


async def session_of(shop: Workshop, token: str) -> tuple[Session, Account] | None:
    """The living session of a cookie, with its account."""
    now = shop.now()
    session = await accounts.session(shop.store.reader, token_hash(token))
    if session is None or now - session.seen_at > _IDLE or now - session.created_at > _OLDEST:
        return None
    account = await accounts.by_pk(shop.store.reader, session.account_pk)
    if account is None:
        return None
    if now - session.seen_at > _SEEN_EVERY:
        await shop.store.write(lambda db: accounts.see_session(db, session.token_hash, now))
    return session, account


async def log_out(shop: Workshop, token: str) -> None:
    """End the session of this cookie."""
    await shop.store.write(lambda db: accounts.end_session(db, token_hash(token)))


async def sweep(shop: Workshop) -> None:
    """Drop dead sessions and attempts that no limit looks at any more."""
    now = shop.now()

    async def work(db: Writer) -> None:
        await accounts.end_sessions_before(db, now - _IDLE, now - _OLDEST)
        await accounts.forget_attempts(db, now - _ACCOUNT_WINDOW)

    await shop.store.write(work)


def checked_name(name: str) -> str:
    """An account name in its stored form. Raises `Invalid`."""
    clean = name.strip().lower()
    if not clean or len(clean) > 64 or not all(c.isalnum() or c in "._-" for c in clean):
        raise Invalid("An account name is made of letters, digits, dots, dashes and underscores, at most 64 of them.")
    return clean


def checked_password(password: str) -> str:
    """The password, if it is long enough. Raises `Invalid`."""
    if not PASSWORD_LENGTH <= len(password) <= _LONGEST_PASSWORD:
        raise Invalid(f"A password needs at least {PASSWORD_LENGTH} characters.")
    return password


def network_of(client: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _token(shop: Workshop) -> str:
    return base64.urlsafe_b64encode(shop.world.token(32)).decode().rstrip("=")


async def _hash(shop: Workshop, password: str) -> str:
    async with shop.slots.hashing:
        return await asyncio.to_thread(_hasher().hash, password)


async def _is_right(shop: Workshop, hashed: str, password: str) -> bool:
    async with shop.slots.hashing:
        return await asyncio.to_thread(_verify, hashed, password[:_LONGEST_PASSWORD])


@cache
def _hasher() -> "PasswordHasher":
    """The low-memory profile of OWASP (security.md A10). Imported only once somebody has a password to check."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def _verify(hashed: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return _hasher().verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False
