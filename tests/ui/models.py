"""What holds an item model to Qt's rules: the type of the fixture `proper`."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QAbstractItemModel

__all__ = ["Proper"]

Proper: TypeAlias = Callable[[QAbstractItemModel], None]
