"""The command line as people use it: the real `main`, real files, a blog in a folder of its own."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fedblog.cli.main import main

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("FEDBLOG_")}


@dataclass(frozen=True)
class Done:
    """What a command did."""

    status: int
    out: str
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Commands:
    """Runs commands on the blog in a folder."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def __call__(self, *words: object) -> Done:
        """In this process, without a terminal."""
        return self.raw("--config", self.config, *words)

    def raw(self, *words: object) -> Done:
        out, said = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            try:
                status = main([str(word) for word in words])
            except SystemExit as ended:
                status = int(ended.code or 0)
        return Done(status, out.getvalue(), said.getvalue())

    def process(self, *words: object, told: bytes = b"", wrapper: Sequence[str] = ()) -> Done:
        """In a process of its own, with something on standard input."""
        command = [*wrapper, sys.executable, "-m", "fedblog", "--config", str(self.config), *map(str, words)]
        done = subprocess.run(command, input=told, capture_output=True, timeout=60, env=CLEAN, cwd=self.folder)
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def set(self, key: str, value: object) -> None:
        """Change one option of the configuration file."""
        section, _, name = key.partition(".")
        lines = self.config.read_text().splitlines()
        lines = [line for line in lines if not line.startswith((f"{name} =", f"# {name} ="))]
        at = lines.index(f"[{section}]") + 1
        self.config.write_text("\n".join([*lines[:at], f"{name} = {json.dumps(value)}", *lines[at:]]) + "\n")

    def files(self) -> dict[str, bytes]:
        """Everything in the data directory but the database's own files, by path."""
        data = self.folder / "data"
        paths = [path for path in data.rglob("*") if path.is_file() and not path.name.startswith("fedblog.db")]
        return {str(path.relative_to(data)): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """A folder with a blog that was founded once; its tests work on copies."""
    folder = tmp_path_factory.mktemp("founded")
    done = Commands(folder)("init", "--base-url", "https://blog.example", "--title", "A quiet blog")
    assert done.status == 0, done.said
    return folder


@pytest.fixture
def fresh(tmp_path):
    """Commands in an empty folder."""
    return Commands(tmp_path)


@pytest.fixture
def blog(founded, tmp_path):
    """Commands on a founded blog."""
    shutil.copytree(founded, tmp_path / "blog")
    return Commands(tmp_path / "blog")


@pytest.fixture
def text(tmp_path):
    """Writes a file beside which pictures may lie."""

    def write(content: str | bytes, name: str = "post.md") -> Path:
        path = tmp_path / "texts" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def png(colour: str = "red") -> bytes:
    """A small picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return out.getvalue()
