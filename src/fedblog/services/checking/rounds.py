"""What the checks of one round share: the blog, and the way to ask it through its public name."""

from dataclasses import dataclass
from urllib.parse import urljoin

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.errors import FedblogError
from fedblog.net.client import user_agent_of
from fedblog.net.probing import PROBE, Ask, Prober
from fedblog.services.checking.replies import Reply
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.urls import Url
from fedblog.world import Limits

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Round:
    """One check of one blog. `us` is its actor."""

    shop: Workshop
    prober: Prober
    blog: Blog
    us: Actor

    @property
    def origin(self) -> Url:
        """The public origin."""
        return self.shop.config.site.base_url

    async def get(self, url: str, accept: str, *, at: str = "") -> Reply:
        """One GET, redirects not followed. Never raises for what the other side does."""
        return await self.ask(Ask(url, headers=(("Accept", accept),)), at=at)

    async def ask(self, what: Ask, *, at: str = "", limits: Limits = PROBE) -> Reply:
        """One exchange. Never raises for what the other side does."""
        try:
            answer = await self.prober.ask(what, at=at, limits=limits)
        except FedblogError as error:
            return Reply(trouble=str(error))
        return Reply(answer.status, answer.headers, answer.body)

    async def follow(self, url: str, accept: str) -> list[Reply]:
        """The same with redirects: every answer on the way, the last one at the end."""
        replies = [await self.get(url, accept)]
        while replies[-1].is_redirect and len(replies) <= _MOST_REDIRECTS:
            url = joined(url, replies[-1].header("location"))
            replies.append(await self.get(url, accept))
        return replies


async def begin(shop: Workshop) -> Round:
    """A round, with names that were not resolved yet. Raises `Refused` before `init`."""
    blog, us = await the_blog(shop.store.reader), await the_actor(shop.store.reader)
    base = shop.config.site.base_url
    prober = Prober(shop.world, shop.config.federation, user_agent_of(base), base)
    return Round(shop, prober, blog, us)


def joined(url: str, location: str) -> str:
    """Where a redirect leads; "" where it makes no sense."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""
