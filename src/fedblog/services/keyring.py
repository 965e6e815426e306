"""Our own private keys, parsed once per process."""

from fedblog.ap.signatures import SigningKey, read_private_key
from fedblog.domain.actor import ActorKind
from fedblog.errors import Refused
from fedblog.store import actors
from fedblog.store.door import Store


class Keyring:
    """Hands out the signing key of an actor of ours. Reads it from the store once, then keeps the object."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[int, SigningKey] = {}
        self._instance_pk: int | None = None

    async def of(self, actor_pk: int) -> SigningKey:
        """The key that this actor of ours signs with."""
        if actor_pk not in self._keys:
            self._keys[actor_pk] = await self._read(actor_pk)
        return self._keys[actor_pk]

    async def of_instance(self) -> SigningKey:
        """The key of the instance actor, which signs every GET (protocol.md a.5)."""
        if self._instance_pk is None:
            actor = await actors.own(self._store.reader, ActorKind.INSTANCE)
            if actor is None:
                raise Refused("There is no blog in this database yet.", "Make one with: fedblog init")
            self._instance_pk = actor.pk
        return await self.of(self._instance_pk)

    async def _read(self, actor_pk: int) -> SigningKey:
        keys = await actors.keys_of(self._store.reader, actor_pk)
        if not keys:
            raise Refused("A key of this blog is missing from its database.", "Restore a backup: fedblog restore")
        return SigningKey(keys[0].key_id, read_private_key(keys[0].private_pem))
