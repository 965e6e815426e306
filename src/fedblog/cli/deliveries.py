"""`fedblog deliveries`: what leaves, where it stands, trying again, and sending again."""

import argparse
from typing import TYPE_CHECKING

from fedblog.cli.main import actions, natural
from fedblog.cli.moments import moment
from fedblog.errors import Invalid, Missing

if TYPE_CHECKING:
    from fedblog.services.resending import Parcels

HELP = "list deliveries, try some again now, send some again"
_STATES = ("waiting", "delivered", "gave_up", "cancelled")
_BY = "command line"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list deliveries, the newest first")
    listing.add_argument("--post", type=int, metavar="PK", help="only those of one post")
    listing.add_argument("--host", metavar="NAME", help="only those to one server")
    listing.add_argument("--state", choices=_STATES, help="only those in this state")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    again = add("retry", "try what waits or was given up again now: one, those of a post, those to a server, or both")
    again.add_argument("pk", type=int, nargs="?", metavar="PK")
    again.add_argument("--post", type=int, metavar="PK", help="all of one post")
    again.add_argument("--host", metavar="NAME", help="all to one server")
    again.set_defaults(run=retry)
    sending = add("resend", "send again, what was delivered too: one delivery, a post, or what went to a server")
    sending.add_argument("pk", type=int, nargs="?", metavar="PK")
    sending.add_argument("--post", type=int, metavar="PK", help="a post as it stands on the wire")
    sending.add_argument("--host", metavar="NAME", help="what went to one server, but for the Accepts")
    sending.add_argument(
        "--since", type=moment, metavar="7d|DATE", help="with --host: only what was written since then"
    )
    sending.add_argument("--dry-run", action="store_true", help="only say how many activities it would send")
    sending.set_defaults(run=resend)


async def show_list(arguments: argparse.Namespace) -> int:
    """List deliveries."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import receipts
    from fedblog.store.receipts import DeliveryFilter

    wanted = DeliveryFilter(arguments.post or 0, (arguments.host or "").lower(), arguments.state or "")
    limit = 1 << 40 if arguments.limit is None else arguments.limit
    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await receipts.listed(shop.store.reader, blog.pk, wanted, limit=limit)
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
            "ended_at": time_text(d.ended_at),
        }
        for d in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        empty = "There is no such delivery." if wanted.host or wanted.state else "Nothing has been sent yet."
        show_rows(rows, ("pk", "kind", "host", "state", "attempts", "last_error"), empty=empty)
    return 0


async def retry(arguments: argparse.Namespace) -> int:
    """Try again now."""
    from fedblog.cli.opening import opened
    from fedblog.services import delivering

    is_one = arguments.pk is not None
    if is_one == (arguments.post is not None or arguments.host is not None):
        raise Invalid("Name one delivery, or --post PK, --host NAME, or both of these.")
    async with opened(arguments) as shop:
        count = await delivering.retry(shop, pk=arguments.pk, post_pk=arguments.post, host=arguments.host)
    if is_one and not count:
        raise Missing(
            f"There is no delivery to be tried again under {arguments.pk}.", "fedblog deliveries list shows them."
        )
    print(f"Deliveries that are due now: {count}.")
    return 0


async def resend(arguments: argparse.Namespace) -> int:
    """Send again, or say what that would send."""
    from fedblog.cli.opening import opened
    from fedblog.services import resending
    from fedblog.services.resending import Scope

    if sum(value is not None for value in (arguments.pk, arguments.post, arguments.host)) != 1:
        raise Invalid("Name one delivery, --post PK or --host NAME.")
    if arguments.since and arguments.host is None:
        raise Invalid("--since goes with --host.")
    async with opened(arguments) as shop:
        now = shop.now()
        scope = Scope(
            asked_at=now,
            delivery_pk=arguments.pk or 0,
            post_pk=arguments.post or 0,
            host=(arguments.host or "").lower(),
            since=arguments.since(now) if arguments.since else 0,
        )
        parcels = await resending.preview(shop, scope)
        if not arguments.dry_run:
            parcels = await resending.resend(shop, scope, by=_BY)
    _tell(parcels, is_done=not arguments.dry_run)
    return 0


def _tell(parcels: "Parcels", *, is_done: bool) -> None:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(parcels.kinds.items())) or "nothing"
    print(f"Activities that {'go' if is_done else 'would go'} out again: {len(parcels.pks)} ({kinds}).")
    print(f"Servers: {len(parcels.hosts)}. Left out, since blocked: {parcels.blocked}.")
