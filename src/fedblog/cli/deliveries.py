"""`fedblog deliveries`: what leaves, where it stands, and trying again."""

import argparse

from fedblog.cli.main import actions, natural
from fedblog.errors import Invalid, Missing

HELP = "list deliveries, and try some again now"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list deliveries, the newest first")
    listing.add_argument("--post", type=int, metavar="PK", help="only those of one post")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    again = add("retry", "try deliveries again now: one, those of a post, or those to a host")
    again.add_argument("pk", type=int, nargs="?", metavar="PK")
    again.add_argument("--post", type=int, metavar="PK", help="all of one post")
    again.add_argument("--host", metavar="NAME", help="all to one server")
    again.set_defaults(run=retry)


async def show_list(arguments: argparse.Namespace) -> int:
    """List deliveries."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import deliveries

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await deliveries.listed(shop.store.reader, blog.pk, post_pk=arguments.post, limit=arguments.limit)
    rows = [
        {
            "pk": d.pk,
            "activity_id": d.activity_id,
            "kind": d.kind,
            "object_id": d.object_id,
            "post_pk": d.post_pk,
            "inbox": d.inbox,
            "host": d.host,
            "state": d.state,
            "attempts": d.attempts,
            "last_status": d.last_status,
            "last_error": d.last_error,
            "due_at": time_text(d.due_at),
        }
        for d in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("pk", "kind", "host", "state", "attempts", "last_error"), empty="Nothing has been sent yet.")
    return 0


async def retry(arguments: argparse.Namespace) -> int:
    """Try again now."""
    from fedblog.cli.opening import opened
    from fedblog.services import delivering

    if sum(value is not None for value in (arguments.pk, arguments.post, arguments.host)) != 1:
        raise Invalid("Name one delivery, --post PK or --host NAME.")
    async with opened(arguments) as shop:
        count = await delivering.retry(shop, pk=arguments.pk, post_pk=arguments.post, host=arguments.host)
    if arguments.pk is not None and not count:
        raise Missing(
            f"There is no delivery to be tried again under {arguments.pk}.", "fedblog deliveries list shows them."
        )
    print(f"Deliveries that are due now: {count}.")
    return 0
