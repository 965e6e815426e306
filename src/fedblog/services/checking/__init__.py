"""`fedblog check` and the page "Health": does the blog stand as it should, from inside and through its public name?"""

from fedblog.config import Config
from fedblog.errors import FedblogError
from fedblog.services.checking.database import check_clock, check_database, check_identity, check_keys
from fedblog.services.checking.files import check_files
from fedblog.services.checking.findings import Finding, Grade, Whose, ok, problem
from fedblog.services.checking.network import check_certificate, check_names
from fedblog.services.checking.outside import check_outside
from fedblog.services.checking.queues import check_queues
from fedblog.services.checking.servers import check_servers
from fedblog.services.checking.switches import check_switches
from fedblog.services.workshop import Workshop
from fedblog.world import World

__all__ = [
    "Finding",
    "Grade",
    "Whose",
    "check_blog",
    "check_everything",
    "check_place",
    "ok",
    "problem",
]


async def check_place(config: Config, world: World) -> list[Finding]:
    """What can be seen without the database: files, switches, certificate, names."""
    return [
        ok("configuration", str(config.path or "from the environment")),
        *check_switches(config),
        *check_files(config),
        *check_certificate(config, world),
        *await check_names(config, world),
    ]


async def check_blog(shop: Workshop, *, outside: bool = True, with_canary: bool = False) -> list[Finding]:
    """What the database tells, and unless told otherwise what the public name does."""
    found: list[Finding] = []
    try:
        for check in (check_database, check_identity, check_keys, check_clock, check_queues, check_servers):
            found += await check(shop)
        if outside:
            found += await check_outside(shop, with_canary=with_canary)
    except FedblogError as error:
        found.append(problem("database", str(error), "Nothing more could be looked at."))
    return found


async def check_everything(shop: Workshop) -> list[Finding]:
    """All of it, the canary included."""
    place = await check_place(shop.config, shop.world)
    return place + await check_blog(shop, with_canary=True)
