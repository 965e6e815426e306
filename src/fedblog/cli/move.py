"""`fedblog move`: move to the blog from another account, or on to another one."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fedblog.cli.main import actions

if TYPE_CHECKING:
    from fedblog.services.moving.leaving import Preflight, Report
    from fedblog.services.moving.steps import Step

HELP = "move here from another account, or from here to another one"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    arriving = add("in", "show how far the move from your other accounts to the blog is, and what is missing")
    arriving.add_argument("--json", action="store_true", help="print JSON")
    arriving.set_defaults(run=show_arrivals)
    leaving = add("out", "move the blog's account to another one: its followers are asked to follow that")
    leaving.add_argument("address", metavar="ADDRESS", help="the account to move to: its handle, its page or its id")
    leaving.add_argument(
        "--dry-run", action="store_true", help="say what is missing and who would be told; tell nobody"
    )
    leaving.add_argument("--json", action="store_true", help="print JSON")
    leaving.set_defaults(run=leave)
    reporting = add("report", "show how each server took the blog's last move")
    reporting.add_argument("--json", action="store_true", help="print JSON")
    reporting.set_defaults(run=show_report)
    add("undo", "take the blog's move back; who left does not come back by that").set_defaults(run=undo)


async def show_arrivals(arguments: argparse.Namespace) -> int:
    """Look at the other accounts, and list the steps of each."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json
    from fedblog.services.moving import aliases, arriving

    async with opened(arguments) as shop:
        for arrival in await shop.store.read(arriving.arrivals):
            await aliases.look_again(shop, arrival.alias.actor_id)
        found = await shop.store.read(arriving.arrivals)
    if arguments.json:
        show_json(
            [
                {
                    "handle": a.alias.full_handle,
                    "actor_id": a.alias.actor_id,
                    "has_moved": a.has_moved,
                    "steps": _rows(a.steps),
                }
                for a in found
            ]
        )
        return 0
    if not found:
        print("First name the account that you come from: fedblog alias add @you@server")
    for arrival in found:
        print(arrival.alias.full_handle)
        _print_steps(arrival.steps)
    return 0


async def leave(arguments: argparse.Namespace) -> int:
    """Look first; then move, unless this is the dry run. 1 when something is missing."""
    from fedblog.cli.opening import opened
    from fedblog.services.moving import leaving

    async with opened(arguments) as shop:
        if not arguments.dry_run:
            move = await leaving.leave(shop, arguments.address, by="command line")
            _say({"moved_to": move.target_id, "handle": move.full_handle, "followers": move.followers}, arguments.json)
            return 0
        flight = await leaving.prepare(shop, arguments.address)
    _print_preflight(flight, as_json=arguments.json)
    return 0 if flight.may_go else 1


def _say(row: dict[str, Any], as_json: bool) -> None:
    from fedblog.cli.printing import show_json

    if as_json:
        show_json(row)
        return
    print(f"The account of this blog has moved to {row['handle']}. Followers that are being told: {row['followers']}.")
    print("fedblog move report shows how each server takes it; fedblog move undo takes it back.")


def _print_preflight(flight: "Preflight", *, as_json: bool) -> None:
    from fedblog.cli.printing import show_json

    reach = flight.reach
    if as_json:
        counts = {"followers": reach.followers, "servers": reach.hosts, "inboxes": reach.inboxes}
        show_json({"may_go": flight.may_go, "steps": _rows(flight.steps), **counts})
        return
    _print_steps(flight.steps)
    print(f"Followers that would be told: {reach.followers}. Servers: {reach.hosts}. Deliveries: {reach.inboxes}.")
    print("Nothing was sent." if flight.may_go else "Nothing was sent, and the move cannot be made yet.")


async def show_report(arguments: argparse.Namespace) -> int:
    """How the last move went."""
    from fedblog.cli.opening import opened
    from fedblog.services.moving import leaving

    async with opened(arguments) as shop:
        report = await shop.store.read(leaving.report)
    if report is None:
        print("null" if arguments.json else "The blog has not moved.")
        return 0
    _print_report(report, as_json=arguments.json)
    return 0


def _print_report(report: "Report", *, as_json: bool) -> None:
    from fedblog.cli.printing import show_json, show_rows, time_text

    move = report.move
    rows = [
        {
            "host": host.host,
            "state": host.state,
            "followers_then": host.followers_then,
            "followers_now": host.followers_now,
            "reason": host.reason or None,
        }
        for host in report.hosts
    ]
    if as_json:
        times = {"moved_at": time_text(move.moved_at), "undone_at": time_text(move.undone_at)}
        show_json({"moved_to": move.target_id, "handle": move.full_handle, **times, "servers": rows})
        return
    undone = f", taken back {time_text(move.undone_at)}" if move.undone_at else ""
    print(f"Moved to {move.full_handle} {time_text(move.moved_at)}{undone}.")
    print(f"Of {move.followers} followers then, {move.followers - report.followers_now} have left.")
    show_rows(rows, ("host", "state", "followers_then", "followers_now", "reason"), empty="Nobody followed.")


async def undo(arguments: argparse.Namespace) -> int:
    """The blog is back."""
    from fedblog.cli.opening import opened
    from fedblog.services.moving import leaving

    async with opened(arguments) as shop:
        await leaving.come_back(shop, by="command line")
    print("The account of this blog is back. Those who follow still are told; who left has to follow again.")
    return 0


def _rows(steps: "Sequence[Step]") -> list[dict[str, str]]:
    return [{"state": step.state.value, "words": step.words, "todo": step.todo} for step in steps]


def _print_steps(steps: "Sequence[Step]") -> None:
    for step in steps:
        print(f"  {step.state:8} {step.words}")
        if step.todo:
            print(f"{'':11}-> {step.todo}")
