"""Reading the command line. Commands import what they need only when they run, so `--help` is quick."""

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fedblog import __version__
from fedblog.errors import FedblogError, Refused

COMMANDS = (
    "init",
    "serve",
    "migrate",
    "check",
    "account",
    "post",
    "comments",
    "quotes",
    "elsewhere",
    "followers",
    "alias",
    "move",
    "deliveries",
    "inbox",
    "hosts",
    "keys",
    "backup",
    "restore",
)
DONE, REFUSED = 0, 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: refused, with the reason on standard error; 2: wrong usage."""
    arguments = parser().parse_args(argv)
    try:
        with asyncio.Runner(loop_factory=getattr(arguments, "loop_factory", None)) as runner:
            return int(runner.run(arguments.run(arguments)) or DONE)
    except Refused as error:
        print(f"fedblog: {error}", file=sys.stderr)
        return REFUSED
    except FedblogError as error:
        print(f"fedblog: {error}.", file=sys.stderr)
        return REFUSED
    except (KeyboardInterrupt, EOFError):
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """The whole command line; the reference page is generated from it."""
    common = _common()
    top = argparse.ArgumentParser(
        prog="fedblog", description="A blog that is a fediverse account.", parents=[common], allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=f"fedblog {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"fedblog.cli.{name}")
        command = commands.add_parser(name, help=module.HELP, description=module.HELP, parents=[common])
        module.define(command, common)
    return top


def _common() -> argparse.ArgumentParser:
    """`--config`, which may stand before or after the command."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--config",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="PATH",
        help="the configuration file (default: $FEDBLOG_CONFIG, else ./fedblog.toml)",
    )
    return common


def actions(
    command: argparse.ArgumentParser, common: argparse.ArgumentParser
) -> Callable[[str, str], argparse.ArgumentParser]:
    """For a command with actions (`post list`): a function that adds one."""
    group = command.add_subparsers(title="actions", metavar="ACTION", required=True)

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        return group.add_parser(name, help=help_text, description=help_text, parents=[common])

    return add


def natural(text: str) -> int:
    """A number of things, for argparse: 0 or more."""
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of things")
    return int(text)
