"""Files and pictures that come by drop or paste, as words of a query."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage

from .model import about_file

__all__ = ["can_take", "words_of"]

_LARGEST_PX = 768
"""Encoders look at fewer pixels than that, and a picture of this size is written at once."""


def can_take(data: QMimeData) -> bool:
    """Tell whether there is a file or a picture in it."""
    return data.hasImage() or bool(_files(data))


def words_of(data: QMimeData, folder: Path) -> str:
    """Return the words that search for the files, or for the picture, which goes into `folder`."""
    if files := _files(data):
        return " + ".join(map(about_file, files))
    picture = data.imageData()
    if not isinstance(picture, QImage) or picture.isNull():
        return ""
    if max(picture.width(), picture.height()) > _LARGEST_PX:
        picture = picture.scaled(
            _LARGEST_PX,
            _LARGEST_PX,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    path = folder / f"pasted-{len(list(folder.glob('pasted-*.png'))) + 1}.png"
    return about_file(path) if picture.save(str(path)) else ""


def _files(data: QMimeData) -> list[Path]:
    """Return the files in it; folders are no query."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return [path for path in paths if path.is_file()]
