"""NodeInfo 2.0 and 2.1 (https://nodeinfo.diaspora.software/protocol): a few facts about this server."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fedblog.ap.vocabulary import Document

_SCHEMA: Final = "http://nodeinfo.diaspora.software/ns/schema/"
_APPLICATION: Final = "https://www.w3.org/ns/activitystreams#Application"


class Version(StrEnum):
    """A version of the document."""

    V2_0 = "2.0"
    V2_1 = "2.1"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much this server is used: blogs, those that posted lately, posts and shown comments."""

    users: int
    active_half_year: int
    active_month: int
    posts: int
    comments: int


def discovery(base_url: str, instance_actor_id: str) -> Document:
    """`/.well-known/nodeinfo`: where the documents are, and the instance actor (FEP-2677)."""
    base = base_url.rstrip("/")
    links = [{"rel": _SCHEMA + version, "href": f"{base}/nodeinfo/{version}"} for version in Version]
    return {"links": [*links, {"rel": _APPLICATION, "href": instance_actor_id}]}


def content_type(version: Version) -> str:
    """The media type of a document, which names its schema."""
    return f'application/json; profile="{_SCHEMA}{version}#"'


def nodeinfo(version: Version, software_version: str, title: str, usage: Usage) -> Document:
    """The document of that version. It tells nothing that the pages do not tell."""
    return {
        "version": version.value,
        "software": {"name": "fedblog", "version": software_version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {
            "users": {
                "total": usage.users,
                "activeHalfyear": usage.active_half_year,
                "activeMonth": usage.active_month,
            },
            "localPosts": usage.posts,
            "localComments": usage.comments,
        },
        "metadata": {"nodeName": title},
    }
