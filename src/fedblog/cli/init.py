"""`fedblog init`: found a blog."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from fedblog.cli.config_text import Value, config_text
from fedblog.cli.opening import DEFAULT
from fedblog.errors import Conflict, Invalid, Refused
from fedblog.urls import read_url

HELP = "found a blog: configuration, database, keys"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.add_argument("--base-url", metavar="URL", help="public address, such as https://blog.example.org")
    command.add_argument("--handle", metavar="NAME", help="name on the fediverse (default: blog)")
    command.add_argument("--handle-domain", metavar="DOMAIN", help="another domain for the handle")
    command.add_argument("--title", metavar="TEXT", help="title of the blog")
    command.add_argument("--language", metavar="TAG", help="language, such as en or de")
    command.add_argument("--time-zone", metavar="NAME", help="time zone, such as Europe/Berlin")
    command.add_argument("--data-directory", metavar="PATH", help="where database and media go (default: ./data)")
    command.add_argument("--database", metavar="URL", help="postgresql://… in place of the SQLite file")
    command.add_argument(
        "--laboratory",
        action="store_true",
        help="for trying on this machine alone: lets the blog talk by plain http with 127.0.0.0/8, itself included",
    )
    command.set_defaults(run=run)


async def run(arguments: argparse.Namespace) -> int:
    """Write the configuration unless there is one, then make the database, the actors and their keys."""
    from fedblog import config as configuration
    from fedblog.app import open_workshop
    from fedblog.services.founding import found, redirect_lines

    path = Path(getattr(arguments, "config", None) or os.environ.get("FEDBLOG_CONFIG") or DEFAULT).absolute()
    if path.exists():
        _refuse_contradictions(arguments, configuration.load(path), str(path))
        print(f"Using the configuration at {path}")
    else:
        _write(path, arguments)
        print(f"Wrote {path}")
    config = configuration.load(path)
    async with open_workshop(config, migrate=True) as shop:
        blog = await found(shop.store, shop.world, config)
    print(f"The blog {blog.full_handle} is founded. Every follow will hang on {blog.base_url} and this handle.")
    if blog.handle_domain != config.site.base_url.authority:
        print("\n".join(redirect_lines(blog.handle_domain, blog.base_url)))
    print("Next: fedblog serve")
    return 0


def _answers(arguments: argparse.Namespace) -> dict[str, Value]:
    given: dict[str, str | None] = {
        "site.base_url": arguments.base_url or os.environ.get("FEDBLOG_SITE__BASE_URL"),
        "site.handle": arguments.handle,
        "site.handle_domain": arguments.handle_domain,
        "site.title": arguments.title,
        "site.language": arguments.language,
        "site.time_zone": arguments.time_zone,
        "storage.data_directory": arguments.data_directory,
        "storage.database": arguments.database,
    }
    if not given["site.base_url"]:
        if not sys.stdin.isatty():
            raise Invalid("The public address is missing.", "Give it: fedblog init --base-url https://blog.example.org")
        given["site.base_url"] = _ask("Public address of the blog", "https://blog.example.org")
        given["site.handle"] = given["site.handle"] or _ask("Handle", "blog")
        given["site.title"] = given["site.title"] or _ask("Title", "A blog")
    values: dict[str, Value] = {key: value for key, value in given.items() if value}
    return values | _own_port(given["site.base_url"]) | (_LABORATORY if arguments.laboratory else {})


_LABORATORY: dict[str, Value] = {"federation.allow_private_networks": ("127.0.0.0/8",), "federation.allow_http": True}


def _own_port(base_url: str | None) -> dict[str, Value]:
    """A plain http address has no proxy in front that would listen on its port: the blog itself must."""
    url = read_url(base_url)
    return {"server.port": url.port} if url and url.scheme == "http" and url.port != 80 else {}


def _ask(question: str, default: str) -> str:
    return input(f"{question} [{default}]: ").strip() or default


def _write(path: Path, arguments: argparse.Namespace) -> None:
    """Write the configuration after checking it, so that a wrong answer leaves nothing behind."""
    values = _answers(arguments)
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(config_text(values))
        from fedblog import config as configuration

        _refuse_contradictions(arguments, configuration.load(temporary), "the environment")
        temporary.rename(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.", "Choose another place: --config PATH") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _refuse_contradictions(arguments: argparse.Namespace, config: object, where: str) -> None:
    from fedblog.config import Config

    assert isinstance(config, Config)
    site = config.site
    url = read_url(arguments.base_url)
    for flag, given, written in (
        ("--base-url", url.origin if url else arguments.base_url, site.base_url.origin),
        ("--handle", arguments.handle and arguments.handle.lower().removeprefix("@"), site.handle),
        ("--handle-domain", arguments.handle_domain and arguments.handle_domain.lower(), site.handle_domain),
    ):
        if given and given != written:
            raise Conflict(f"{flag} says {given!r}, but {where} says {written!r}.", "Change one, or drop the flag.")
