"""Which form of a thing does a client want: the page, the ActivityPub document, or either?

One reading serves every address: a page takes `EITHER` as HTML, an object id takes it as the
document. So the page cache can ask before it knows the route.
"""

from enum import StrEnum

from starlette.types import Scope

from fedblog.ap.media_types import wants_activity, wants_html

WANTED = "fedblog.wanted"
_LONGEST = 2048


class Wanted(StrEnum):
    """What a client prefers."""

    PAGE = "page"
    DOCUMENT = "document"
    EITHER = "either"


def wanted(accept: str) -> Wanted:
    """What the `Accept` header prefers (RFC 9110 section 12.5.1); an absent one wants either."""
    if wants_activity(accept[:_LONGEST]):
        return Wanted.DOCUMENT
    return Wanted.PAGE if wants_html(accept[:_LONGEST]) else Wanted.EITHER


def wanted_by(scope: Scope) -> Wanted:
    """What this request prefers, in the reading under which the page cache will file the answer."""
    noted: Wanted | None = scope.get(WANTED)
    if noted is not None:
        return noted
    accepts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"]
    return wanted(",".join(accepts))


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a gzip body may be sent (RFC 9110 section 12.5.3). Nothing said means no."""
    qualities = dict(_coding(part) for part in accept_encoding[:_LONGEST].lower().split(","))
    return qualities.get("gzip", qualities.get("*", False))


def _coding(part: str) -> tuple[str, bool]:
    """A coding, and whether its weight lets it be used."""
    name, _, weight = part.partition(";")
    return name.strip(), weight.replace(" ", "").rstrip("0") not in {"q=", "q=0."}
