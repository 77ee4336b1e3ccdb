"""Turning a condition round in a parsed function, for the suites that ask whether anybody would notice."""

import ast
from collections.abc import Iterator
from typing import Any


def flippable(function: ast.FunctionDef) -> Iterator[Any]:
    """The ifs, the choices, the comparisons, every and and or; & and | where a query is narrowed."""
    for node in ast.walk(function):
        narrows = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd)
        if isinstance(node, ast.If | ast.IfExp | ast.BoolOp | ast.Compare) or (narrows and "Q(" in ast.unparse(node)):
            yield node


def flip(node: Any) -> None:
    """Turn it round, in place."""
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.Compare):
        turned = {
            ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq,
            ast.In: ast.NotIn,
            ast.NotIn: ast.In,
            ast.Is: ast.IsNot,
            ast.IsNot: ast.Is,
        }
        node.ops = [turned.get(type(node.ops[0]), ast.NotEq)(), *node.ops[1:]]
    else:
        node.op = ast.BitAnd() if isinstance(node.op, ast.BitOr) else ast.BitOr()
