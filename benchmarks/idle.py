"""What a blog costs that nobody visits: memory, and the time from start to the first answer.

    python -m benchmarks.idle [--rounds 5]

Each round starts `fedblog serve` anew on a blog with 20 posts and takes the time until its home page has arrived,
then its resident memory once it has been idle for a second. The unshared part (USS) is printed beside it.
"""

import argparse
import asyncio
import http.client
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.filling import DRAFT
from benchmarks.harness import Goal, blog_folder, founded, report, serve_command, spread
from fedblog.config import Config
from fedblog.services import publishing
from fedblog.services.workshop import Workshop

POSTS = 20


async def fill(shop: Workshop) -> None:
    for _ in range(POSTS):
        await publishing.publish_new(shop, DRAFT)


def one_round(config: Config) -> tuple[float, float, float]:
    """Seconds to the first answer, then MiB of resident and of unshared memory."""
    began = time.monotonic()
    process = subprocess.Popen(serve_command(config), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        first_answer(config.server.port)
        seconds = time.monotonic() - began
        time.sleep(1)
        return seconds, in_mib(process.pid, "Rss"), in_mib(process.pid, "Private_Clean", "Private_Dirty")
    finally:
        process.terminate()
        process.wait()


def first_answer(port: int) -> None:
    """Knock until the home page comes."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/")
            assert connection.getresponse().read().endswith(b"</html>")
        except ConnectionRefusedError:
            time.sleep(0.002)
        else:
            return
        finally:
            connection.close()


def in_mib(pid: int, *names: str) -> float:
    """The sum of these lines of the kernel's account of a process's memory."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.partition(":")[0] in names) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with blog_folder() as config:
        asyncio.run(founded(config, fill))
        seconds, resident, unshared = zip(*(one_round(config) for _ in range(rounds)), strict=True)
    print(f"  unshared memory {spread(unshared)} MiB")
    return report(
        Goal("start to the first answer", seconds, 0.4, " s", is_ceiling=True),
        Goal("idle resident memory", resident, 60, " MiB", is_ceiling=True),
    )


if __name__ == "__main__":
    sys.exit(main())
