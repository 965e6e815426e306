"""`fedblog check`: everything about a blog that can be looked at without asking another server."""

from fedblog.config import Config
from fedblog.errors import FedblogError
from fedblog.services.checking.database import check_clock, check_database, check_identity, check_keys
from fedblog.services.checking.files import check_files
from fedblog.services.checking.findings import Finding, Grade, ok, problem
from fedblog.services.checking.network import check_certificate, check_names
from fedblog.services.checking.switches import check_switches, loud_warnings
from fedblog.services.workshop import Workshop
from fedblog.world import World

__all__ = ["Finding", "Grade", "check_blog", "check_place", "loud_warnings", "ok", "problem"]


async def check_place(config: Config, world: World) -> list[Finding]:
    """What can be seen without the database: files, switches, certificate, names."""
    return [
        ok("configuration", str(config.path or "from the environment")),
        *check_switches(config),
        *check_files(config),
        *check_certificate(config, world),
        *await check_names(config, world),
    ]


async def check_blog(shop: Workshop) -> list[Finding]:
    """What the database tells: engine, identity, keys, clock."""
    found: list[Finding] = []
    try:
        for check in (check_database, check_identity, check_keys, check_clock):
            found += await check(shop)
    except FedblogError as error:
        found.append(problem("database", str(error), "Nothing more could be looked at."))
    return found
