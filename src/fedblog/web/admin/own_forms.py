"""Is this form one of ours? Asked of every POST in the admin, besides the session (security.md A01)."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request

from fedblog.web import desk, same_site

_NOT_FROM_HERE = "This form was not sent from a page of this blog. Go back, load the page again and send it from there."


def refuse_foreign(request: Request) -> None:
    """Raise HTTP 403 for a form that does not come from one of our pages."""
    if not same_site.is_from_here(request, desk.of(request).origin):
        raise HTTPException(403, _NOT_FROM_HERE)


def refuse_other_token(given: str, expected: str) -> None:
    """Raise HTTP 403 unless the form repeats the token."""
    if not is_same(given, expected):
        raise HTTPException(403, _NOT_FROM_HERE)


def is_same(given: str, expected: str) -> bool:
    """Whether two secrets are one, told in constant time (security.md A10). An empty one equals nothing."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
