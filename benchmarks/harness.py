"""What all measurements share: a real blog, real processes, their CPU time, and a goal that is met or missed."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from fedblog import config as configuration
from fedblog.app import open_workshop
from fedblog.config import Config
from fedblog.services.founding import found
from fedblog.services.workshop import Workshop

LABORATORY = """
[federation]
allow_private_networks = ["127.0.0.0/8"]
allow_http = true
"""
_STARTS_WITHIN = 20.0


@dataclass(frozen=True)
class Goal:
    """One figure that was asked for. Noise only ever hurts, so the best round decides."""

    what: str
    found: Sequence[float]
    goal: float
    unit: str = ""
    is_ceiling: bool = False

    @property
    def is_met(self) -> bool:
        return min(self.found) <= self.goal if self.is_ceiling else max(self.found) >= self.goal

    def __str__(self) -> str:
        sign, verdict = "<=" if self.is_ceiling else ">=", "" if self.is_met else "   MISSED"
        return f"{self.what:58} {spread(self.found)}{self.unit}   goal {sign} {self.goal:g}{self.unit}{verdict}"


def report(*goals: Goal) -> int:
    """Print the goals with what was found, and where. Returns the exit status: 1 when one is missed."""
    command = f"python -m {sys.modules['__main__'].__spec__.name} {' '.join(sys.argv[1:])}".strip()  # type: ignore[union-attr]
    print(f"{command}   ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})")
    for goal in goals:
        print(f"  {goal}")
    return 0 if all(goal.is_met for goal in goals) else 1


def spread(values: Sequence[float]) -> str:
    """Median (least to most)."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process, living and ended: its CPU clock, as clock_getcpuclockid(3) names it."""
    return time.clock_gettime((~pid << 3) | 2)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def blog_folder(database: str = "", more: str = "") -> Iterator[Config]:
    """A blog that is founded, and its configuration, in a folder that goes away."""
    with TemporaryDirectory(prefix="fedblog-bench-") as folder:
        path, port = Path(folder, "config.toml"), free_port()
        storage = f'[storage]\ndatabase = "{database}"\n' if database else ""
        path.write_text(
            f'[site]\nbase_url = "http://127.0.0.1:{port}"\n[server]\nport = {port}\n{storage}{LABORATORY}{more}'
        )
        yield configuration.load(path)


async def founded(config: Config, fill: Callable[[Workshop], Awaitable[None]] | None = None) -> None:
    """Found the blog, and fill it."""
    async with open_workshop(config, migrate=True) as shop:
        await found(shop.store, shop.world, config)
        if fill:
            await fill(shop)


@contextmanager
def serving(config: Config) -> Iterator[int]:
    """`fedblog serve`; yields its process id once it answers."""
    with _running(serve_command(config), config.server.port) as pid:
        yield pid


def serve_command(config: Config) -> list[str]:
    """The words that start the server."""
    return [str(Path(sys.executable).with_name("fedblog")), "--config", str(config.path), "serve"]


@contextmanager
def running_module(module: str, port: int, *arguments: str) -> Iterator[int]:
    """A module of ours as a program of its own; yields its process id once it listens."""
    with _running([sys.executable, "-m", module, str(port), *arguments], port) as pid:
        yield pid


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[int]:
    with TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(port, process)
            yield process.pid
        except BaseException:
            log.seek(0)
            sys.stderr.buffer.write(log.read()[-4000:])
            raise
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return as soon as somebody takes connections there."""
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise SystemExit(f"{process.args!r} did not start.")
