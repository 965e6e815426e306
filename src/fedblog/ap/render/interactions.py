"""Our answers to those who ask for an interaction, and the authorizations that we serve (FEP-044f, GoToSocial)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fedblog.ap.vocabulary import AS, PUBLIC, Document, in_context, without_context
from fedblog.domain.interaction import InteractionKind

_FEP: Final = "https://w3id.org/fep/044f#"
_REQUEST_TERMS: Final[Document] = {
    "QuoteRequest": f"{_FEP}QuoteRequest",
    "ReplyRequest": "gts:ReplyRequest",
    "LikeRequest": "gts:LikeRequest",
    "AnnounceRequest": "gts:AnnounceRequest",
}
_AUTHORIZATION_TERMS: Final[Document] = {
    "gts": "https://gotosocial.org/ns#",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did or asks to do to an object of ours. `request` is the request's `id`, `object` and
    `instrument` as they were spelled, None where nobody asked; else the ids in normal form count."""

    kind: InteractionKind
    actor_id: str
    object_id: str
    target_id: str
    request: Mapping[str, str] | None = None

    @property
    def interacting_id(self) -> str:
        """Their object, as they spell it: they compare strings."""
        return self.request["instrument"] if self.request else self.object_id


def reply_request(activity_id: str, us: str, owner_id: str, target_id: str, note: Document) -> Document:
    """ReplyRequest with our Note in it, for the author of what it answers alone."""
    body = {"id": activity_id, "type": "ReplyRequest", "actor": us, "to": [owner_id], "cc": [], "object": target_id}
    return in_context(body | {"instrument": without_context(note)}, _REQUEST_TERMS)


def accept(activity_id: str, us: str, cc: Sequence[str], deed: Deed, authorization_id: str) -> Document:
    """Accept, with the authorization as `result`. `cc` names the public where other servers wait for our word too
    (GoToSocial, "Broadcasting Accepts")."""
    return _answer(activity_id, "Accept", us, cc, deed) | {"result": authorization_id}


def reject(activity_id: str, us: str, deed: Deed) -> Document:
    """Reject of what was asked for, or came without asking."""
    return _answer(activity_id, "Reject", us, (), deed)


def _answer(activity_id: str, kind: str, us: str, cc: Sequence[str], deed: Deed) -> Document:
    """A request stands in its answer; what came without one is named by its id, and by what it was done to."""
    body: Document = {"id": activity_id, "type": kind, "actor": us, "to": [deed.actor_id], "cc": list(cc)}
    if deed.request is None:
        return in_context(body | {"object": deed.object_id, "target": deed.target_id})
    asked = {"type": deed.kind.request_type, "actor": deed.actor_id, **deed.request}
    return in_context(body | {"object": asked}, _REQUEST_TERMS)


def authorization(authorization_id: str, us: str, deed: Deed) -> Document:
    """The authorization as it is served: ids only (protocol.md g.1)."""
    name = deed.kind.authorization_type
    space = _FEP if deed.kind is InteractionKind.QUOTE else "https://gotosocial.org/ns#"
    return {"@context": [AS, {name: f"{space}{name}", **_AUTHORIZATION_TERMS}], **_stamp(authorization_id, us, deed)}


def _stamp(authorization_id: str, us: str, deed: Deed) -> Document:
    return {
        "type": deed.kind.authorization_type,
        "id": authorization_id,
        "attributedTo": us,
        "interactingObject": deed.interacting_id,
        "interactionTarget": deed.target_id,
    }


def delete_authorization(activity_id: str, us: str, followers_id: str, authorization_id: str, deed: Deed) -> Document:
    """Delete of an authorization, to its holder and to whoever may have looked at it."""
    name = deed.kind.authorization_type
    space = _FEP if deed.kind is InteractionKind.QUOTE else "https://gotosocial.org/ns#"
    body = {
        "id": activity_id,
        "type": "Delete",
        "actor": us,
        "to": [PUBLIC],
        "cc": [followers_id, deed.actor_id],
        "object": _stamp(authorization_id, us, deed),
    }
    return in_context(body, {name: f"{space}{name}", **_AUTHORIZATION_TERMS})
