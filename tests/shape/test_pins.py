"""What gets installed is pinned with its hash, and who installs chooses where it comes from."""

import json
import re

import pytest

from tests.shape.sources import ROOT

RUNTIME_PACKAGES = 32
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PACKAGE_LOCK = ROOT / "tests/peers/package-lock.json"
PIN = re.compile(r"^([a-z0-9-]+)==([^ ;]+)(?: ; [^\\]+)? \\$")


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(match.groups() for line in text.splitlines() if (match := PIN.match(line)))


@pytest.mark.parametrize("path", [*REQUIREMENTS, PACKAGE_LOCK], ids=lambda path: path.name)
def test_no_pinned_file_holds_an_address(path):
    assert "://" not in path.read_text()


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_a_pin_with_a_hash(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.lstrip().startswith("#")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" "):
            assert PIN.match(line), line
            assert following.startswith("    --hash=sha256:"), line


def test_every_npm_package_has_its_hash():
    packages = json.loads(PACKAGE_LOCK.read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_tests_run_with_the_packages_that_users_get():
    released = _pins("build") | _pins("runtime") | _pins("postgres")
    assert released.items() <= _pins("dev").items()


def test_few_packages_are_needed_at_run_time():
    assert 10 < len(_pins("runtime")) <= RUNTIME_PACKAGES
