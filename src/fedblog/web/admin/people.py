"""People of other servers, as the admin shows them."""

from dataclasses import dataclass

from fedblog.urls import host_of
from fedblog.web.fragments import web_address


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a face (or the first letter of the name), a handle, and the page they have at home."""

    name: str
    initial: str
    handle: str
    profile_url: str
    avatar_name: str | None
    actor_id: str
    host: str


def person(*, name: str, handle: str, url: str, actor_id: str, avatar_name: str | None) -> Person:
    """What is shown of an actor. `handle` is `name@host`."""
    shown = name or handle.partition("@")[0]
    initial = next((character.upper() for character in shown if character.isalnum()), "?")
    profile = web_address(url) or web_address(actor_id)
    return Person(shown, initial, f"@{handle}", profile, avatar_name, actor_id, host_of(actor_id) or "")
