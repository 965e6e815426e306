"""In which form a signed GET is tried, and what each server was content with (protocol.md a.1, a.2)."""

from dataclasses import dataclass

from fedblog.ap.signatures import CAVAGE, RFC9421, Form, Message, SigningKey, sign
from fedblog.urls import Url
from fedblog.world import Headers

_MOST_REMEMBERED = 1000
_REFUSED = 401


@dataclass(frozen=True, slots=True)
class Knock:
    """One way of signing a GET. Some servers verify the path alone: for these the query is left out."""

    form: Form
    has_query: bool = True

    def signed(self, url: Url, target: str, headers: Headers, key: SigningKey, now_ms: int) -> Headers:
        """`headers` with those of the signature behind them."""
        told = target if self.has_query else target.partition("?")[0]
        return headers + sign(Message("GET", url.scheme, url.authority, told, headers), key, self.form, now_ms)


class Knocks:
    """The order of tries for each origin. What worked comes first the next time; the memory is bounded."""

    def __init__(self) -> None:
        self._forms: dict[str, Form] = {}

    def tries(self, url: Url) -> tuple[Knock, ...]:
        """What to try, one after the other, while the answer is 401."""
        first = self._forms.get(url.origin, CAVAGE)
        other = RFC9421 if first == CAVAGE else CAVAGE
        without_query = (Knock(CAVAGE, has_query=False),) if url.query else ()
        return (Knock(first), *without_query, Knock(other))

    def note(self, url: Url, knock: Knock, status: int) -> None:
        """Remember the form of a knock that was not refused."""
        if status == _REFUSED:
            return
        self._forms.pop(url.origin, None)
        if knock.form == CAVAGE:
            return
        if len(self._forms) >= _MOST_REMEMBERED:
            del self._forms[next(iter(self._forms))]
        self._forms[url.origin] = knock.form
