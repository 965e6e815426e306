"""What the documentation tells people to type exists."""

import argparse
import re
import shlex

import pytest

from fedblog.cli.main import parser
from fedblog.config import OPTIONS
from tests.docs.pages import ROOT, code, pages

# At the beginning of a line, or where a shell begins another command.
TARGET = re.compile(r"(?:^|&& |; |=\S+ )make ([a-z-]+)")
COMMAND = re.compile(r"(?:(?:^|&& |; |\| |-- )(?:\S*/bin/)?|\s/\S*/bin/)fedblog (.+)")
KEY = re.compile(r"\b(?:site|server|storage|federation)\.([a-z_]+)\b")
VARIABLE = re.compile(r"\bFEDBLOG_(?:SITE|SERVER|STORAGE|FEDERATION)__[A-Z_]+\b")
# Not options of the configuration although they look like it: files.
FILES = {"md", "py", "toml", "html", "test"}
IDS = {"ids": lambda page: str(page.relative_to(ROOT))}


@pytest.mark.parametrize("page", pages(), **IDS)
def test_every_make_target_exists(page):
    known = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for text in code(page) for target in TARGET.findall(text)}
    assert named - known == set()


# The reference is written from the parser itself.
TOLD_BY_HAND = [page for page in pages() if "docs/reference" not in str(page)]


@pytest.mark.parametrize("page", TOLD_BY_HAND, **IDS)
def test_every_command_is_understood(page):
    wrong = [text for text in code(page) for said in COMMAND.findall(text) if not is_understood(said)]
    assert wrong == []


@pytest.mark.parametrize("page", pages(), **IDS)
def test_every_option_of_the_configuration_exists(page):
    known = {option.name for option in OPTIONS} | {option.key for option in OPTIONS}
    variables = {option.variable for option in OPTIONS}
    keys = {match[0] for text in code(page) for match in KEY.finditer(text) if match[1] not in FILES}
    assert keys - known == set()
    assert {found for text in code(page) for found in VARIABLE.findall(text)} - variables == set()


def test_the_readme_names_what_ci_runs():
    script = (ROOT / ".ci/run").read_text()
    run = set(re.findall(r"^make ([a-z-]+)$", script, re.MULTILINE))
    named = {target for text in code(ROOT / "README.md") for target in TARGET.findall(text)}
    assert {"check", "test"} <= run <= named


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("post publish first.md --tags a,b", True),
        ("--config fedblog.toml serve", True),
        ("comments approve 3", True),
        ("post list|show|edit", True),
        ("backup blog.tar && ls", True),
        ("post", True),
        ("--version", True),
        ("is a blog", False),
        ("post publsh first.md", False),
        ("post publish first.md --slugg x", False),
        ("account create --password-stdin", False),
    ],
)
def test_the_reading_of_commands_tells_right_from_wrong(said, expected):
    assert is_understood(said) is expected


def is_understood(said: str) -> bool:
    """Whether the program's own parser takes a command line, or its beginning: `post`, `post publish`.

    What a shell would not pass on is left out; capitals and dots stand for something of the reader's own.
    """
    if '"$@"' in said:  # a short way to call it, with whatever follows
        return True
    words = shlex.split(re.split(r"\s*(?:&&|;|#|>|<|\s\|)", said)[0].replace("…", "x"))
    words = [re.sub(r"\|.*", "", word) if re.fullmatch(r"[a-z]+(\|[a-z]+)+", word) else word for word in words]
    words = [re.sub(r"^(PK|N|1\.\.)$", "1", word) for word in words]
    return _is_beginning(parser(), [word for word in words if word not in {"[", "]"}])


def _is_beginning(command: argparse.ArgumentParser, words: list[str]) -> bool:
    try:
        _quiet(command).parse_args(words)
    except argparse.ArgumentError:
        return _names_only(command, words)
    except SystemExit as end:  # --version, --help
        return not end.code
    return True


def _names_only(command: argparse.ArgumentParser, words: list[str]) -> bool:
    """Whether the words only walk down to a command or an action, so that a sentence can speak of it."""
    for word in words:
        below = _below(command)
        if word not in below:
            return False
        command = below[word]
    return True


def _quiet(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    def refuse(message: str) -> None:
        raise argparse.ArgumentError(None, message)

    command.error = refuse
    for below in _below(command).values():
        _quiet(below)
    return command


def _below(command: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    groups = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(groups[0].choices) if groups else {}
