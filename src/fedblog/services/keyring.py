"""Our own private keys, parsed once per process."""

from collections.abc import Sequence

from fedblog.ap.signatures import SigningKey, read_private_key
from fedblog.domain.actor import ActorKind
from fedblog.domain.delivery import Activity
from fedblog.domain.own_key import OwnKey, OwnKeyKind, in_use
from fedblog.errors import Refused
from fedblog.services.kept import Kept
from fedblog.store import actors, own_keys
from fedblog.store.door import Store


class Keyring:
    """Hands out the signing keys of our actors. Reads them again when any was added or retired."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: Kept[Sequence[OwnKey]] = Kept(store, (own_keys.TOPIC,), own_keys.every)
        self._parsed: dict[int, SigningKey] = {}
        self._instance_pk: int | None = None

    async def of(self, actor_pk: int) -> SigningKey:
        """The key that this actor of ours signs with."""
        key = in_use(await self._of_actor(actor_pk), OwnKeyKind.RSA)
        if key is None:
            raise Refused("A key of this blog is missing from its database.", "Restore a backup: fedblog restore")
        return self._read(key)

    async def for_delivery(self, activity: Activity, *, is_first_try: bool) -> SigningKey:
        """The key to sign this activity with: the one of now, also for what was stored before it was made.

        One exception: the Update that tells of a change of keys, stored in the moment of the change, is signed with
        the old key at its first try and first knock, for whoever knows nothing but that (docs/decisions/0011).
        """
        if is_first_try and activity.kind == "Update":
            for key in await self._of_actor(activity.actor_pk):
                if key.kind == OwnKeyKind.RSA and key.retired_at == activity.created_at and key.private_pem:
                    return self._read(key)
        return await self.of(activity.actor_pk)

    async def of_instance(self) -> SigningKey:
        """The key of the instance actor, which signs every GET (protocol.md a.5)."""
        if self._instance_pk is None:
            actor = await actors.own(self._store.reader, ActorKind.INSTANCE)
            if actor is None:
                raise Refused("There is no blog in this database yet.", "Make one with: fedblog init")
            self._instance_pk = actor.pk
        return await self.of(self._instance_pk)

    async def _of_actor(self, actor_pk: int) -> list[OwnKey]:
        return [key for key in await self._keys.current() if key.actor_pk == actor_pk]

    def _read(self, key: OwnKey) -> SigningKey:
        if key.pk not in self._parsed:
            self._parsed[key.pk] = SigningKey(key.key_id, read_private_key(key.private_pem))
        return self._parsed[key.pk]
