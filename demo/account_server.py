"""The server on which the simulated account lives."""

import json
from html import escape

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from demo.account import AS, FULL_NAME, NAME, Account
from demo.portrait import flower
from demo.wires import ACTIVITY_TYPE
from fedblog.errors import FedblogError

_STYLE = "font:1.1rem/1.5 system-ui;margin:4rem auto;max-width:32rem;padding:0 1rem"


class Home:
    """Answers for one account: who it is, what it wrote, and what comes in."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._host = account.origin.partition("://")[2]
        self._picture = flower()

    def app(self) -> Starlette:
        """The ASGI app."""
        return Starlette(
            routes=[
                Route("/.well-known/webfinger", self.webfinger),
                Route(f"/users/{NAME}", self.actor),
                Route(f"/users/{NAME}/notes/{{number}}", self.note),
                Route(f"/users/{NAME}/inbox", self.inbox, methods=["POST"]),
                Route("/inbox", self.inbox, methods=["POST"]),
                Route(f"/@{NAME}", self.profile),
                Route("/flower.png", self.face),
                Route("/authorize_interaction", self.follow_dialog),
            ]
        )

    async def webfinger(self, request: Request) -> Response:
        """Where the account is, and where its follow dialog."""
        account = self._account
        if request.query_params.get("resource") not in {f"acct:{NAME}@{self._host}", account.id}:
            return Response(status_code=404)
        dialog = f"{account.origin}/authorize_interaction?uri={{uri}}"
        links = [
            {"rel": "self", "type": ACTIVITY_TYPE, "href": account.id},
            {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": dialog},
        ]
        return JSONResponse({"subject": f"acct:{NAME}@{self._host}", "aliases": [account.id], "links": links})

    async def actor(self, _: Request) -> Response:
        """The actor document."""
        return JSONResponse(self._account.document(), media_type=ACTIVITY_TYPE)

    async def note(self, request: Request) -> Response:
        """One note, as a document or as a page."""
        found = self._account.notes.get(f"{self._account.origin}{request.url.path}")
        if found is None:
            return Response(status_code=410)
        if ACTIVITY_TYPE in request.headers.get("accept", ""):
            return JSONResponse({"@context": AS, **found}, media_type=ACTIVITY_TYPE)
        return _page("A note", found["content"])

    async def inbox(self, request: Request) -> Response:
        """Take what is signed by the one whom it says it is from."""
        try:
            sender = await self._account.wires.sender_of(request, self._account.origin)
            activity = json.loads(await request.body())
            if activity["actor"] != sender:
                raise ValueError("somebody else signed it")
        except (FedblogError, ValueError, KeyError, httpx.HTTPError):
            return Response(status_code=401)
        await self._account.take(activity)
        return Response(status_code=202)

    async def profile(self, _: Request) -> Response:
        """The account's page."""
        return _page(FULL_NAME, "<p>This account is simulated by the demo of fedblog.</p>")

    async def face(self, _: Request) -> Response:
        """The account's picture."""
        return Response(self._picture, media_type="image/png")

    async def follow_dialog(self, request: Request) -> Response:
        """Where the blog's follow box leads."""
        asked = escape(request.query_params.get("uri", ""))
        return _page("Follow?", f"<p>Here your own server would ask whether to follow <b>{asked}</b>.</p>")


def _page(title: str, body: str) -> HTMLResponse:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
    return HTMLResponse(f'{head}<body style="{_STYLE}"><h1>{escape(title)}</h1>{body}')
