"""`fedblog alias`: the author's other accounts, which the blog names as such."""

import argparse

from fedblog.cli.main import actions

HELP = "list, add and remove other accounts of yours (alsoKnownAs)"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list your other accounts, and whether they name the blog too")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show_list)
    adding = add("add", "name another account of yours; at most 20")
    adding.add_argument("address", metavar="ADDRESS", help="its handle (@you@server), its page or its id")
    adding.set_defaults(run=add_one)
    removing = add("remove", "name an account no more")
    removing.add_argument("address", metavar="ADDRESS", help="its handle or its id")
    removing.set_defaults(run=remove_one)


async def show_list(arguments: argparse.Namespace) -> int:
    """List the accounts, from what was last seen of them."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import aliases

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await aliases.listed(shop.store.reader, blog.pk)
    rows = [
        {
            "actor_id": alias.actor_id,
            "handle": alias.full_handle,
            "names_the_blog": "yes" if alias.proven_at else "no",
            "moved_to": alias.moved_to,
            "added_at": time_text(alias.added_at),
            "looked_at": time_text(alias.looked_at),
            "trouble": alias.trouble or None,
        }
        for alias in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("handle", "names_the_blog", "moved_to", "trouble"), empty="The blog names no other account.")
    return 0


async def add_one(arguments: argparse.Namespace) -> int:
    """Name one more."""
    from fedblog.cli.opening import opened
    from fedblog.services.moving import aliases

    async with opened(arguments) as shop:
        alias = await aliases.add(shop, arguments.address, by="command line")
    print(f"The blog names {alias.full_handle} ({alias.actor_id}). Followers hear of it within about two minutes.")
    if alias.proven_at is None:
        print("It does not name the blog; until it does, its comments here are not shown as yours.")
    return 0


async def remove_one(arguments: argparse.Namespace) -> int:
    """Name it no more."""
    from fedblog.cli.opening import opened
    from fedblog.services.moving import aliases

    async with opened(arguments) as shop:
        alias = await aliases.remove(shop, arguments.address, by="command line")
    print(f"The blog names {alias.full_handle} no more.")
    return 0
