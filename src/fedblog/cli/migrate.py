"""`fedblog migrate`: bring the database up to this version."""

import argparse

HELP = "bring the database up to this version (serve does it too)"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Run what is missing; a SQLite file is copied first."""
    from fedblog.app import open_workshop
    from fedblog.cli.opening import load
    from fedblog.services import founding

    async with open_workshop(load(arguments), migrate=True) as shop:
        await founding.complete(shop.store, shop.world)
        print("The database is up to date.")
    return 0
