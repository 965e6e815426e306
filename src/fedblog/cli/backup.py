"""`fedblog backup`: one archive with database, media and keys, made while the server runs."""

import argparse
from pathlib import Path

HELP = "copy database, media and keys into one archive, while the server runs"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.add_argument("archive", type=Path, metavar="ARCHIVE", help="the file to write, such as blog.tar")
    command.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Make the archive and check it."""
    from fedblog.cli.opening import opened
    from fedblog.services import archiving

    async with opened(arguments) as shop:
        backup = await archiving.back_up(shop, arguments.archive)
    print(f"Wrote {arguments.archive}: the database, checked, and {backup.files} files.")
    if backup.missing:
        print(f"WARNING: not in the data directory, and so not in the backup: {', '.join(backup.missing)}")
    print("It holds the private keys of the blog: keep it where nobody else can read it.")
    return 0
