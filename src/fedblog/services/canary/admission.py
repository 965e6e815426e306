"""Who may use our own name as a sender: the one living canary, for its own few words, and nobody else."""

from fedblog.ap.parse.activity import Head
from fedblog.domain.blog import Blog
from fedblog.store import canaries
from fedblog.store.canaries import Canary
from fedblog.store.door import Reader

_FOLDER = "/ap/canaries/"
_ABOUT_ITS_NOTE = frozenset({"Create", "Update", "Delete"})
MOST_SONGS = 8
"""So many messages of one canary are taken; its song has four."""


def folder_of(base_url: str) -> str:
    """What every id of a canary begins with."""
    return f"{base_url}{_FOLDER}"


def is_canary_id(actor_id: str, blog: Blog) -> bool:
    """Whether an id is of the form that canaries have. Says nothing about whether there is such a one."""
    return actor_id.startswith(folder_of(blog.base_url))


async def living(db: Reader, actor_id: str, now: int) -> Canary | None:
    """The canary of exactly that id, while it lives."""
    canary = await canaries.by_id(db, actor_id)
    return canary if canary and now < canary.expires_at else None


async def may_speak(db: Reader, blog: Blog, head: Head, signer: str, now: int) -> bool:
    """Whether a sender with our own name is the living canary, speaking for itself about its own note or its follow.

    Ids are compared letter by letter: no other spelling of them is let in.
    """
    if signer != head.actor_id or not is_canary_id(signer, blog):
        return False
    canary = await living(db, signer, now)
    return canary is not None and len(canary.sung) < MOST_SONGS and _is_its_own(canary, head)


def _is_its_own(canary: Canary, head: Head) -> bool:
    own = f"{canary.actor_id}/"
    if not (head.activity_id or "").startswith(own):
        return False
    if head.type == "Follow":
        return head.activity_id == canary.follow_id
    return head.type in _ABOUT_ITS_NOTE and (head.object_id or "").startswith(own)
