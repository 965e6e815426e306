"""`fedblog inbox`: every received activity with its verdict."""

import argparse

from fedblog.cli.main import actions, natural

HELP = "list every received activity with its verdict and reason"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list received activities, the newest first")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    refused = add("unproven", "list how often requests without proof were refused, by host and reason")
    refused.add_argument("--json", action="store_true", help="print JSON")
    refused.set_defaults(run=show_unproven)


async def show_list(arguments: argparse.Namespace) -> int:
    """List the ledger."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import inbox_events

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await inbox_events.listed(shop.store.reader, blog.pk, limit=arguments.limit)
    rows = [
        {
            "pk": e.pk,
            "activity_id": e.activity_id,
            "type": e.type,
            "actor": e.actor,
            "signer": e.signer,
            "object_id": e.object_id,
            "verdict": e.verdict.value,
            "reason": e.reason,
            "attempts": e.attempts,
            "received_at": time_text(e.received_at),
        }
        for e in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("received_at", "type", "actor", "verdict", "reason"), empty="Nothing has been received yet.")
    return 0


async def show_unproven(arguments: argparse.Namespace) -> int:
    """List the counts of unproven requests."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.store import inbox_events

    async with opened(arguments) as shop:
        found = await inbox_events.unproven(shop.store.reader)
    rows = [{"host": u.host, "reason": u.reason, "count": u.count, "last_at": time_text(u.last_at)} for u in found]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("last_at", "host", "reason", "count"), empty="Every request could be proven.")
    return 0
