"""Finding the configuration and opening the blog, for commands."""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fedblog import config as configuration
from fedblog.config import Config

if TYPE_CHECKING:
    from fedblog.services.workshop import Workshop

DEFAULT = Path("fedblog.toml")


def config_path(arguments: argparse.Namespace) -> Path | None:
    """The configuration to use: as given, from FEDBLOG_CONFIG, or ./fedblog.toml; None: environment only."""
    given = getattr(arguments, "config", None) or os.environ.get("FEDBLOG_CONFIG")
    if given:
        return Path(given).absolute()
    only_environment = "FEDBLOG_SITE__BASE_URL" in os.environ and not DEFAULT.exists()
    return None if only_environment else DEFAULT.absolute()


def load(arguments: argparse.Namespace) -> Config:
    """Read the configuration. Raises `Invalid`."""
    return configuration.load(config_path(arguments))


@asynccontextmanager
async def opened(arguments: argparse.Namespace) -> AsyncIterator["Workshop"]:
    """The blog, opened for one command; works while the server runs.

    Raises `Refused` when the configuration names another blog than the database holds.
    """
    from fedblog.app import open_workshop
    from fedblog.services import founding
    from fedblog.services.workshop import the_blog

    async with open_workshop(load(arguments)) as shop:
        founding.refuse_other_identity(await the_blog(shop.store.reader), shop.config)
        yield shop
