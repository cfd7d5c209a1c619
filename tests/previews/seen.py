"""What the tests of previews look at."""

from pathlib import Path

from PIL import Image

LONG_TEXT = "".join(f"This is sentence number {number} of a long text.\n" for number in range(200))


def size_of(path: str | Path) -> tuple[int, int]:
    """Return the width and height of a picture, which must be a whole JPEG."""
    with Image.open(path) as image:
        assert image.format == "JPEG"
        image.load()
        return image.size
