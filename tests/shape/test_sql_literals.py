"""No statement is put together from values: what `db.one(…)` and its siblings get is a constant.

A statement may be a literal, a constant in capitals (or `module.CONSTANT`), a local name that only
ever holds such, or an f-string or sum of these. `BUILDERS` and
`EXEMPT` name the few places that do more.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.shape.sources import modules

DOOR = {"all", "many", "one", "run", "value"}
DOOR_NAMES = {"db", "reader", "writer", "tx"}
# Builds INSERT from a table and columns that its callers name: `insert(db, "post", title=…)`; rows of `?` for VALUES.
BUILDERS = {"_insert_statement", "marks"}
EXEMPT = {
    "fedblog.store.backup",  # counts the rows of every table in its own catalogue
    "fedblog.store.migrating",  # runs the statements of the migration files
}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Module


def test_no_statement_holds_a_value():
    checked = [(module, tree) for module, tree in modules() if module not in EXEMPT]
    assert [f"{module}:{line}" for module, tree in checked for line in built_statements(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        'db.one("SELECT 1")',
        "db.one(_BY_PATH, path)",
        'db.all(f"SELECT {_COLUMNS} FROM post WHERE pk = ?", pk)',
        'db.all("SELECT " + rows.COLUMNS + " FROM post")',
        'sql = "SELECT 1" if newest else _OLDEST\ndb.value(sql)',
        'sql, key = "SELECT 1 WHERE pk = ?", pk\ndb.one(sql, key)',
        'name.all("anything", f"{not_ours}")',
    ],
)
def test_constants_pass(code):
    assert list(built_statements(ast.parse(code))) == []


@pytest.mark.parametrize(
    "code",
    [
        "db.one(f\"SELECT * FROM post WHERE slug = '{slug}'\")",
        'db.run("DELETE FROM post WHERE pk = " + str(pk))',
        'db.all("SELECT %s" % column)',
        'db.value("SELECT {}".format(column))',
        "async def find(db, sql):\n    await db.one(sql)",
        'sql = "SELECT 1"\nsql += order\ndb.all(sql)',
        "self.store.reader.all(build(column))",
    ],
)
def test_values_inside_a_statement_are_found(code):
    assert list(built_statements(ast.parse(code))) != []


def built_statements(tree: ast.Module) -> Iterator[int]:
    """The lines on which the store's door gets a statement that is not constant."""
    for scope, call in _door_calls(tree, tree):
        if call.args and not _is_constant(call.args[0], scope):
            yield call.lineno


def _door_calls(node: ast.AST, scope: Function) -> Iterator[tuple[Function, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and _is_door(child.func):
            yield scope, child
        yield from _door_calls(child, child if isinstance(child, Function) else scope)


def _is_door(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute) or called.attr not in DOOR:
        return False
    owner = called.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name in DOOR_NAMES


def _is_constant(node: ast.expr, scope: Function) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.JoinedStr(values=parts):
            return all(_is_constant(part, scope) for part in parts)
        case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
            return _is_constant(inner, scope)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_constant(left, scope) and _is_constant(right, scope)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_constant(body, scope) and _is_constant(orelse, scope)
        case ast.Subscript(value=table):
            return _is_constant(table, scope)
        case ast.Attribute(attr=name):
            return name.isupper()
        case ast.Call(func=ast.Name(id=name)):
            return name in BUILDERS
        case ast.Name(id=name):
            return name.isupper() or _is_constant_local(name, scope)
    return False


def _is_constant_local(name: str, scope: Function) -> bool:
    values = [value for node in ast.walk(scope) for target, value in _assignments(node) if target == name]
    return bool(values) and all(_is_constant(value, scope) for value in values)


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            yield from (
                (name.id, value) for name, value in zip(targets, values, strict=True) if isinstance(name, ast.Name)
            )
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            yield name, value
