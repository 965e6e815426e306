"""Whatever the inbox counts has words for the author."""

import ast
from pathlib import Path

import fedblog
from fedblog.ap.signatures.reasons import Reason
from fedblog.services.turned_away import WORDS, words_of

SOURCE = Path(fedblog.__file__).parent
RAISES = {"Unproven": 0, "Dismissed": 0, "Receipt": 2}
"""Where each of them takes its reason."""


def reasons_in(tree):
    """The fixed words that a module hands to what carries a reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISES:
            place = RAISES[node.func.id]
            given = node.args[place : place + 1] + [word.value for word in node.keywords if word.arg == "reason"]
            yield from (text for part in given for text in constants(part))


def constants(node):
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_every_reason_has_words():
    trees = [ast.parse(path.read_bytes()) for path in SOURCE.rglob("*.py")]
    found = {reason for tree in trees for reason in reasons_in(tree)} - {""}
    assert {"key-host-down", "backlog", "blocked", "unknown-actor", "actor-missing-not-gone"} <= found
    assert (found | {reason.value for reason in Reason}) - set(WORDS) == set()


def test_no_word_is_one_that_nothing_says():
    text = "".join(path.read_text() for path in SOURCE.rglob("*.py") if path.name != "turned_away.py")
    assert [word for word in WORDS if f'"{word}"' not in text] == []


def test_an_unknown_reason_is_shown_as_it_is():
    assert words_of("something-new") == "something-new"
