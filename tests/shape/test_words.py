"""The words of the house: names that say nothing, and notes that leave work for later."""

import ast
import re

from tests.shape.sources import ROOT, modules, tracked_files

EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "tools", "util", "utils"}
LEFT_FOR_LATER = re.compile(r"\b(TO" + "DO|FIX" + r"ME)\b")
OURS = {".css", ".html", ".js", ".mjs", ".py", ".sql", ".toml", ".xml", ".yaml", ".yml"}


def test_every_module_is_named_after_what_it_holds():
    names = [module for module, _ in modules() if EMPTY_NAMES & set(re.split(r"[._]", module))]
    assert names == []


def test_nothing_is_left_for_later():
    notes = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix in OURS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LEFT_FOR_LATER.search(line)
    ]
    assert notes == []


def test_nothing_is_unimplemented():
    stubs = [
        f"{module}:{node.lineno}"
        for module, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    assert stubs == []
