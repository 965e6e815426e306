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
    from fedblog.app import outside
    from fedblog.cli.opening import load
    from fedblog.services import archiving

    config = load(arguments)
    restored = await archiving.restore(config, outside(config), arguments.archive)
    held = restored.contents
    print(f"Restored: posts {held.posts}, comments {held.comments}, followers {held.followers}.")
    print(f"Deliveries that were on their way and are set aside: {restored.cancelled}. Nothing has been sent.")
    print("Posts published after the backup was made are unknown here, though followers may have them.")
    print("Next: fedblog check, then fedblog serve")
    return 0
