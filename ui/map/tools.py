"""The row of tools over the map."""

from functools import partial

from PySide6.QtWidgets import QButtonGroup, QComboBox, QToolButton, QWidget

from ..theme import Bar
from .canvas import MapCanvas, Tool
from .model import METHODS, MapModel

__all__ = ["MapBar"]

_LOW_TRUST = 0.75


class MapBar(Bar):
    """The method, how far it can be trusted, what dragging does, what is seen, and how many."""

    def __init__(self, model: MapModel, canvas: MapCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._model = model
        self._method = QComboBox()
        self._method.setAccessibleName(self.tr("Method of the map"))
        for method, name in model.names().items():
            self._method.addItem(name, method)
        self._method.setToolTip(
            self.tr("UMAP shows groups best, PCA is there at once, t-SNE is slow.")
        )
        self._method.activated.connect(lambda at: model.use(method=self._method.itemData(at)))
        self.add(self._method)
        self._trust = self.note()
        self._trust.setToolTip(
            self.tr(
                "Trustworthiness: how far what lies together here belongs together.\n"
                "1 is best, 0.5 is chance."
            )
        )
        self.separator()
        tools = QButtonGroup(self)
        for tool, icon, text, tip in (
            (Tool.PAN, "hand-back-right-outline", self.tr("Move"),
             self.tr("Drag moves the map; with Shift it draws a lasso")),
            (Tool.BOX, "select", self.tr("Select a box"),
             self.tr("Drag selects a box; Ctrl adds to the selection, Alt takes away from it")),
            (Tool.LASSO, "lasso", self.tr("Lasso"),
             self.tr("Drag draws a lasso; Ctrl adds to the selection, Alt takes away from it")),
        ):  # fmt: skip
            button = self.button(icon, text, partial(canvas.use, tool), checkable=True, tip=tip)
            button.setChecked(tool is Tool.PAN)
            tools.addButton(button)
        self.separator()
        self.button("minus", self.tr("Zoom out"), lambda: canvas.zoom(1 / 1.5), key="-")
        self.button("plus", self.tr("Zoom in"), lambda: canvas.zoom(1.5), key="+")
        self.button("fit-to-page-outline", self.tr("Show all"), canvas.fit, key="Home")
        self.button(
            "image-filter-center-focus",
            self.tr("Show the selection"),
            canvas.fit_selection,
            key="End",
        )
        self.separator()
        names = self.button("format-text", self.tr("Names of clusters"), checkable=True)
        tiles = self.button(
            "image-outline",
            self.tr("Thumbnails"),
            checkable=True,
            tip=self.tr("Thumbnails in place of points where there is room"),
        )
        for button, show in ((names, canvas.show_names), (tiles, canvas.show_tiles)):
            button.setChecked(True)
            button.toggled.connect(show)
        self._tools = self.findChildren(QToolButton)
        self.stretch()
        self._words = self.note()
        self._compute = self.button(
            "refresh",
            self.tr("Make anew"),
            lambda: model.compute(anew=True),
            words=True,
            tip=self.tr("Make the map anew: all items are placed again"),
        )

    def tell(self, words: str) -> None:
        """Show how things stand; `words` are at the end."""
        shown = self._model.shown
        self._method.setCurrentIndex(METHODS.index(self._model.method))
        self._words.setText(words)
        self._compute.setVisible(shown is not None)
        self._compute.setEnabled(not self._model.is_computing)
        for button in self._tools:
            button.setEnabled(shown is not None)
        trust = shown.run.summary.get("trustworthiness@15") if shown else None
        if trust is None:
            self._trust.setText("")
            return
        low = self.tr("low trust {:.2f}") if trust < _LOW_TRUST else self.tr("trust {:.2f}")
        self._trust.setText(low.format(trust))
