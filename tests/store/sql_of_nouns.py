"""Every statement of the store's nouns, read from their source: `db.one(…)`, `db.all(…)`, `insert(db, …)` and so on.

What is handed to the door is a constant (tests/shape/test_sql_literals.py), so it can be evaluated here.
"""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import fedblog.store
from fedblog.store.rows import _insert_statement

CALLS = {"all", "many", "one", "run", "value"}
NOUNS = (
    "accounts", "activities", "actor_moves", "actors", "aliases", "approvals", "blocks", "blogs", "canaries",
    "checkups", "comments", "conversations", "deliveries", "delivery_queue", "emojis", "followees", "followers",
    "former_followers", "forwardings", "found_events", "gestures", "health", "host_standing", "hosts",
    "inbox_events", "interactions", "ledger", "media", "mentions", "outbox", "own_interactions", "own_keys",
    "own_moves", "own_objects", "pins", "posts", "quotes", "reactions", "receipts", "remarks", "remote_keys",
    "reply_drafts", "rewinding", "switches", "thread_searches", "trusts", "used_proofs",
)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Statement(NamedTuple):
    """One statement: where it stands, `module.function`, and its text with `?`."""

    place: str
    sql: str

    @property
    def parameters(self) -> int:
        """How many values it takes. No statement of ours has a question mark in quotes."""
        return self.sql.count("?")


def statements() -> list[Statement]:
    """All of them, in the order of the source."""
    return [statement for noun in NOUNS for statement in _of_module(noun)]


def modules_with_sql() -> set[str]:
    """The store's modules whose functions talk to the door: what `NOUNS` should name."""
    folder = Path(fedblog.store.__file__).parent
    found = {path.stem for path in folder.glob("*.py") if list(_calls(ast.parse(path.read_bytes())))}
    return found - {"backup", "door", "migrating", "opening", "rows", "restoring", "sqlite", "postgres"}


def _of_module(noun: str) -> Iterator[Statement]:
    module = importlib.import_module(f"fedblog.store.{noun}")
    tree = ast.parse(Path(str(module.__file__)).read_bytes())
    for function in tree.body:
        if isinstance(function, Function):
            for call in _calls(function):
                for sql in _texts(call, function, vars(module)):
                    yield Statement(f"{noun}.{function.name}", sql)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="db"), attr=name)) if name in CALLS:
                yield inner
            case ast.Call(func=ast.Name(id="insert"), args=[ast.Name(id="db"), _]):
                yield inner


def _texts(call: ast.Call, function: Function, names: dict[str, Any]) -> Iterator[str]:
    if isinstance(call.func, ast.Name):
        columns = tuple(keyword.arg or "" for keyword in call.keywords)
        yield _insert_statement(ast.literal_eval(call.args[1]), columns)
        return
    argument = call.args[0]
    choices = list(_assigned(argument.id, function)) if isinstance(argument, ast.Name) else []
    for expression in choices or [argument]:
        for branch in _branches(expression):
            yield eval(compile(ast.Expression(branch), str(call.lineno), "eval"), names | _locals(function))


def _branches(expression: ast.expr) -> Iterator[ast.expr]:
    if isinstance(expression, ast.IfExp):
        yield from _branches(expression.body)
        yield from _branches(expression.orelse)
    else:
        yield expression


def _assigned(name: str, function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                yield from (v for t, v in zip(targets, values, strict=True) if isinstance(t, ast.Name) and t.id == name)


def _locals(function: Function) -> dict[str, Any]:
    """Local names that hold a text; and two of everything for the arguments, of which only the number can count."""
    found: dict[str, Any] = {argument.arg: (None, None) for argument in function.args.args}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text)):
                found[name] = text
    return found
