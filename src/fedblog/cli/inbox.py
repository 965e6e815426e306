"""`fedblog inbox`: every received activity with its verdict; judging one again, or all of them on a copy."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from fedblog.cli.main import actions, natural
from fedblog.cli.moments import moment
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.inbox_event import Verdict

if TYPE_CHECKING:
    from fedblog.services.rehearsal.playing import Line
    from fedblog.services.rehearsal.rehearsing import Rehearsal

HELP = "list every received activity with its verdict and reason, and judge again"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list received activities, the newest first")
    listing.add_argument("--verdict", choices=[verdict.value for verdict in Verdict], help="only those judged so")
    listing.add_argument("--host", metavar="NAME", help="only those signed on one server")
    listing.add_argument("--actor", metavar="ID", help="only those that one actor signed")
    listing.add_argument("--type", metavar="TYPE", help="only those of one type, such as Follow")
    listing.add_argument("--id", metavar="ID", help="only those with this id, or about what has it")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    refused = add("unproven", "list how often requests without proof were refused, by host and reason")
    refused.add_argument("--json", action="store_true", help="print JSON")
    refused.set_defaults(run=show_unproven)
    again = add("again", "let the present program judge one activity again; its old verdict stays written down")
    again.add_argument("pk", type=int, metavar="PK")
    again.set_defaults(run=process_again)
    _define_replay(add("replay", "on a copy: print every verdict that the present program and rules would change"))


def _define_replay(replay: argparse.ArgumentParser) -> None:
    replay.add_argument("--since", type=moment, required=True, metavar="7d|DATE", help="judge what came since then")
    replay.add_argument(
        "--policy", choices=[policy.value for policy in CommentPolicy], help="what if the blog had this comment policy"
    )
    replay.add_argument(
        "--block", action="append", default=[], metavar="NAME|ID", help="what if this server or actor were blocked"
    )
    replay.add_argument("--fetch", action="store_true", help="read documents from their servers where that is needed")
    replay.add_argument("--json", action="store_true", help="print JSON")
    replay.set_defaults(run=rehearse)


async def show_list(arguments: argparse.Namespace) -> int:
    """List the ledger."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import ledger
    from fedblog.store.ledger import LedgerFilter

    wanted = LedgerFilter(
        verdict=arguments.verdict or "",
        host=(arguments.host or "").lower(),
        signer=arguments.actor or "",
        type=arguments.type or "",
        address=arguments.id or "",
    )
    limit = 1 << 40 if arguments.limit is None else arguments.limit
    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await ledger.listed(shop.store.reader, blog.pk, wanted, limit=limit)
    rows = [
        {
            "pk": e.pk,
            "activity_id": e.activity_id,
            "type": e.type,
            "actor": e.actor,
            "signer": e.signer,
            "host": e.host,
            "object_id": e.object_id,
            "verdict": e.verdict,
            "reason": e.reason,
            "attempts": e.attempts,
            "received_at": time_text(e.received_at),
        }
        for e in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        empty = "Nothing has been received yet." if wanted == LedgerFilter() else "Nothing like that was received."
        show_rows(rows, ("pk", "received_at", "type", "actor", "verdict", "reason"), empty=empty)
    return 0


async def show_unproven(arguments: argparse.Namespace) -> int:
    """List the counts of unproven requests."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.turned_away import words_of
    from fedblog.store import inbox_events

    async with opened(arguments) as shop:
        found = await inbox_events.unproven(shop.store.reader)
    rows = [
        {
            "host": u.host,
            "reason": u.reason,
            "words": words_of(u.reason),
            "count": u.count,
            "last_at": time_text(u.last_at),
        }
        for u in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("last_at", "host", "words", "count"), empty="Every request could be proven.")
    return 0


async def process_again(arguments: argparse.Namespace) -> int:
    """Judge one activity again."""
    from fedblog.cli.opening import opened
    from fedblog.services import reprocessing

    async with opened(arguments) as shop:
        is_open = await reprocessing.process_again(shop, arguments.pk, by="command line")
    print(f"Event {arguments.pk} waits for the worker {'now' if is_open else 'already'}.")
    return 0


async def rehearse(arguments: argparse.Namespace) -> int:
    """Judge again what was received, on a copy. Prints nothing but a summary where nothing would change."""
    from fedblog.app import open_workshop
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.rehearsal.rehearsing import Wish
    from fedblog.services.rehearsal.rehearsing import rehearse as rehearse_on_copy

    policy = CommentPolicy(arguments.policy) if arguments.policy else None
    async with opened(arguments) as shop:
        wish = Wish(arguments.since(shop.now()), policy, tuple(arguments.block), arguments.fetch)
        done = await rehearse_on_copy(shop, wish, lambda config, world: open_workshop(config, world=world))
    changes, unsure = [_row(line) for line in done.changes], [_row(line) for line in done.unsure]
    if arguments.json:
        show_json(
            {
                "since": time_text(wish.since),
                "judged": done.judged,
                "changes": changes,
                "unsure": unsure,
                "not_kept": done.gone,
            }
        )
        return 0
    if changes:
        show_rows(changes, ("pk", "received_at", "type", "actor", "then", "now", "why"), empty="")
    if unsure:
        print("\nWhat cannot be told:" if changes else "What cannot be told:")
        show_rows(unsure, ("pk", "received_at", "type", "actor", "then", "unsure"), empty="")
    print(_summary(done), file=sys.stderr)
    return 0


def _row(line: "Line") -> dict[str, Any]:
    from fedblog.cli.printing import time_text

    return {
        "pk": line.head.pk,
        "received_at": time_text(line.head.received_at),
        "type": line.head.type,
        "actor": line.head.actor,
        "activity_id": line.head.activity_id,
        "object_id": line.head.object_id,
        "then": line.then,
        "then_why": line.then_reason,
        "now": line.now,
        "why": line.now_reason,
        "unsure": line.unsure,
    }


def _summary(done: "Rehearsal") -> str:
    gone = f", {done.gone} not kept any more" if done.gone else ""
    changes = len(done.changes) or "none"
    return f"Judged again: {done.judged}{gone}. Would change: {changes}. Cannot be told: {len(done.unsure) or 'none'}."
