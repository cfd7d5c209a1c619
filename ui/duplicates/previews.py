"""Large previews of the items that are compared, asked of a worker and kept while they are near."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from ..items import MODALITIES

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Preview", "Previews"]

_SIZE_PX = 1600
_KEPT = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """An item at the size of a window.

    image : null unless the item is a picture
    peaks : (n, 2) float32, lowest and highest sample of each stretch of a sound; else (0, 2)
    text : the words of a text
    reason : why there is nothing to show, a sentence
    """

    modality: str
    image: QImage = field(default_factory=QImage)
    peaks: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    duration_s: float = 0.0
    text: str = ""
    reason: str = ""


class Previews(QObject):
    """Previews by row. `get` answers at once; `came` tells when what it lacked is there."""

    came = Signal(int)

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: OrderedDict[int, Preview] = OrderedDict()
        self._coming: dict[int, int] = {}
        session.opened.connect(self._forget_all)

    def _forget_all(self) -> None:
        self._kept.clear()
        self.want(())

    def get(self, row: int) -> Preview | None:
        """Return the preview of a row, None if it was not wanted or is still to come."""
        if row in self._kept:
            self._kept.move_to_end(row)
        return self._kept.get(row)

    def want(self, rows: Iterable[int]) -> None:
        """Have the previews of these rows made, the first ones first, and of no others."""
        wanted = list(dict.fromkeys(rows))
        for row in set(self._coming) - set(wanted):
            self._session.forget(self._coming.pop(row))
        for row in wanted:
            if row not in self._kept and row not in self._coming:
                self._coming[row] = self._ask(row)

    def _ask(self, row: int) -> int:
        items = self._session.items
        modality = MODALITIES[items.modality[row]]

        def answered(document: dict[str, Any]) -> None:
            if file := document.get("image"):
                self._session.thumbnails.decoder.decode(Path(file), decoded)
            else:
                self._keep(row, self._read(modality, document))

        def decoded(image: QImage, trouble: str) -> None:
            reason = self._unread(trouble) if trouble else ""
            self._keep(row, Preview(modality, image=image, reason=reason))

        def failed(sentence: str) -> None:
            self._keep(row, Preview(modality, reason=sentence))

        return self._session.ask(
            "preview",
            {"id": items.id_of(row), "into": str(self._session.folder), "size_px": _SIZE_PX},
            answered,
            failed=failed,
        )

    def _keep(self, row: int, preview: Preview) -> None:
        self._coming.pop(row, None)
        self._kept[row] = preview
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.came.emit(row)

    def _read(self, modality: str, document: dict[str, Any]) -> Preview:
        try:
            if file := document.get("peaks"):
                peaks = np.load(file).reshape(-1, 2).astype(np.float32)
                return Preview(modality, peaks=peaks, duration_s=float(document["duration_s"]))
        except OSError as error:
            return Preview(modality, reason=self._unread(error.strerror or str(error)))
        return Preview(
            modality, text=document.get("text") or "", reason=document.get("reason") or ""
        )

    def _unread(self, trouble: str) -> str:
        return self.tr("The preview can't be read: {}.").format(trouble)
