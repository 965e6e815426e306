"""`fedblog restore`: bring a backup back into an empty place. It sends nothing."""

import argparse
from pathlib import Path

HELP = "bring a backup back into an empty data directory; sends nothing"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.add_argument("archive", type=Path, metavar="ARCHIVE", help="what `fedblog backup` wrote")
    command.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Unpack into an empty place and check it."""
    from fedblog.cli.opening import load
    from fedblog.services import archiving

    summary = await archiving.restore(load(arguments), arguments.archive)
    print(f"Restored {summary.posts} posts, {summary.comments} comments, {summary.followers} followers.")
    print(f"{summary.cancelled} deliveries of the old copy were set aside; nothing has been sent.")
    print("Next: fedblog check, then fedblog serve")
    return 0
