"""Who an object is addressed to: reading the audience of theirs, writing that of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedblog.ap.vocabulary import PUBLIC, PUBLIC_SPELLINGS
from fedblog.domain.comment import Audience


@dataclass(frozen=True, slots=True)
class Addressing:
    """The `to` and `cc` of an object or activity."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


def audience(to: Sequence[str], cc: Sequence[str], followers_id: str) -> Audience:
    """The class of an object (protocol.md e.4). `followers_id` is its author's, or "".

    Whatever is not recognised is direct, the narrowest class.
    """
    if not PUBLIC_SPELLINGS.isdisjoint(to):
        return Audience.PUBLIC
    if not PUBLIC_SPELLINGS.isdisjoint(cc):
        return Audience.UNLISTED
    if followers_id and followers_id in {*to, *cc}:
        return Audience.FOLLOWERS
    return Audience.DIRECT


def outgoing(to_whom: Audience, followers_id: str, people: Iterable[str] = ()) -> Addressing:
    """`to` and `cc` of an object of ours; `people` are the actors it mentions or answers."""
    named = tuple(dict.fromkeys(people))
    match to_whom:
        case Audience.PUBLIC:
            return Addressing((PUBLIC,), (followers_id, *named))
        case Audience.UNLISTED:
            return Addressing((followers_id,), (PUBLIC, *named))
        case Audience.FOLLOWERS:
            return Addressing((followers_id,), named)
        case Audience.DIRECT:
            return Addressing(named)
