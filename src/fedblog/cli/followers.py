"""`fedblog followers`: list, let in and remove followers."""

import argparse

from fedblog.cli.main import actions, natural

HELP = "list, let in and remove followers"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list followers, those who wait first")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.add_argument(
        "--removed",
        action="store_true",
        help="those whom fedblog let go in the last half year, and why, in place of the others",
    )
    listing.set_defaults(run=show_list)
    for name, help_text in (("approve", "let a waiting follower in"), ("remove", "remove a follower; it is told")):
        action = add(name, help_text)
        action.add_argument("pk", type=int, metavar="PK")
        action.set_defaults(run=decide, action=name)


async def show_list(arguments: argparse.Namespace) -> int:
    """List followers, or those who were let go."""
    if arguments.removed:
        return await _show_removed(arguments)
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import followers

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await followers.listed(shop.store.reader, blog.pk, limit=arguments.limit)
    rows = [
        {
            "pk": f.pk,
            "actor_id": f.actor_id,
            "handle": f"@{f.handle}",
            "state": f.state,
            "inbox": f.inbox,
            "since": time_text(f.accepted_at or f.requested_at),
        }
        for f in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("pk", "handle", "state", "since"), empty="Nobody follows the blog yet.")
    return 0


async def _show_removed(arguments: argparse.Namespace) -> int:
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import former_followers

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await former_followers.listed(shop.store.reader, blog.pk, limit=arguments.limit)
    rows = [
        {
            "pk": f.pk,
            "actor_id": f.actor_id,
            "handle": f"@{f.handle}",
            "host": f.host,
            "removed": f.reason,
            "at": time_text(f.left_at),
        }
        for f in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("handle", "removed", "at"), empty="Nobody was let go.")
    return 0


async def decide(arguments: argparse.Namespace) -> int:
    """Let in or remove one follower."""
    from fedblog.cli.opening import opened
    from fedblog.services import following

    act = {"approve": following.approve, "remove": following.remove}[arguments.action]
    async with opened(arguments) as shop:
        await act(shop, arguments.pk, by="command line")
    print(f"Follower {arguments.pk} is {'let in' if arguments.action == 'approve' else 'removed'}.")
    return 0
