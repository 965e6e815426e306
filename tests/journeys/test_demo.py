"""The demo, as `make demo` runs it: two real processes over real HTTP."""

import contextlib
import re
import subprocess
import sys

import pytest

from fedblog.server import listen
from tests.ports import free_port
from tests.shape.sources import ROOT

STEPS = ["is up", "log in", "WebFinger", "follows", "publishes", "arrives", "replies", "answers", "likes", "boosts",
         "asks", "edits", "deletes"]  # fmt: skip


def demo(*flags):
    return subprocess.run(
        [sys.executable, "-m", "demo", "--once", *map(str, flags)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_every_step_of_the_demo_happens_in_its_order():
    done = demo("--port", free_port("127.0.0.1"), "--account-port", free_port("127.0.0.2"))
    assert done.returncode == 0, done.stderr
    told = re.findall(r"^ *\d+\. (.*)$", done.stdout, re.MULTILINE)
    assert [step for step, line in zip(STEPS, told, strict=True) if step in line] == STEPS


def test_a_busy_port_is_told_in_words_and_nothing_is_started():
    with contextlib.closing(listen("127.0.0.1", 0)[0]) as taken:
        done = demo("--port", taken.getsockname()[1], "--account-port", free_port("127.0.0.2"))
    assert done.returncode == 1
    assert "listens on 127.0.0.1" in done.stderr
    assert "--port" in done.stderr
    assert done.stdout == ""
