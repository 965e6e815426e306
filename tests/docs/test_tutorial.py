"""The tutorial's commands do what it says.

A block marked `sh tested` is run, and the block marked `text output` behind it must be what was printed (`…` stands
for anything). The places of a real server become folders of the test's own.
"""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from tests.docs.pages import ROOT, blocks

TUTORIAL = ROOT / "docs/tutorial.md"
PLACES = {"/etc/fedblog": "etc", "/var/lib/fedblog": "lib"}


@pytest.fixture
def server(tmp_path):
    """A place like the one that the tutorial makes, with its short way to call fedblog."""
    shim = tmp_path / "bin/fedblog"
    for folder in (shim.parent, tmp_path / "etc", tmp_path / "home"):
        folder.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fedblog --config "{tmp_path}/etc/fedblog.toml" "$@"\n')
    shim.chmod(0o755)
    return tmp_path


def run(server, text):
    for place, folder in PLACES.items():
        text = text.replace(place, str(server / folder))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FEDBLOG_")}
    environment["PATH"] = f"{server / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=server / "home", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout
    for place, folder in PLACES.items():
        said = said.replace(str(server / folder), place)
    return said


def test_the_commands_say_what_the_tutorial_says_and_the_backup_restores(server):
    said, compared = "", 0
    for block in blocks(TUTORIAL):
        if block.info == "sh tested":
            assert not said, f"nothing is compared with what was printed before {block}"
            said = run(server, block.text)
        elif block.info == "text output":
            assert re.fullmatch(re.escape(block.text).replace("…", ".*"), said), (str(block), said)
            said, compared = "", compared + 1
    assert compared >= 5

    (server / "lib").rename(server / "old")
    said = run(server, f"fedblog restore '{server}/old/blog.tar' && fedblog post list && fedblog account list")
    assert "Restored: posts 1, comments 0, followers 0." in said
    assert "On slow reading" in said
    assert "ada" in said


def test_the_other_commands_are_sound_shell():
    for block in blocks(TUTORIAL):
        if block.info.startswith("sh"):
            checked = subprocess.run(["bash", "-n"], input=textwrap.dedent(block.text), text=True, capture_output=True)
            assert checked.returncode == 0, (str(block), checked.stderr)
