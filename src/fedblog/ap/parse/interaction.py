"""Reading requests to interact, and what others answer to ours (FEP-044f, GoToSocial)."""

from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.activity import RemoteActivity
from fedblog.ap.parse.values import documents, id_of, ids_of, many, type_of
from fedblog.ap.vocabulary import ACTIVITY_TYPES, PUBLIC, PUBLIC_SPELLINGS, Document
from fedblog.domain.interaction import Leave
from fedblog.errors import Invalid
from fedblog.urls import is_same_origin

_LONGEST_SPELLING: Final = 2048
_REQUESTS: Final = frozenset({"ReplyRequest", "LikeRequest", "AnnounceRequest", "QuoteRequest"})


@dataclass(frozen=True, slots=True)
class InteractionRequest:
    """A request: `instrument_id` is what its actor wants to do, `instrument` that as it was embedded, if it was.

    `spelled` holds `id`, `object` and `instrument` exactly as they came, for the answer.
    """

    instrument_id: str
    instrument: Document | None
    spelled: dict[str, str]


def read_request(activity: RemoteActivity, document: Document) -> InteractionRequest:
    """Read a ReplyRequest, LikeRequest, AnnounceRequest or QuoteRequest.

    Raises `Invalid` where it names no id of its own, no object or no instrument, or where its id or its instrument is
    not on the server of its actor.
    """
    instrument_id = id_of(document.get("instrument"))
    if activity.activity_id is None or activity.object_id is None or instrument_id is None:
        raise Invalid("That request does not name itself, its object and its instrument.")
    if not is_same_origin(activity.activity_id, activity.actor_id):
        raise Invalid("That request is on another server than its actor.")
    if not is_same_origin(instrument_id, activity.actor_id):
        raise Invalid("What is asked for is on another server than who asks.")
    spelled = {name: _spelling(document.get(name)) for name in ("id", "object", "instrument")}
    return InteractionRequest(instrument_id, next(iter(documents(document.get("instrument"))), None), spelled)


def _spelling(value: object) -> str:
    first = next(iter(many(value)), None)
    text = first.get("id") if isinstance(first, dict) else first
    if not isinstance(text, str) or len(text) > _LONGEST_SPELLING:
        raise Invalid("That request spells an id in a way that cannot be answered.")
    return text


@dataclass(frozen=True, slots=True)
class Answer:
    """An Accept or Reject: the ids of what it may be about, the most telling first, and the authorization, if any."""

    about: tuple[str, ...]
    is_of_request: bool
    authorization_id: str | None


def read_answer(activity: RemoteActivity, document: Document) -> Answer:
    """Read what somebody says to a reply of ours: to its id, to a stub of it, or to the request that named it.

    An Accept without a `result` is the authorization itself (GoToSocial before 0.18).
    """
    embedded = activity.object or {}
    is_request = type_of(embedded, ACTIVITY_TYPES) in _REQUESTS
    instruments = ids_of(embedded.get("instrument")) if is_request else ()
    about = (*instruments, activity.object_id) if activity.object_id else instruments
    result = id_of(document.get("result")) or activity.activity_id
    return Answer(about, is_request, result)


@dataclass(frozen=True, slots=True)
class SubPolicy:
    """Who may do something to an object at once, and who may ask to. Ids, with Public in its full spelling."""

    automatic: frozenset[str]
    manual: frozenset[str]


def read_can_reply(document: Document) -> SubPolicy | None:
    """Who may reply to an object, by its own words; None where it says nothing, which means everybody.

    `always` and `approvalRequired` are the names before GoToSocial 0.18.
    """
    policy = next(iter(documents(document.get("interactionPolicy"))), {})
    said = next(iter(documents(policy.get("canReply"))), None)
    if not said:
        return None
    return SubPolicy(_ids(said, "automaticApproval", "always"), _ids(said, "manualApproval", "approvalRequired"))


def leave_to_reply(
    policy: SubPolicy | None, us: str, *, is_named: bool, author_id: str, followers_id: str, is_following: bool
) -> Leave:
    """Whether we may reply. Whom an object names always may; presence in a collection is theirs to see, so we ask."""
    if policy is None or is_named or us == author_id or {PUBLIC, us} & policy.automatic:
        return Leave.FREE
    known = {author_id, followers_id, us, PUBLIC}
    others = any(one not in known and is_same_origin(one, author_id) for one in policy.automatic | policy.manual)
    follows = is_following and followers_id in policy.automatic | policy.manual
    return Leave.ASK if follows or others or {PUBLIC, us} & policy.manual else Leave.NONE


def _ids(said: Document, name: str, former_name: str) -> frozenset[str]:
    values = many(said[name] if name in said else said.get(former_name))
    public = {PUBLIC} if any(isinstance(value, str) and value in PUBLIC_SPELLINGS for value in values) else set()
    return frozenset({*public, *ids_of(values)})
