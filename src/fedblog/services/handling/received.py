"""What a handler is given: one activity of a proven sender, and what it happens to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fedblog.ap.parse.activity import RemoteActivity
from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.services.gate import Gate
from fedblog.services.outcomes import Apply
from fedblog.services.workshop import Workshop
from fedblog.urls import is_same_id


@dataclass(frozen=True, slots=True)
class Received:
    """An activity as its own actor's: `activity.actor_id` has been proven, or was fetched from its own server.

    `document` is the whole activity, `us` the blog's actor, `now` in ms UTC.
    """

    activity: RemoteActivity
    document: dict[str, Any]
    blog: Blog
    us: Actor
    gate: Gate
    now: int

    def is_about_us(self, object_id: str | None) -> bool:
        """Whether an id names the blog's actor."""
        return is_same_id(object_id, self.us.actor_id)


Handler = Callable[[Workshop, Received], Awaitable[Apply]]
"""First step: gathers what must be fetched, holding nothing. It returns the second, which writes."""
