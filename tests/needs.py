"""What a test needs beside Python, and what happens where it is missing.

At home the test is skipped with one line that says how to get it. Under CI nothing may be left out,
so there the same line is a failure.
"""

import os
from typing import NoReturn

import pytest


def is_strict() -> bool:
    """Whether a missing part is a failure: any CI=… but the empty one, 0 and false."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def missing(what: str, remedy: str) -> NoReturn:
    """Skip the test (or fail it under CI) because `what` is not on this machine.

    `remedy` is the command that brings it: `missing("PostgreSQL", "apt install postgresql")`.
    """
    sentence = f"{what} is not here. Get it with: {remedy}"
    if is_strict():
        pytest.fail(f"{sentence} (under CI nothing may be skipped)", pytrace=False)
    pytest.skip(sentence)
