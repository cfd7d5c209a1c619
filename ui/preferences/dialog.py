"""The dialog of preferences, made from what `settings` and `commands` declare."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from ..theme import CONTROL_PX, GAP_PX, PAD_PX, WIDE_PX, Type, label, tool
from .bindings import Bindings
from .fetched import Fetched
from .models import ModelsPage
from .plugins import PluginsPage
from .settings import CONTEXT, GROUPS, SETTINGS, Setting, Settings
from .shortcuts import Shortcuts

__all__ = ["PreferencesDialog"]

_TITLE_WIDTH_PX = 160
_FIELD_WIDTH_PX = 200


class PreferencesDialog(QDialog):
    """Pages of settings, keys, models and plugins; what is set holds at once."""

    def __init__(
        self,
        settings: Settings,
        shortcuts: Shortcuts,
        session: Session,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._readers: dict[str, Callable[[], None]] = {}
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = QTabWidget()
        self.pages.setAccessibleName(self.tr("Pages of preferences"))
        self.pages.addTab(self._general(), self.tr("General"))
        self.bindings = Bindings(shortcuts)
        self.pages.addTab(self.bindings, self.tr("Keys"))
        self.models = ModelsPage(session, Fetched(settings.store))
        self.pages.addTab(self.models, self.tr("Models"))
        self.plugins = PluginsPage(session)
        self.pages.addTab(self.plugins, self.tr("Plugins"))
        self.pages.currentChanged.connect(self._turned)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.RestoreDefaults | standard.Close)
        reset, close = buttons.button(standard.RestoreDefaults), buttons.button(standard.Close)
        reset.setAccessibleName(self.tr("Set this page back to its defaults"))
        reset.setToolTip(reset.accessibleName())
        reset.setAutoDefault(False)
        self._restore = reset
        reset.clicked.connect(self._reset)
        close.setAccessibleName(self.tr("Close"))
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(PAD_PX)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.resize(620, 640)
        settings.changed.connect(self._changed)

    def _general(self) -> QScrollArea:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        grid.setHorizontalSpacing(WIDE_PX)
        grid.setVerticalSpacing(PAD_PX)
        grid.setColumnStretch(1, 1)
        for group, title in GROUPS.items():
            heading = label(QCoreApplication.translate(CONTEXT, title), Type.TITLE)
            grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for setting in SETTINGS.values():
                if setting.group == group:
                    self._add(grid, setting)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area

    def _add(self, grid: QGridLayout, setting: Setting) -> None:
        title = QCoreApplication.translate(CONTEXT, setting.title)
        said = QCoreApplication.translate(CONTEXT, setting.help)
        field, read = self._field(setting, title)
        for widget in (field, *field.findChildren(QLineEdit)):
            widget.setAccessibleName(title)
            widget.setAccessibleDescription(said)
        self._readers[setting.name] = read
        read()
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(field)
        column.addWidget(label(said, Type.SMALL, wrap=True))
        row = grid.rowCount()
        grid.addLayout(column, row, 1)
        if isinstance(field, QCheckBox):
            return
        if not setting.path:
            field.setFixedWidth(_FIELD_WIDTH_PX)
        heading = label(title, wrap=True)
        heading.setMinimumHeight(CONTROL_PX)
        heading.setFixedWidth(_TITLE_WIDTH_PX)
        grid.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)

    def _field(self, setting: Setting, title: str) -> tuple[QWidget, Callable[[], None]]:
        """Return the widget that edits a setting, and what shows its value there."""
        name, settings = setting.name, self._settings
        store = partial(settings.__setitem__, name)
        if isinstance(setting.default, bool):
            box = QCheckBox(title)
            box.toggled.connect(store)
            return box, lambda: box.setChecked(settings[name])
        if setting.choices:
            choice = QComboBox()
            for value, shown in setting.choices.items():
                choice.addItem(QCoreApplication.translate(CONTEXT, shown), value)
            choice.activated.connect(lambda: store(choice.currentData()))
            return choice, lambda: choice.setCurrentIndex(choice.findData(settings[name]))
        if isinstance(setting.default, int):
            number = QSpinBox()
            number.setRange(int(setting.low or 0), int(setting.high or 0))
            number.setSuffix(setting.suffix)
            number.setKeyboardTracking(False)
            number.valueChanged.connect(store)
            return number, lambda: number.setValue(settings[name])
        return self._folder(setting, title)

    def _folder(self, setting: Setting, title: str) -> tuple[QWidget, Callable[[], None]]:
        name, settings = setting.name, self._settings
        field, holder = QLineEdit(), QWidget()

        def choose() -> None:
            folder = QFileDialog.getExistingDirectory(self, title, settings[name])
            if folder:
                settings[name] = folder

        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(field, 1)
        row.addWidget(tool("folder-open-outline", self.tr("Choose a folder"), choose))
        field.editingFinished.connect(lambda: settings.__setitem__(name, field.text()))
        return holder, lambda: field.setText(settings[name])

    def _changed(self, name: str) -> None:
        self._readers[name]()

    def _turned(self) -> None:
        page = self.pages.currentWidget()
        self._restore.setVisible(page not in (self.models, self.plugins))
        if page in (self.models, self.plugins):
            page.look()

    def _reset(self) -> None:
        if self.pages.currentWidget() is self.bindings:
            self.bindings.reset()
        else:
            self._settings.reset()
