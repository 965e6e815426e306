"""`fedblog account`: who may log in to the admin."""

import argparse
import getpass
import sys

from fedblog.cli.main import actions
from fedblog.errors import Invalid

HELP = "who may log in to the admin"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    for name, help_text, run in (
        ("create", "make an account", create),
        ("password", "give an account a new password; its sessions end", password),
    ):
        action = add(name, help_text)
        action.add_argument("name", metavar="NAME")
        action.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        action.set_defaults(run=run)
    listing = add("list", "list the accounts")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show)


async def create(arguments: argparse.Namespace) -> int:
    """Make an account."""
    from fedblog.cli.opening import opened
    from fedblog.services import signing_in

    secret = _password(arguments)
    async with opened(arguments) as shop:
        account = await signing_in.create_account(shop, arguments.name, secret)
    print(f"{account.name} can log in at {shop.config.site.base_url.origin}/admin/")
    return 0


async def password(arguments: argparse.Namespace) -> int:
    """Give an account a new password."""
    from fedblog.cli.opening import opened
    from fedblog.services import signing_in

    secret = _password(arguments)
    async with opened(arguments) as shop:
        await signing_in.set_password(shop, arguments.name, secret)
    print("The password is changed; all sessions of this account have ended.")
    return 0


async def show(arguments: argparse.Namespace) -> int:
    """List the accounts."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import accounts

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        found = await accounts.listed(shop.store.reader, blog.pk)
    rows = [{"pk": a.pk, "name": a.name, "created_at": time_text(a.created_at)} for a in found]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("pk", "name", "created_at"), empty="There is no account yet: fedblog account create NAME")
    return 0


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask for the password.", "Use --password-stdin.")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise Invalid("The two passwords differ.")
    return first
