"""A form whose names stand level with their fields."""

from PySide6.QtWidgets import QFormLayout, QLayout, QWidget

from ..theme import CONTROL_PX, GAP_PX, label

__all__ = ["Form"]


class Form(QFormLayout):
    """Rows of a name and a field; `setRowVisible` hides one."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(GAP_PX)

    def row(self, name: str, field: QWidget | QLayout) -> None:
        """Append a row; without a name, the field stands below that of the row before."""
        if not name:
            self.addRow("", field)
            return
        made = label(name)
        made.setMinimumHeight(CONTROL_PX)
        self.addRow(made, field)
