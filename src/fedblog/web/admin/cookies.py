"""The two cookies of the admin: the session, and the one that ties a form to the browser that asked for it.

Over https both carry the `__Host-` prefix and Secure; an http origin, which is a laboratory or a first
look at home, gets plain names (decisions.md, Web; security.md A02).
"""

import logging
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

_log = logging.getLogger("fedblog.web")
_SESSION, _FORM = "fedblog", "fedblog-form"
_SESSION_SECONDS = 90 * 24 * 3600


def session_token(request: Request, origin: str) -> str:
    """The token of the session that a request carries; "" without one."""
    return request.cookies.get(_named(_SESSION, origin), "")


def form_token(request: Request, origin: str) -> str:
    """The token that the forms of this browser must repeat while nobody is logged in; "" without one."""
    return request.cookies.get(_named(_FORM, origin), "")


def keep_session(response: Response, origin: str, token: str) -> None:
    """Let the browser keep a session. How long it lives is decided by its row."""
    _warn_if_plain(origin)
    _set(response, _SESSION, origin, token, _SESSION_SECONDS)


def keep_form(response: Response, origin: str, token: str) -> None:
    """Let the browser keep a form's token until it is closed."""
    _set(response, _FORM, origin, token, None)


def forget_session(response: Response, origin: str) -> None:
    """Take the session's cookie away."""
    _set(response, _SESSION, origin, "", 0)


def _set(response: Response, name: str, origin: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        _named(name, origin), value, max_age=seconds, path="/", secure=_is_https(origin), httponly=True, samesite="lax"
    )


def _named(name: str, origin: str) -> str:
    return f"__Host-{name}" if _is_https(origin) else name


def _is_https(origin: str) -> bool:
    return origin.startswith("https://")


@cache
def _warn_if_plain(origin: str) -> None:
    """Say it once for each origin."""
    if not _is_https(origin):
        _log.warning("The admin at %s is served without TLS: its cookies can be read on the way.", origin)
