"""A server with the API that Mastodon made: applications, leave to act for somebody, looking up, posting."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from fedblog.world import WireRequest, WireResponse
from tests.fediverse.peer import Peer, Person


@dataclass
class Grant:
    """What a person allowed an application."""

    person: Person
    client_id: str
    redirect_uri: str
    scope: str
    challenge: str


@dataclass
class Instance:
    """The API of `peer`. It is strict: whatever does not fit is refused, as Mastodon does it.

    `sends_to` is the inbox that a posted reply is delivered to, if any; `overrides` scripts the answer to a path; `calls` are the API calls, in order; `tokens` those that are still good.
    """

    peer: Peer
    sends_to: str
    has_metadata: bool = True
    sends_issuer: bool = True
    overrides: dict[str, WireResponse | BaseException] = field(default_factory=dict)
    apps: dict[str, dict[str, str]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)
    posted: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[WireRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.peer.box.servers[self.peer.host] = self.serve

    @property
    def origin(self) -> str:
        return self.peer.origin

    def count(self, path: str) -> int:
        """How often a path was called."""
        return sum(1 for call in self.calls if call.target.partition("?")[0] == path)

    async def serve(self, request: WireRequest) -> WireResponse:
        path = request.target.partition("?")[0]
        if not path.startswith(("/api/", "/oauth/", "/.well-known/oauth")):
            return await self.peer.serve(request)
        self.calls.append(request)
        if path in self.overrides:
            answer = self.overrides[path]
            if isinstance(answer, BaseException):
                raise answer
            return answer
        return await self._answer(path, request)

    async def _answer(self, path: str, request: WireRequest) -> WireResponse:
        fields = dict(parse_qsl(request.body.decode()))
        match request.method, path:
            case "GET", "/.well-known/oauth-authorization-server" if self.has_metadata:
                return answered(self.metadata())
            case "POST", "/api/v1/apps":
                return self._register(fields)
            case "POST", "/oauth/token":
                return self._token(fields)
            case "POST", "/oauth/revoke":
                return self._revoke(fields)
            case "GET", "/api/v2/search":
                return self._search(request)
            case "POST", "/api/v1/statuses":
                return await self._post(request, fields)
        return WireResponse(404, (), b"")

    def metadata(self) -> dict[str, Any]:
        ends = {f"{name}_endpoint": f"{self.origin}/oauth/{path}" for name, path in _ENDPOINTS.items()}
        return {"issuer": f"{self.origin}/", "code_challenge_methods_supported": ["S256"], **ends}

    def _register(self, fields: dict[str, str]) -> WireResponse:
        client_id = f"client-{len(self.apps) + 1}"
        self.apps[client_id] = fields | {"client_secret": f"secret-of-{client_id}"}
        return answered({"id": "1", "client_id": client_id, "client_secret": f"secret-of-{client_id}"})

    def consent(self, link: str, person: Person) -> str:
        """The person opens the link, logs in and allows it; returns where the browser is sent."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        app = self.apps[asked["client_id"]]
        assert asked["redirect_uri"] == app["redirect_uris"], "Mastodon refuses any other address"
        assert asked["response_type"] == "code"
        assert set(asked["scope"].split()) <= set(app["scopes"].split())
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.grants) + 1}"
        self.grants[code] = Grant(
            person, asked["client_id"], asked["redirect_uri"], asked["scope"], asked["code_challenge"]
        )
        issuer = {"iss": self.origin} if self.sends_issuer else {}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **issuer})}"

    def refusal(self, link: str) -> str:
        """The person opens the link and says no."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"

    def _is_app(self, fields: dict[str, str]) -> bool:
        app = self.apps.get(fields.get("client_id", ""))
        return app is not None and fields.get("client_secret") == app["client_secret"]

    def _token(self, fields: dict[str, str]) -> WireResponse:
        if not self._is_app(fields):
            return answered({"error": "invalid_client"}, 401)
        grant = self.grants.pop(fields.get("code", ""), None)
        fits = grant and (grant.client_id, grant.redirect_uri) == (fields["client_id"], fields["redirect_uri"])
        if not grant or not fits or _challenge(fields.get("code_verifier", "")) != grant.challenge:
            return answered({"error": "invalid_grant"}, 400)
        token = f"token-{len(self.issued) + 1}-very-secret"
        self.issued.append(token)
        self.tokens[token] = grant
        return answered({"access_token": token, "token_type": "Bearer", "scope": grant.scope, "created_at": 1})

    def _revoke(self, fields: dict[str, str]) -> WireResponse:
        if not self._is_app(fields):
            return answered({"error": "unauthorized_client"}, 403)
        self.tokens.pop(fields.get("token", ""), None)
        return answered({})

    def _allowed(self, request: WireRequest, scope: str) -> Grant | None:
        given = next((value for name, value in request.headers if name == "Authorization"), "")
        grant = self.tokens.get(given.removeprefix("Bearer "))
        return grant if grant and scope in grant.scope.split() else None

    def _search(self, request: WireRequest) -> WireResponse:
        if self._allowed(request, "read:search") is None:
            return answered({"error": "The access token is invalid"}, 401)
        asked = dict(parse_qsl(urlsplit(request.target).query))
        assert asked["resolve"] == "true"
        return answered(
            {"accounts": [], "statuses": [{"id": f"known:{asked['q']}", "uri": asked["q"]}], "hashtags": []}
        )

    async def _post(self, request: WireRequest, fields: dict[str, str]) -> WireResponse:
        grant = self._allowed(request, "write:statuses")
        if grant is None:
            return answered({"error": "The access token is invalid"}, 401)
        once = next((value for name, value in request.headers if name == "Idempotency-Key"), "")
        if once in self.posted:
            return answered(self.posted[once])
        parent = fields["in_reply_to_id"].removeprefix("known:")
        note = grant.person.note(f"<p>{fields['status']}</p>", in_reply_to=parent)
        self.posted[once] = {"id": "9", "uri": note["id"], "url": note["url"], "text": fields["status"]}
        if self.sends_to:
            await grant.person.post(self.sends_to, grant.person.create(note))
        return answered(self.posted[once])


_ENDPOINTS = {"authorization": "authorize", "token": "token", "revocation": "revoke"}


def answered(document: dict[str, Any], status: int = 200) -> WireResponse:
    """An answer of the API."""
    return WireResponse(status, (("content-type", "application/json; charset=utf-8"),), json.dumps(document).encode())


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
