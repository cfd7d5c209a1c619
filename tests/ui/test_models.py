"""Every item model of the window is held to Qt's rules by a test."""

import ast
import importlib
import pkgutil
from pathlib import Path

import embedcurate_ui
from PySide6.QtCore import QAbstractItemModel

HERE = Path(__file__).parent


def models() -> set[str]:
    """Return the names of the package's own item models, proxies among them."""
    found = set()
    for module in pkgutil.walk_packages(embedcurate_ui.__path__, "embedcurate_ui."):
        for name, one in vars(importlib.import_module(module.name)).items():
            is_model = isinstance(one, type) and issubclass(one, QAbstractItemModel)
            if is_model and one.__module__.startswith("embedcurate_ui"):
                found.add(name)
    return found


def held() -> set[str]:
    """Return all names in tests that take the fixture which holds models to the rules."""
    found = set()
    for path in HERE.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_test and any(argument.arg == "proper" for argument in node.args.args):
                found |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found


def test_every_model_of_the_window_is_held_to_qts_rules() -> None:
    assert len(models()) >= 12
    assert models() - held() == set()
