"""Files and functions stay small enough to be read at one sitting."""

import ast
import statistics

from tests.shape.sources import ROOT, SOURCE, modules

FILE_LINES = 400
MEDIAN_FUNCTION_LINES = 10
LONG_FUNCTION_LINES = 35


def test_no_file_is_long():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_bytes().splitlines())) > FILE_LINES
    }
    assert long == {}


def test_functions_are_short():
    lengths = sorted(_function_lengths())
    assert statistics.median(lengths) <= MEDIAN_FUNCTION_LINES
    assert lengths[len(lengths) * 9 // 10] <= LONG_FUNCTION_LINES


def _function_lengths() -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
