"""Runs inside Pyodide: compiles a module without docstrings. Assertions stay: there is code that relies on them."""

import _imp
import ast
import importlib.util
import marshal

NEVER_CHECKED = (1).to_bytes(4, "little")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Remove every docstring of a module."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or ([] if isinstance(node, ast.Module) else [ast.Pass()])
    return ast.fix_missing_locations(tree)


def bytecode(source: str, path: str) -> bytes:
    """Compile a source into the contents of a ``.pyc`` that is never checked against it."""
    code = compile(without_docstrings(ast.parse(source)), path, "exec", dont_inherit=True, optimize=0)
    return importlib.util.MAGIC_NUMBER + NEVER_CHECKED + _imp.source_hash(0, source.encode()) + marshal.dumps(code)
