"""Who may reply to and quote what is ours, and what became of everybody who asked (FEP-044f, GoToSocial)."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.comment import Audience


class ReplyScope(StrEnum):
    """Who may comment at all. The comment policy decides what becomes of what they write."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MENTIONED = "mentioned"


class QuotePolicy(StrEnum):
    """Who may quote a post."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    HOLD_ALL = "hold_all"
    NOBODY = "nobody"


class InteractionKind(StrEnum):
    """What somebody does to an object of ours, or asks to do."""

    REPLY = "reply"
    LIKE = "like"
    ANNOUNCE = "announce"
    QUOTE = "quote"

    @property
    def request_type(self) -> str:
        """The activity that asks for it."""
        return f"{self.value.title()}Request"

    @property
    def authorization_type(self) -> str:
        """The object that allows it."""
        return f"{self.value.title()}Authorization"


class InteractionState(StrEnum):
    """`asked`: waits for the author. `rejected`: a rule said no. `denied`: the author said no, or took a yes back.
    `ended`: it is gone by itself, or was blocked; who did it may ask again."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    DENIED = "denied"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Interaction:
    """What a remote actor did to `target_id`, which is ours, by its `object_id`, and what we said to it.

    `request` is the request as it was spelled (JSON text), "" when nobody asked. `approval_id` is the
    authorization that we serve now.
    """

    pk: int
    blog_pk: int
    kind: InteractionKind
    actor_pk: int
    post_pk: int
    object_id: str
    target_id: str
    request: str
    state: InteractionState
    approval_id: str | None
    asked_at: int
    decided_at: int | None

    @property
    def is_approved(self) -> bool:
        """Whether an authorization stands for it."""
        return self.state is InteractionState.APPROVED and self.approval_id is not None


@dataclass(frozen=True, slots=True)
class Approval:
    """An authorization under its id. `ended_at` set: it was withdrawn, and its id answers 410."""

    approval_id: str
    blog_pk: int
    interaction_pk: int
    given_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A remote post that quotes ours. `comment_pk` is set where it quotes an answer of the author's."""

    pk: int
    blog_pk: int
    post_pk: int
    comment_pk: int | None
    actor_pk: int
    object_id: str
    target_id: str
    audience: Audience
    html: str
    text: str
    url: str
    published_at: int
    updated_at: int | None
    received_at: int
    read_at: int | None


class Leave(StrEnum):
    """Whether we may reply to something of somebody else: at once, after asking, or not at all."""

    FREE = "free"
    ASK = "ask"
    NONE = "none"


class AnswerState(StrEnum):
    """What the owner of something said to our reply to it."""

    SENT = "sent"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class OwnInteraction:
    """A Note of ours that answers somebody else's `target_id`, whose owner may accept or reject it.

    `owner_id` is the only actor whose word counts. `request_id` is the activity by which we asked, if we did.
    `approval_id` is the owner's authorization.
    """

    object_id: str
    blog_pk: int
    target_id: str
    owner_id: str
    request_id: str | None
    state: AnswerState
    approval_id: str | None
    sent_at: int
    answered_at: int | None
