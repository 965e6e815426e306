"""From the document of a remote actor to the row that we keep of it."""

from dataclasses import replace
from typing import Any

from fedblog.ap.parse.actor import RemoteActor, read_actor
from fedblog.ap.parse.values import id_of
from fedblog.domain.actor import Actor, ActorKind, NameEmoji
from fedblog.errors import Invalid
from fedblog.text.sanitise import bio_html


def read_remote_actor(document: dict[str, Any], now: int) -> Actor | None:
    """The actor, or None for a document that is too poor to be one (such as GoToSocial's stub with a key).

    Its handle is "": WebFinger has not settled it yet.
    """
    try:
        return as_actor(document, read_actor(document), now)
    except Invalid:
        return None


def as_actor(document: dict[str, Any], remote: RemoteActor, now: int, handle: str = "") -> Actor:
    """The row of an actor as its server describes it."""
    hides_unlisted = remote.hides_unlisted or _is_silent_gotosocial(document)
    return Actor(
        pk=0,
        kind=ActorKind.REMOTE,
        actor_id=remote.actor_id,
        type=remote.type,
        host=remote.host,
        name=remote.name,
        username=remote.username,
        handle=handle,
        summary=bio_html(remote.summary),
        url=remote.url,
        inbox=remote.inbox,
        shared_inbox=remote.shared_inbox,
        outbox=remote.outbox,
        followers=remote.followers,
        avatar_url=remote.avatar_url,
        avatar_name=None,
        also_known_as=remote.also_known_as,
        moved_to=remote.moved_to,
        hides_public_at=now if remote.hides_public else None,
        hides_unlisted_at=now if hides_unlisted else None,
        suspended_at=now if remote.is_suspended else None,
        gone_at=None,
        fetched_at=now,
        created_at=now,
        emojis=_emojis_of(remote),
    )


def _emojis_of(remote: RemoteActor) -> tuple[NameEmoji, ...]:
    return tuple(NameEmoji(emoji.name, emoji.icon_url) for emoji in remote.emojis if emoji.name in remote.name)


def kept_from(known: Actor | None, fresh: Actor) -> Actor:
    """`fresh`, with the handle that is settled already as long as the name behind it is the same, and with the
    emoji that are copied already."""
    if known is None:
        return fresh
    files = {emoji.icon_url: emoji.file_name for emoji in known.emojis}
    fresh = replace(fresh, emojis=tuple(replace(e, file_name=files.get(e.icon_url)) for e in fresh.emojis))
    return fresh if known.username != fresh.username or fresh.handle else replace(fresh, handle=known.handle)


def _is_silent_gotosocial(document: dict[str, Any]) -> bool:
    """Whether this is a GoToSocial actor of before its flag, where unlisted posts were never on the web.

    Told by its keys, whose ids are paths and not fragments.
    """
    if "hidesCcPublicFromUnauthedWeb" in document:
        return False
    actor_id, key = id_of(document.get("id")), document.get("publicKey")
    key_id = key.get("id") if isinstance(key, dict) else None
    return key_id == f"{actor_id}/main-key"
