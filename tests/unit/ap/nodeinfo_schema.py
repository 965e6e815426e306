"""The JSON schema of NodeInfo 2.0 and 2.1, as published at nodeinfo.diaspora.software."""

from typing import Any

_COUNT = {"type": "integer", "minimum": 0}
_INBOUND = ["atom1.0", "gnusocial", "imap", "pnut", "pop3", "pumpio", "rss2.0", "twitter"]
_OUTBOUND = """atom1.0 blogger buddycloud diaspora dreamwidth drupal facebook friendica gnusocial google insanejournal libertree
linkedin livejournal mediagoblin myspace pinterest pnut posterous pumpio redmatrix rss2.0 smtp tent tumblr twitter
wordpress xmpp"""
_PROTOCOLS = ["activitypub", "buddycloud", "dfrn", "diaspora", "libertree", "ostatus", "pumpio", "tent", "xmpp", "zot"]


def schema(version: str) -> dict[str, Any]:
    """The schema of that version."""
    software: dict[str, Any] = {"name": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "version": {"type": "string"}}
    if version == "2.1":
        software |= {"repository": {"type": "string"}, "homepage": {"type": "string"}}
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": f"http://nodeinfo.diaspora.software/ns/schema/{version}#",
        **_closed(
            {
                "version": {"enum": [version]},
                "software": _closed(software, required=["name", "version"]),
                "protocols": {"type": "array", "minItems": 1, "items": {"enum": _PROTOCOLS}},
                "services": _closed({"inbound": _enumerated(_INBOUND), "outbound": _enumerated(_OUTBOUND.split())}),
                "openRegistrations": {"type": "boolean"},
                "usage": _closed(
                    {
                        "users": _closed({"total": _COUNT, "activeHalfyear": _COUNT, "activeMonth": _COUNT}, []),
                        "localPosts": _COUNT,
                        "localComments": _COUNT,
                    },
                    required=["users"],
                ),
                "metadata": {"type": "object", "minProperties": 0, "additionalProperties": True},
            }
        ),
    }


def _closed(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    names = list(properties) if required is None else required
    body = {"type": "object", "additionalProperties": False, "properties": properties}
    return body | {"required": names} if names else body


def _enumerated(names: list[str]) -> dict[str, Any]:
    return {"type": "array", "minItems": 0, "items": {"enum": names}}
