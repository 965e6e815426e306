"""The project's own files, for the tests that look at its shape."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the program with its syntax tree, by dotted name."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield module_name(path), ast.parse(path.read_bytes(), filename=str(path))


def module_name(path: Path) -> str:
    """The dotted name of a file under src: `fedblog.store.posts`."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tracked_files() -> list[Path]:
    """The files that git keeps or would keep; everything under the root where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file()]
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
