"""The life of a canary: it is born by a check, lives for minutes, and leaves nothing."""

from dataclasses import dataclass
from functools import partial

from fedblog.ap.signatures import KeyPair, SigningKey, read_private_key
from fedblog.ap.vocabulary import Document, in_context
from fedblog.domain.blog import Blog
from fedblog.errors import Busy
from fedblog.services.canary.admission import folder_of
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import canaries
from fedblog.store.canaries import Canary
from fedblog.store.door import Duplicate, Writer
from fedblog.urls import host_of

LIFE = 4 * 60_000
"""How long (ms) a canary lives at most. A check ends it much sooner; nothing makes it longer."""
GRAVE = 2 * 60_000
"""How long (ms) its row stays after that: longer than any request may be on its way."""
_SECRET_BYTES = 24
KEY = "#main-key"


@dataclass(frozen=True, slots=True)
class Singer:
    """A living canary, in the hand of whoever began it: the only place where its private key is."""

    canary: Canary
    key: SigningKey

    @property
    def actor_id(self) -> str:
        """Its id, which nobody can guess."""
        return self.canary.actor_id

    @property
    def inbox(self) -> str:
        """Where our answer to its Follow goes."""
        return f"{self.actor_id}/inbox"

    @property
    def mirror(self) -> str:
        """Where a request is described as it arrived."""
        return f"{self.actor_id}/mirror/inbox"

    @property
    def note_id(self) -> str:
        """Its one reply."""
        return f"{self.actor_id}/note"


async def begin(shop: Workshop, pair: KeyPair) -> Singer:
    """A new canary with that key. Raises `Busy` while another one lives."""
    await sweep(shop)
    blog, now = await the_blog(shop.store.reader), shop.now()
    actor_id = f"{folder_of(blog.base_url)}{shop.world.token(_SECRET_BYTES).hex()}"
    canary = Canary(actor_id, blog.pk, pair.public_pem, f"{actor_id}/follow", now, now + LIFE)
    try:
        await shop.store.write(lambda db: canaries.begin(db, canary))
    except Duplicate as error:
        raise Busy("Another check is just using its canary.", "Try again in a minute or two.") from error
    return Singer(canary, SigningKey(f"{actor_id}{KEY}", read_private_key(pair.private_pem)))


async def end(shop: Workshop, actor_id: str) -> None:
    """It dies now, and what it left is cleared away; what a worker still holds, by the housekeeping."""
    now = shop.now()
    await shop.store.write(lambda db: canaries.end(db, actor_id, now))
    await sweep(shop)


async def sweep(shop: Workshop) -> None:
    """Clear away what the dead ones left; their own rows stay for as long as a late message of theirs may arrive."""
    now = shop.now()
    for canary in await canaries.listed(shop.store.reader):
        if canary.expires_at <= now:
            await shop.store.write(partial(_clear, canary, now))


async def _clear(canary: Canary, now: int, db: Writer) -> None:
    is_clear = await canaries.clear(db, canary.actor_id, host_of(canary.actor_id) or "")
    if is_clear and canary.expires_at <= now - GRAVE:
        await canaries.forget(db, canary.actor_id)


def document_of(blog: Blog, canary: Canary) -> Document:
    """Its actor document, as our own inbox fetches it through the public name."""
    actor_id = canary.actor_id
    return in_context(
        {
            "id": actor_id,
            "type": "Service",
            "preferredUsername": name_of(actor_id),
            "name": "Canary",
            "summary": f"A check of {blog.base_url}, gone in a few minutes.",
            "url": f"{blog.base_url}/",
            "inbox": f"{actor_id}/inbox",
            "manuallyApprovesFollowers": True,
            "discoverable": False,
            "indexable": False,
            "publicKey": {"id": f"{actor_id}{KEY}", "owner": actor_id, "publicKeyPem": canary.public_pem},
        }
    )


def name_of(actor_id: str) -> str:
    """A user name that WebFinger does not know."""
    return f"canary-{actor_id[-8:]}"
