"""Each row of the federation checklist has a test that names it: `@pytest.mark.checklist(row=27)`.

The rows are those that other servers need of a blog (FEDERATION.md tells the same in prose).
`make test PYTEST='-m "checklist(row=27)"'` runs the tests of one row.
"""

import ast
from collections.abc import Iterator

from tests.shape.sources import ROOT, tracked_files

ROWS = {
    1: "cavage signing string and Digest exact",
    2: "RFC 9421 base exact, content-digest enforced",
    3: "date window of 65 minutes back and 60 ahead",
    4: "query string tolerated both ways",
    5: "lower-case digest, hs2019, no algorithm, parameters in any order",
    6: "key id as fragment, path, bare key, array, address",
    7: "refetch once on mismatch, negative cache of ten minutes",
    8: "double-knock with memory",
    9: "202 for the self-Delete of an unknown actor, without any request",
    10: "410 key and a stored actor: delete",
    11: "401, 403 and 503 told apart",
    12: "an actor who is not the signer is never trusted",
    13: "object id and author on another origin refused",
    14: "a fetched document has an ActivityPub type and the same id",
    15: "eddsa-jcs-2022 generated and verified",
    16: "WebFinger matrix and loop-back",
    17: "NodeInfo valid by its schema",
    18: "negotiation by q-values, Vary",
    19: "consistent public key, unsigned GET of the instance actor",
    20: "Article with summary and contentMap, updated after published",
    21: "what Mastodon renders fits into 500 characters",
    22: "Tombstone with 410, and a new id when published again",
    23: "Create embedded, Update newer, Delete cancels a queued Create",
    24: "Follow idempotent, Accept embeds it and comes before a Create",
    25: "Undo by id, by embedded activity, by actor and object",
    26: "Like with content, EmojiReact, emoji without id",
    27: "replies below comments, by page address, below unknown parents",
    28: "what is not public is on no page, feed, collection or count",
    29: "GoToSocial's hide flags honoured",
    30: "Update and Delete of comments in every form and order",
    31: "sanitiser",
    32: "Announce(Create) of a Group unwrapped safely",
    33: "votes, views and unknown types ignored with 202",
    34: "replies with a signature or proof forwarded, raw bytes identical",
    35: "replies and context on the same host, paged, public ids only",
    36: "backfill finds what was missed",
    37: "shared inboxes: one POST for each server",
    38: "retries, Retry-After, breaker, clean-up, survive a restart",
    39: "the same body on retries, under a fresh signature",
    40: "address guard on every fetch and redirect",
    41: "ReplyRequest answered, approvedBy honoured",
    42: "QuoteRequest answered with a stamp, or refused, and revoked",
    43: "remote interaction links",
    44: "logging in with a fediverse account to comment",
    45: "fediverse:creator and attributionDomains",
    46: "FEP-8fcf",
    47: "limits of bodies, depth, packing and patience",
}
LEFT_OUT = {46: "useful for followers-only posts, which a blog does not have (decided with the checklist)"}


def test_every_row_of_the_checklist_has_a_test_that_names_it():
    named = {row for path in tracked_files() if path.suffix == ".py" for row in _rows_named_in(path)}
    assert named <= set(ROWS)
    assert set(ROWS) - named == set(LEFT_OUT), "a row has no test, or one that is left out has one"


def _rows_named_in(path) -> Iterator[int]:
    """The rows that tests of this file are marked with; a mark on anything that pytest does not run does not count."""
    if (ROOT / "tests") not in path.parents or not path.name.startswith("test_"):
        return
    for node in ast.walk(ast.parse(path.read_bytes())):
        for mark in _marks_of(node):
            yield from (row for call in ast.walk(mark) for row in _row_of(call))


def _marks_of(node: ast.AST) -> list[ast.expr]:
    """What marks a test, a class of tests, or a whole file."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.decorator_list if node.name.startswith(("test_", "Test")) else []
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
        return [node.value]
    return []


def _row_of(mark: ast.AST) -> list[int]:
    if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.checklist":
        return []
    return [ast.literal_eval(keyword.value) for keyword in mark.keywords if keyword.arg == "row"]
