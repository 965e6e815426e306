"""The words of ActivityPub that fedblog reads and writes, and the one `@context` of its documents."""

from collections.abc import Mapping
from typing import Any, Final

Document = dict[str, Any]

AS: Final = "https://www.w3.org/ns/activitystreams"
PUBLIC: Final = f"{AS}#Public"
PUBLIC_SPELLINGS: Final = frozenset({PUBLIC, "as:Public", "Public"})

ACTOR_TYPES: Final = frozenset({"Person", "Group", "Organization", "Service", "Application"})
OBJECT_TYPES: Final = frozenset(
    {"Note", "Article", "Page", "Question", "Video", "Audio", "Image", "Event", "ChatMessage"}
)
ACTIVITY_TYPES: Final = frozenset(
    {
        "Accept",
        "Add",
        "Announce",
        "AnnounceRequest",
        "Arrive",
        "Block",
        "Create",
        "Delete",
        "Dislike",
        "EmojiReact",
        "FeatureRequest",
        "Flag",
        "Follow",
        "Ignore",
        "Invite",
        "Join",
        "Leave",
        "Like",
        "LikeRequest",
        "Listen",
        "Move",
        "Offer",
        "QuoteRequest",
        "Read",
        "Reject",
        "Remove",
        "ReplyRequest",
        "TentativeAccept",
        "TentativeReject",
        "Travel",
        "Undo",
        "Update",
        "View",
    }
)

_TERMS: Final[Document] = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",
    "gts": "https://gotosocial.org/ns#",
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "attributionDomains": {"@id": "toot:attributionDomains", "@container": "@set"},
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "implements": {"@id": "https://w3id.org/fep/844e#implements", "@type": "@id", "@container": "@set"},
    "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"},
    "hidesToPublicFromUnauthedWeb": "gts:hidesToPublicFromUnauthedWeb",
    "hidesCcPublicFromUnauthedWeb": "gts:hidesCcPublicFromUnauthedWeb",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canReply": {"@id": "gts:canReply", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
    "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"},
    "replyAuthorization": {"@id": "gts:replyAuthorization", "@type": "@id"},
}

# Terms of newer extensions stand inline: a JSON-LD peer that cannot fetch one more context would
# drop the whole document, and these URLs are bundled wherever JSON-LD is read.
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
"""What a document must name that carries a proof (FEP-8b32)."""
CONTEXT: Final = [AS, "https://w3id.org/security/v1", DATA_INTEGRITY, "https://w3id.org/security/multikey/v1", _TERMS]


def in_context(body: Mapping[str, Any], terms: Document | None = None) -> Document:
    """The whole document: `body` under fedblog's `@context`, which stands first. `terms` are words of its own."""
    return {"@context": [*CONTEXT, terms] if terms else CONTEXT, **without_context(body)}


def without_context(document: Mapping[str, Any]) -> Document:
    """The same object as it stands embedded in another document. A proof of its own would not verify there."""
    return {name: value for name, value in document.items() if name not in {"@context", "proof"}}
