"""One address, two forms: what becomes of that on its way through proxies and caches.

Each address is asked for its page and its document in turn, twice, because a cache that mixes them shows it only the
second time; then with weights (RFC 9110 section 12.5.1).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from fedblog.ap.media_types import ACTIVITY_JSON, LD_JSON
from fedblog.services.checking import advice
from fedblog.services.checking.documents import id_in
from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import BROWSER, Round
from fedblog.services.documents import post_url
from fedblog.store import posts

SUBJECT = "negotiation"


class Form(StrEnum):
    """What an address can show."""

    PAGE = "a page"
    DOCUMENT = "a document"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Place:
    """An address with two forms: its name for people, and the id of its document."""

    name: str
    url: str
    object_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """One question and its answer. `is_weighed`: the header names both forms, with weights. `is_fresh`: asked under an
    address that no cache has seen, which differs by a query that fedblog does not read."""

    wanted: Form
    reply: Reply
    is_weighed: bool = False
    is_fresh: bool = False

    @property
    def got(self) -> Form:
        """What came. A document's own id leads browsers to its page."""
        if self.reply.status == 200 and self.reply.is_document:
            return Form.DOCUMENT
        is_page = self.reply.status == 200 and self.reply.media_type == "text/html"
        return Form.PAGE if is_page or self.reply.status == 303 else Form.NEITHER

    @property
    def is_right(self) -> bool:
        """Whether what came is what was asked for."""
        return self.got is self.wanted


_TURNS = ((Form.PAGE, BROWSER), (Form.DOCUMENT, ACTIVITY_JSON), (Form.PAGE, BROWSER), (Form.DOCUMENT, LD_JSON))
_WEIGHED = (
    (Form.DOCUMENT, f"text/html;q=0.2, {ACTIVITY_JSON};q=0.9"),
    (Form.PAGE, f"{ACTIVITY_JSON};q=0.2, text/html"),
)


async def check_negotiation(around: Round) -> list[Finding]:
    """Ask for the home page, the newest post and the actor, each in both forms."""
    places = await _places(around)
    found = await asyncio.gather(*(_check(around, place) for place in places))
    faults = gathered([(place, fault) for place, some in zip(places, found, strict=True) for fault in some])
    return faults or [ok(SUBJECT, "Pages and documents come apart, twice each and with weights, and say Vary: Accept.")]


def gathered(faults: Sequence[tuple[Place, Finding]]) -> list[Finding]:
    """One finding for each remedy: it tells of the first place, and names the others that have the same fault."""
    by_remedy: dict[tuple[str, tuple[str, ...]], list[tuple[Place, Finding]]] = {}
    for place, fault in faults:
        by_remedy.setdefault((fault.todo, fault.text), []).append((place, fault))
    return [_of_all([place.name for place, _ in some[1:]], some[0][1]) for some in by_remedy.values()]


def _of_all(others: Sequence[str], fault: Finding) -> Finding:
    return replace(fault, what=f"{fault.what} The same for {' and '.join(others)}.") if others else fault


async def _places(around: Round) -> list[Place]:
    home = Place("the home page", f"{around.blog.base_url}/", around.us.actor_id)
    actor = Place("the actor", around.us.actor_id, around.us.actor_id)
    newest = await posts.public(around.shop.store.reader, around.blog.pk, limit=1, offset=0)
    shown = [Place("the newest post", post_url(around.blog, post), post.object_id or "") for post in newest]
    return [home, *shown, actor]


async def _check(around: Round, place: Place) -> list[Finding]:
    looks = [Look(form, await around.get(place.url, accept)) for form, accept in _TURNS]
    looks += [Look(form, await around.get(place.url, accept), is_weighed=True) for form, accept in _WEIGHED]
    unseen = f"{place.url}?unseen={around.shop.world.token(6).hex()}"
    looks.append(Look(Form.DOCUMENT, await around.get(unseen, ACTIVITY_JSON), is_fresh=True))
    return judge_negotiation(place, looks)


def judge_negotiation(place: Place, looks: Sequence[Look]) -> list[Finding]:
    """The one fault that explains what came, or what else is worth a word; empty when all is right."""
    for look in looks:
        stands = obstacle(SUBJECT, f"{_capital(place.name)} as {look.wanted.value}", look.reply)
        if stands:
            return [stands]
    plain = [look for look in looks if not look.is_weighed and not look.is_fresh]
    if not all(look.is_right for look in plain):
        return [_mixed(place, plain, gets_through=any(look.is_fresh and look.is_right for look in looks))]
    if not all(look.is_right for look in looks):
        what = f"{_capital(place.name)} is chosen by something that does not read the weights of Accept (q=…)."
        return [problem(SUBJECT, what, "Leave the choice to fedblog.", Whose.YOUR_PROXY, advice.KEEP_ACCEPT)]
    wrong = next((look for look in plain if look.got is Form.DOCUMENT and id_in(look.reply) != place.object_id), None)
    if wrong:
        what = f"{_capital(place.name)} came with the id {id_in(wrong.reply)[:200]!r}, and not {place.object_id!r}."
        return [problem(SUBJECT, what, "Something keeps an old copy, or answers for another.", Whose.YOUR_PROXY)]
    return _small_faults(place, plain)


def _mixed(place: Place, looks: Sequence[Look], *, gets_through: bool) -> Finding:
    """`gets_through`: under an address that no cache has seen, the document comes."""
    name, documents = _capital(place.name), [look for look in looks if look.wanted is Form.DOCUMENT]
    if any(look.got is Form.NEITHER for look in looks):
        worst = next(look for look in looks if look.got is Form.NEITHER)
        what = f"{name}, asked for as {worst.wanted.value}, came with status {worst.reply.status} and the type "
        what += f"{worst.reply.media_type or 'none'}."
        return problem(SUBJECT, what, "Hand every path on to fedblog.", Whose.YOUR_PROXY)
    if not gets_through and not any(look.is_right for look in documents):
        what = f"{name} comes as a page even to servers that ask for a document: Accept does not get through."
        lines = (*advice.KEEP_ACCEPT, *advice.NO_CACHE)
        return problem(SUBJECT, what, "Hand Accept on, and keep no copies.", Whose.YOUR_PROXY, lines)
    what = f"A cache mixes the forms of {place.name}: {_story(looks)}. Readers will meet JSON, and servers pages."
    return problem(SUBJECT, what, "Switch that cache off for this host.", Whose.YOUR_PROXY, advice.NO_CACHE)


def _story(looks: Sequence[Look]) -> str:
    return "; ".join(f"asked for {look.wanted.value} and got {look.got.value}" for look in looks)


def _small_faults(place: Place, looks: Sequence[Look]) -> list[Finding]:
    name, found = _capital(place.name), []
    if any("accept" not in look.reply.header("vary").lower() for look in looks):
        what = f"{name} comes without Vary: Accept: caches on the way will mix its forms sooner or later."
        found.append(problem(SUBJECT, what, "Hand Vary on.", Whose.YOUR_PROXY, advice.KEEP_VARY))
    aged = next((look for look in looks if _is_kept(look.reply)), None)
    if aged:
        what = f"A cache in front keeps {place.name} (Age: {aged.reply.header('age') or 'hit'}), though fedblog says "
        what += f"{aged.reply.header('cache-control') or 'nothing'}: edits and deletions will show late."
        found.append(warning(SUBJECT, what, "Keep no copies of this host.", Whose.YOUR_PROXY, advice.NO_CACHE))
    return found


def _is_kept(reply: Reply) -> bool:
    """Whether it came out of a cache although it was not to be kept without asking."""
    is_to_be_asked = any(word in reply.header("cache-control") for word in ("no-store", "no-cache"))
    age = reply.header("age")
    return is_to_be_asked and age.isdecimal() and age.strip("0") != ""


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
