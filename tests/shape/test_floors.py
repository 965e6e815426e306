"""Imports go down only, and outside packages stay in their rooms."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.shape.sources import ROOT, modules

STARTERS = ("fedblog.cli", "fedblog.app", "fedblog.server")
SIGNERS = ("fedblog.ap.signatures", "fedblog.services.keys", "fedblog.services.signing_in")

# Who may import what is not ours. A package that is missing here may be imported by nobody.
ROOMS = {
    "aiosqlite": ("fedblog.store",),
    "argon2": ("fedblog.services.signing_in",),
    "asyncpg": ("fedblog.store",),
    "cryptography": SIGNERS,
    "httptools": ("fedblog.net", "fedblog.server"),
    "httpx": ("fedblog.net",),
    "jinja2": ("fedblog.web", "fedblog.app"),
    "linkify_it": ("fedblog.text",),
    "markdown_it": ("fedblog.text",),
    "markupsafe": ("fedblog.web",),
    "mdit_py_plugins": ("fedblog.text",),
    "nh3": ("fedblog.text",),
    "PIL": ("fedblog.services.media", "fedblog.services.pictures"),
    "python_multipart": ("fedblog.web",),
    "rfc8785": ("fedblog.ap.signatures",),
    "sqlite3": ("fedblog.store",),
    "starlette": ("fedblog.web", "fedblog.app", "fedblog.server"),
    "uvicorn": STARTERS,
    "uvloop": STARTERS,
    "yaml": ("fedblog.text",),
}


def test_imports_go_down_only():
    """As a process of its own: in ours it would switch off the loggers that other tests listen to."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_outside_packages_stay_in_their_rooms():
    strays = [
        f"{module} imports {package}"
        for module, tree in modules()
        for package in _imported(tree)
        if _is_outside(package) and not _is_in(module, ROOMS.get(package, ()))
    ]
    assert strays == []


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def _is_outside(package: str) -> bool:
    return package in ROOMS or (package != "fedblog" and package not in sys.stdlib_module_names)


def _is_in(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)
