"""`fedblog check`: what is wrong with this blog, as far as this machine can tell."""

import argparse
from typing import TYPE_CHECKING

from fedblog.errors import Invalid, Refused

if TYPE_CHECKING:
    from fedblog.services.checking import Finding

HELP = "look at the blog from inside and through its public name; exit 1 when there is a problem"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.add_argument("--json", action="store_true", help="print JSON")
    reach = command.add_mutually_exclusive_group()
    reach.add_argument(
        "--local", action="store_true", help="look only at what this machine tells, and ask nobody but the DNS"
    )
    reach.add_argument(
        "--canary",
        action="store_true",
        help="also send signed requests to the own inbox, as a follower that lives for a moment and leaves nothing",
    )
    command.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Look at everything and print what was found."""
    from fedblog.services.checking import Grade

    findings = await _look(arguments)
    if arguments.json:
        _print_json(findings)
    else:
        _print_lines(findings)
    return 1 if any(finding.grade is Grade.PROBLEM for finding in findings) else 0


async def _look(arguments: argparse.Namespace) -> "list[Finding]":
    from fedblog.app import open_workshop, outside
    from fedblog.cli.opening import load
    from fedblog.services import checking

    try:
        config = load(arguments)
    except Invalid as error:
        return [checking.problem("configuration", error.why, error.todo)]
    findings = await checking.check_place(config, outside(config))
    try:
        async with open_workshop(config) as shop:
            return findings + await checking.check_blog(shop, outside=not arguments.local, with_canary=arguments.canary)
    except Refused as error:
        return [*findings, checking.problem("database", error.why, error.todo)]


def _print_json(findings: "list[Finding]") -> None:
    from dataclasses import asdict

    from fedblog.cli.printing import show_json

    show_json([asdict(finding) for finding in findings])


def _print_lines(findings: "list[Finding]") -> None:
    from fedblog.cli.printing import plain

    for finding in findings:
        print(f"{finding.grade:8} {finding.subject:15} {plain(finding.what)}")
        if finding.todo:
            whose = "" if finding.whose == "nobody" else f"{finding.whose}: "
            print(f"{'':24} -> {whose}{plain(finding.todo)}")
        for line in finding.text:
            print(f"{'':24}  | {plain(line)}")
