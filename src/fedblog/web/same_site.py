"""Does an unsafe request come from one of our own pages? (security.md A01)"""

from starlette.requests import Request

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_from_here(request: Request, origin: str) -> bool:
    """Whether a request may act with the session it carries, as far as the browser tells.

    Safe methods always may. `Origin` must be ours; where there is none, `Sec-Fetch-Site` must not say
    that another site asks. A client that sends neither is no browser (all since 2020 send one with a
    POST), so no other site can have made it act: the form's token, which stands beside this, is its proof.
    """
    if request.method in _SAFE_METHODS:
        return True
    given = request.headers.get("origin")
    if given is not None:
        return given == origin
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
