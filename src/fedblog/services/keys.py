"""The keys of others: a cache before the fetch, and when a cached key is asked for anew (protocol.md a.3)."""

from dataclasses import dataclass, replace
from typing import Any

from fedblog.ap.signatures import PublicKey
from fedblog.config import FederationConfig
from fedblog.domain.actor import RemoteKey
from fedblog.errors import AddressRefused, Invalid, Unproven
from fedblog.net.client import Net
from fedblog.net.guard import check_url
from fedblog.services.bounded_fetching import BoundedFetching
from fedblog.services.documents_by_id import fetch
from fedblog.services.key_documents import FetchedKey, KeyGone, fetch_key, or_unproven, read_key
from fedblog.store import hosts, remote_keys
from fedblog.store.door import Store
from fedblog.urls import Url, host_of
from fedblog.world import World

FRESH_MS = 24 * 3600 * 1000
GONE_MS = 30 * 24 * 3600 * 1000
SILENCE_MS = 30 * 24 * 3600 * 1000
_SETTLED_MS = 60 * 1000
_RENEWAL_PAUSE_MS = 5 * 60 * 1000
_MOST_IN_MEMORY = 4_000


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key whose owner lists it. `is_stored`: the row is in the database as it stands here.

    `actor` is the owner's document when it was fetched on the way, for whoever stores the proof.
    """

    row: RemoteKey
    key: PublicKey
    is_stored: bool
    actor: dict[str, Any] | None = None

    @property
    def owner(self) -> str:
        """The actor that this key proves."""
        return self.row.owner


class KeyRing:
    """Finds public keys. Nothing is written here: an unproven request must not cost a write.

    One for each process: what others can make it fetch is bounded once, for requests and for proofs together.
    """

    def __init__(self, world: World, federation: FederationConfig, store: Store, net: Net) -> None:
        self._world = world
        self._federation = federation
        self._store = store
        self._net = net
        self._memory: dict[str, KnownKey] = {}
        self._fetching = BoundedFetching(world)

    async def cached(self, key_id: str) -> KnownKey | None:
        """The key, if it is known here already. Raises `KeyGone`."""
        known = self._memory.get(key_id)
        if known is None:
            row = await remote_keys.by_id(self._store.reader, key_id)
            # Another request may have fetched it while we looked.
            known = self._memory.get(key_id) or (self._remember(_from_row(row)) if row else None)
        if known and known.row.gone_at and self._world.now() - known.row.gone_at < GONE_MS:
            raise KeyGone
        return known

    async def find(self, key_id: str, *, may_fetch: bool) -> KnownKey:
        """The key, from the cache or from its own server. Raises `Unproven`."""
        known = await self.cached(key_id)
        if known and (not may_fetch or self._world.now() - known.row.fetched_at < FRESH_MS):
            return known
        if not may_fetch:
            raise Unproven("key-unknown")
        refuse_odd_key_id(key_id, self._federation)
        try:
            return await self._fetched(key_id, known)
        except KeyGone:
            if known:
                await self._mark_gone(known)
            raise
        except Unproven as error:
            # A stale key is better than none while its server cannot be asked.
            if known and error.status == 503:
                return known
            raise

    async def renewed(self, known: KnownKey) -> KnownKey | None:
        """The key as it stands now at its owner's, after a signature did not fit the cached one.

        None when it is the same, too fresh to have changed, or was asked for within five minutes. Raises `Unproven`.
        """
        now = self._world.now()
        if now - known.row.fetched_at <= _SETTLED_MS or now - known.row.refetched_at < _RENEWAL_PAUSE_MS:
            return None
        self._remember(replace(known, row=replace(known.row, refetched_at=now)))
        fresh = await self._fetched(known.row.key_id, known)
        fresh = self._remember(replace(fresh, row=replace(fresh.row, refetched_at=now)))
        return fresh if fresh.row.pem != known.row.pem else None

    async def last_known(self, key_id: str) -> KnownKey | None:
        """The last good key of an owner who is gone: what its own Delete may still be proven by."""
        row = await remote_keys.by_id(self._store.reader, key_id)
        return _from_row(row) if row and row.pem else None

    async def is_actor_gone(self, actor_id: str) -> bool:
        """Whether the actor's own server says 410 of it, within the same bounds as keys. Raises `Unproven`."""
        try:
            await self._fetching.run("actor", actor_id, lambda: or_unproven(lambda: fetch(self._net, actor_id)))
        except KeyGone:
            return True
        return False

    def confirm(self, known: KnownKey) -> None:
        """A signature fitted this key: fetching it costs its host nothing, and it will be stored."""
        if not known.is_stored:
            self._fetching.give_back(known.row.key_id)

    def stored(self, known: KnownKey) -> None:
        """The key was written into the database."""
        self._memory[known.row.key_id] = replace(known, is_stored=True, actor=None)

    async def _fetched(self, key_id: str, known: KnownKey | None) -> KnownKey:
        async def fetching() -> KnownKey:
            """Remembers the key before the fetch counts as ended, or the next to look would begin another."""
            fresh = _from_fetch(await fetch_key(self._net, key_id), self._world.now())
            return self._remember(await self._carried_on(known, fresh))

        return await self._fetching.run("key", key_id, fetching)

    async def _carried_on(self, known: KnownKey | None, fresh: KnownKey) -> KnownKey:
        """`fresh`, with the mark of a new identity if it is one.

        Who takes over a domain that was silent for 30 days gets none of the trust of its former owner.
        """
        if known is None:
            return fresh
        renewed_at = known.row.renewed_at
        if fresh.row.pem != known.row.pem and await self._was_silent(known.row.host):
            renewed_at = self._world.now()
        return replace(fresh, row=replace(fresh.row, renewed_at=renewed_at))

    async def _was_silent(self, host: str) -> bool:
        seen = await hosts.by_name(self._store.reader, host)
        since = seen.failing_since if seen else None
        return since is not None and self._world.now() - since >= SILENCE_MS

    async def _mark_gone(self, known: KnownKey) -> None:
        row = replace(known.row, gone_at=self._world.now())
        await self._store.write(lambda db: remote_keys.save(db, row))
        self._remember(replace(known, row=row))

    def _remember(self, known: KnownKey) -> KnownKey:
        self._memory.pop(known.row.key_id, None)
        if len(self._memory) >= _MOST_IN_MEMORY:
            del self._memory[next(iter(self._memory))]
        self._memory[known.row.key_id] = known
        return known


def refuse_odd_key_id(key_id: str, federation: FederationConfig) -> None:
    """Raise `Unproven` for a key id that is no address we would ask, such as `acct:` ones."""
    try:
        check_url(Url.parse(key_id), federation)
    except Invalid as error:
        raise Unproven("key-id-odd") from error
    except AddressRefused as error:
        raise Unproven("key-host-refused") from error


def _from_row(row: RemoteKey) -> KnownKey:
    return KnownKey(row, read_key(row.pem), is_stored=True)


def _from_fetch(found: FetchedKey, now: int) -> KnownKey:
    host = host_of(found.key_id) or ""
    row = RemoteKey(found.key_id, found.owner, host, found.pem, now, 0, None, None)
    return KnownKey(row, read_key(found.pem), is_stored=False, actor=found.actor)
