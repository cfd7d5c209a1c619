"""Light or dark: one palette and one style sheet for the whole program, changed at any time."""

import re
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from .colours import DARK, LIGHT, Colours
from .measures import Type, font

__all__ = ["Scheme", "Theme", "apply", "colours", "current"]

_FOLDER = Path(__file__).parent


class Scheme(StrEnum):
    """Which palette the user wants."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Theme(QObject):
    """How the program looks now. `changed` comes after palette and style sheet are in place."""

    changed = Signal()

    _instance: ClassVar["Theme | None"] = None

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._scheme = Scheme.SYSTEM
        self.colours = DARK
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def scheme(self) -> Scheme:
        """What the user asked for."""
        return self._scheme

    def use(self, scheme: Scheme) -> None:
        """Dress the program in `scheme`."""
        self._scheme = scheme
        self._dress({Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}.get(scheme) or self._of_system())

    def _follow(self) -> None:
        if self._scheme is Scheme.SYSTEM:
            self._dress(self._of_system())

    def _of_system(self) -> Colours:
        # A desktop that says nothing gets the dark one, as photo programs have it.
        known = self._app.styleHints().colorScheme()
        return LIGHT if known is Qt.ColorScheme.Light else DARK

    def _dress(self, found: Colours) -> None:
        if found is self.colours and self._app.styleSheet():
            return
        self.colours = found
        self._app.setPalette(_palette(found))
        self._app.setStyleSheet(_style_sheet(found))
        self.changed.emit()


def apply(app: QApplication, scheme: Scheme | str = Scheme.SYSTEM) -> Theme:
    """Dress `app` in `scheme` and return its theme: the same one each time."""
    if Theme._instance is None or Theme._instance.parent() is not app:
        Theme._instance = Theme(app)
    Theme._instance.use(Scheme(scheme))
    return Theme._instance


def current() -> Theme | None:
    """Return the program's theme, None before `apply`."""
    return Theme._instance


def colours() -> Colours:
    """Return the colours that the program is dressed in; ask anew at each painting."""
    return Theme._instance.colours if Theme._instance else DARK


def _palette(found: Colours) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: found.panel,
        QPalette.ColorRole.WindowText: found.text,
        QPalette.ColorRole.Base: found.field,
        QPalette.ColorRole.AlternateBase: found.panel,
        QPalette.ColorRole.Text: found.text,
        QPalette.ColorRole.Button: found.raised,
        QPalette.ColorRole.ButtonText: found.text,
        QPalette.ColorRole.BrightText: found.on_fill,
        QPalette.ColorRole.Highlight: found.fill,
        QPalette.ColorRole.HighlightedText: found.on_fill,
        QPalette.ColorRole.ToolTipBase: found.raised,
        QPalette.ColorRole.ToolTipText: found.text,
        QPalette.ColorRole.PlaceholderText: found.faint,
        QPalette.ColorRole.Link: found.accent,
        QPalette.ColorRole.LinkVisited: found.accent,
        QPalette.ColorRole.Accent: found.fill,
        QPalette.ColorRole.Light: found.hover,
        QPalette.ColorRole.Midlight: found.raised,
        QPalette.ColorRole.Mid: found.line,
        QPalette.ColorRole.Dark: found.edge,
        QPalette.ColorRole.Shadow: found.shadow,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    written = (
        QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText,
    )  # fmt: skip
    for role in written:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(found.disabled))
    return palette


def _style_sheet(found: Colours) -> str:
    """Return the style sheet with its ``@names`` replaced; an unknown one is a `KeyError`."""
    names = {
        **found.named(),
        "glyphs": (_FOLDER / "glyphs").as_posix(),
        **{f"{kind}_pt": f"{font(kind).pointSizeF():.1f}pt" for kind in Type},
    }
    text = (_FOLDER / "style.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda match: names[match[1]], text)
