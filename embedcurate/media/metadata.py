"""What cameras and programs wrote into pictures beside the pixels."""

import warnings
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from embedcurate.media.image import in_words
from embedcurate.media.opening import open_regular

__all__ = ["camera_notes"]

_FORMATS = ("AVIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP")
_SHOWN = (
    "Make", "Model", "LensModel", "DateTimeOriginal", "DateTime", "ExposureTime", "FNumber",
    "ISOSpeedRatings", "FocalLength", "FocalLengthIn35mmFilm", "ExposureBiasValue", "Flash",
    "WhiteBalance", "Orientation", "Software", "Artist", "Copyright", "ImageDescription",
)  # fmt: skip
_LONGEST = 200


def camera_notes(path: Path) -> dict[str, str | float]:
    """Return the EXIF notes of a picture that people ask for, by their names in the standard.

    With `latitude` and `longitude` in degrees where it says where it was taken. Empty for kinds of
    pictures that have no such notes.

    Raises
    ------
    MediaError
        If the file can't be opened.
    """
    with open_regular(path) as file, in_words(b""), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.init()
        try:
            image = Image.open(file, formats=[name for name in _FORMATS if name in Image.OPEN])
        except UnidentifiedImageError:
            return {}
        exif = image.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        named = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
        found = {
            name: said for name in _SHOWN if (said := _said(named.get(name))) not in (None, "")
        }
        return {**found, **_place(exif.get_ifd(ExifTags.IFD.GPSInfo))}


def _said(value: Any) -> str | float | None:
    """Return a note as JSON can hold it; None for what no person reads."""
    if isinstance(value, str):
        return value.replace("\0", "").strip()[:_LONGEST]
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(number, 6) if abs(number) < 1e12 else None


def _place(notes: dict[int, Any]) -> dict[str, float]:
    """Return the latitude and longitude of EXIF's degrees, minutes and seconds."""
    found = {}
    for name, (side, value, behind) in {
        "latitude": (ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLatitude, "S"),
        "longitude": (ExifTags.GPS.GPSLongitudeRef, ExifTags.GPS.GPSLongitude, "W"),
    }.items():
        try:
            degrees, minutes, seconds = (float(part) for part in notes[value])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
        sign = -1 if str(notes.get(side, "")).upper().startswith(behind) else 1
        found[name] = round(sign * (degrees + minutes / 60 + seconds / 3600), 6)
    return found
