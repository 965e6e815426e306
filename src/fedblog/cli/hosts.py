"""`fedblog hosts`: the servers that need a look, how one of them stands with the blog, and forgetting its failures."""

import argparse
from typing import TYPE_CHECKING, Any

from fedblog.cli.main import actions

if TYPE_CHECKING:
    from fedblog.domain.delivery import Host
    from fedblog.services.looking_back import HostReport

HELP = "list the servers that need a look, and see how one stands with the blog"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list the servers that fail, asked for a pause, or where something was given up this week")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show_list)
    one = add("show", "show how one server stands with the blog")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=show_one)
    forget = add("forget", "forget a server's failures and the pause that it asked for, and send what waits")
    forget.add_argument("name", metavar="NAME")
    forget.set_defaults(run=forget_failures)


async def show_list(arguments: argparse.Namespace) -> int:
    """List those that need a look."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows
    from fedblog.services import looking_back

    async with opened(arguments) as shop:
        now = shop.now()
        found = await shop.store.read(lambda db: looking_back.in_need(db, now))
    rows = [_state(one.host) | {"waiting": one.waiting, "gave_up": one.gave_up} for one in found]
    if arguments.json:
        show_json(rows)
    else:
        names = ("name", "failures", "failing_since", "held_until", "waiting", "gave_up")
        show_rows(rows, names, empty="All servers are in order.")
    return 0


def _state(host: "Host") -> dict[str, Any]:
    from fedblog.cli.printing import time_text

    held = max(host.open_until or 0, host.retry_after or 0) or None
    return {
        "name": host.name,
        "failures": host.failures,
        "failing_since": time_text(host.failing_since),
        "failed_at": time_text(host.failed_at),
        "held_until": time_text(held),
        "signature_form": host.signature_form,
        "reached_at": time_text(host.reached_at),
        "heard_at": time_text(host.heard_at),
    }


async def show_one(arguments: argparse.Namespace) -> int:
    """Show one."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import plain, show_json
    from fedblog.services import looking_back

    async with opened(arguments) as shop:
        now = shop.now()
        report = await shop.store.read(lambda db: looking_back.report_on(db, arguments.name, now))
    told = _told(report)
    if arguments.json:
        show_json(told)
        return 0
    for name, value in told.items():
        print(f"{name.replace('_', ' ')}: {plain(_words(value))}")
    return 0


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number} {state}" for state, number in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in {None, ""} else str(value)


def _told(report: "HostReport") -> dict[str, Any]:
    from fedblog.domain.breaker import unknown_host

    return _state(report.host or unknown_host(report.name)) | {
        "blocked_as": report.block.value if report.block else None,
        "is_trusted": report.trust is not None,
        "followers": dict(report.followers),
        "comments": dict(report.comments),
        "deliveries": dict(report.deliveries),
        "events_of_30_days": dict(report.events),
        "turned_away": {refusal.reason: refusal.count for refusal in report.turned_away},
    }


async def forget_failures(arguments: argparse.Namespace) -> int:
    """Forget what is held against it."""
    from fedblog.cli.opening import opened
    from fedblog.services import host_care

    async with opened(arguments) as shop:
        count = await host_care.forget_failures(shop, arguments.name.lower(), by="command line")
    print(f"Forgotten. Deliveries that are due now: {count}.")
    return 0
