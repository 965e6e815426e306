"""Each class of attack on the federation has one file in tests/hostile, which tells its known case and its verdict."""

import ast
import re

import pytest

from tests.shape.sources import ROOT

HOSTILE = ROOT / "tests/hostile"
FOLDERS = {
    "who_sent_this": [f"S{number:02}" for number in range(1, 23)],
    "where_we_connect": [f"N{number:02}" for number in range(1, 8)],
    "what_it_costs": [f"D{number:02}" for number in range(1, 15)],
    "abuse": [f"M{number:02}" for number in range(1, 5)],
    "leaks": [f"P{number:02}" for number in range(1, 5)],
}
"""The classes of security.md 2.1, 2.2, 2.3, 2.6 and 2.7. Those of 2.4 and 2.5 are named in the files that hold them."""


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _files_of(folder, name):
    return sorted((HOSTILE / folder).glob(f"test_{name.lower()}_*.py"))


@pytest.mark.parametrize(("folder", "name"), [(folder, name) for folder, names in FOLDERS.items() for name in names])
def test_a_class_of_attack_has_a_file_with_its_known_case_and_its_verdict(folder, name):
    [path] = _files_of(folder, name)
    tree = ast.parse(path.read_bytes())
    told = ast.get_docstring(tree) or ""
    assert re.match(rf"{name}, \S.*\.\n", told), path
    assert "\nKnown case: " in told, path
    assert "\nVerdict: " in told, path
    assert [node for node in tree.body if isinstance(node, _FUNCTIONS) and node.name.startswith("test_")], path


def test_no_file_of_a_class_stands_anywhere_else():
    known = {path for folder, names in FOLDERS.items() for name in names for path in _files_of(folder, name)}
    assert set(HOSTILE.rglob("test_[a-z][0-9][0-9]_*.py")) == known
