"""`fedblog keys`: the keys that sign what the blog sends, and changing them."""

import argparse
import sys

from fedblog.cli.main import actions

HELP = "list the keys of the blog, and change them"
_SHOWN = ("pk", "actor", "kind", "state", "key_id", "takes_over_at")


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list all keys, former ones too, in the order in which they were made")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show_list)
    change = add("rotate", "announce new keys, which take over after 48 hours")
    change.add_argument("--now", action="store_true", help="use new keys at once, for when the old ones were stolen")
    change.set_defaults(run=rotate)


async def show_list(arguments: argparse.Namespace) -> int:
    """List keys."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services import rotating

    async with opened(arguments) as shop:
        found = await rotating.listed(shop.store.reader)
    rows = [
        {
            "pk": one.key.pk,
            "actor": one.actor.kind,
            "actor_id": one.actor.actor_id,
            "key_id": one.key.key_id,
            "kind": one.key.kind,
            "state": one.key.standing,
            "created_at": time_text(one.key.created_at),
            "takes_over_at": time_text(one.key.takes_over_at),
            "retired_at": time_text(one.key.retired_at),
        }
        for one in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, _SHOWN, empty="There is no key.")
    return 0


async def rotate(arguments: argparse.Namespace) -> int:
    """Change the keys."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import time_text
    from fedblog.services import rotating

    async with opened(arguments) as shop:
        if arguments.now:
            await rotating.rotate_now(shop, by="command line")
            print(_WARNING, file=sys.stderr)
            print("New keys are in use from now on; the old ones are listed no more.")
            return 0
        at = await rotating.rotate(shop, by="command line")
    print(f"New keys are announced to the followers' servers, and take over at {time_text(at)}.")
    print("Until then the old ones sign. The server has to run at that time, or be started after it.")
    return 0


_WARNING = (
    "WARNING: nobody was told beforehand. Some servers keep the old key for hours, and refuse what the blog sends "
    "until they ask for the new one; it is sent again for a week."
)
