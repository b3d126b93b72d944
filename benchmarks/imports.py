"""What a function imports from others: the import statements that run in a cold start.

Followed from app.py through the package `slipway`, at module level only: imports inside functions
cost nothing until they are needed, and `if TYPE_CHECKING` never runs.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = "slipway"


def declared_imports(app: Path, package_root: Path) -> list[str]:
    """Return the third-party import statements behind a handler, each once, in their order.

    Parameters
    ----------
    app
        The handler's app.py.
    package_root
        The folder that holds the package `slipway`.
    """
    seen: set[Path] = set()
    statements: dict[str, None] = {}
    waiting = [app]
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        for node in module_level_imports(ast.parse(path.read_text())):
            waiting += _own_files(node, package_root)
            if _is_third_party(node):
                statements[ast.unparse(node)] = None
    return list(statements)


def module_level_imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Find the imports that run when a module is imported."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif isinstance(node, ast.If | ast.Try | ast.With):
            waiting += node.body


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    module = node.module or ""
    return [module, *(f"{module}.{alias.name}" for alias in node.names)]


def _is_third_party(node: ast.Import | ast.ImportFrom) -> bool:
    top = {name.split(".")[0] for name in _names(node)}
    return not top & ({OWN, "__future__"} | set(sys.stdlib_module_names))


def _own_files(node: ast.Import | ast.ImportFrom, root: Path) -> list[Path]:
    files: list[Path] = []
    for name in _names(node):
        parts = name.split(".")
        if parts[0] == OWN:
            packages = [root.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
            files += [*packages, root.joinpath(*parts).with_suffix(".py")]
    return [path for path in files if path.is_file()]
