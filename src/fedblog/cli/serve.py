"""`fedblog serve`: the blog, until it is told to stop."""

import argparse
import asyncio
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fedblog.serving import Service

HELP = "run the blog until it is stopped (Ctrl-C or SIGTERM)"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    del common
    command.add_argument(
        "--role",
        choices=["all", "web", "worker"],
        default="all",
        help="only answer requests, or only do the work (PostgreSQL only; default: all)",
    )
    command.set_defaults(run=run, loop_factory=_fast_loop)


def _fast_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def run(arguments: argparse.Namespace) -> int:
    """Serve."""
    from fedblog import logs
    from fedblog.cli.opening import load
    from fedblog.serving import Role, open_service

    config = load(arguments)
    logs.set_up(config.server.log_level)
    stopping = _stop_on_signals()
    async with open_service(config, Role(arguments.role)) as service:
        for line in await _announcement(service):
            print(line, flush=True)
        await service.run(stopping)
    print("Stopped.", flush=True)
    return 0


def _stop_on_signals() -> asyncio.Event:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping


async def _announcement(service: "Service") -> list[str]:
    from fedblog import __version__
    from fedblog.services.weak_switches import loud_warnings
    from fedblog.services.workshop import the_blog

    config, blog = service.shop.config, await the_blog(service.shop.store.reader)
    lines = [f"fedblog {__version__}: {blog.base_url}/ as {blog.full_handle}"]
    scheme = "https" if config.server.tls_certificate else "http"
    lines += [f"Listening on {scheme}://{address}" for address in service.addresses]
    lines += [f"WARNING: {warning}" for warning in loud_warnings(config)]
    return lines + (await _setup_link(service) if service.addresses else [])


async def _setup_link(service: "Service") -> list[str]:
    """One link to make the first account, as long as there is none."""
    from fedblog.services import signing_in

    token = await signing_in.open_setup(service.shop)
    base = service.shop.config.site.base_url.origin
    return [f"There is no account yet. Make it here, once: {base}/admin/setup?token={token}"] if token else []
