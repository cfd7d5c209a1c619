"""Before a job sends media to a service: to whom and how much, and whether it may."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from .jobs import Job

__all__ = ["ask_to_send"]


def ask_to_send(window: QWidget, job: Job, send: Callable[[dict[str, Any]], object]) -> None:
    """Show what a job wants to send; call `send` with its arguments if that is agreed to."""

    def said(text: str) -> str:
        return QCoreApplication.translate("Sending", text)

    what, _, _ = job.error.partition(" Nothing was sent.")
    box = QMessageBox(QMessageBox.Icon.Question, said("Send to a service?"), what, parent=window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    agree = box.addButton(said("Send"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(said("Don't send"), QMessageBox.ButtonRole.RejectRole)
    agree.clicked.connect(lambda: send({**job.arguments, "send": True}))
    box.open()
