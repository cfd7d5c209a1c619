"""What plugin authors and our own tests share: tiny media, a tiny space, conformance suites."""

from embedcurate.spaces.tiny import tiny_space
from embedcurate.testing.elsewhere import Elsewhere, in_fresh_process
from embedcurate.testing.encoders import check_encoder
from embedcurate.testing.exporters import check_exporter
from embedcurate.testing.media import Shape, make_picture, make_sound, make_text
from embedcurate.testing.media import pluck as _pluck  # noqa: F401 - tests have it by this name
from embedcurate.testing.spaces import check_space

__all__ = [
    "Elsewhere",
    "Shape",
    "check_encoder",
    "check_exporter",
    "check_space",
    "in_fresh_process",
    "make_picture",
    "make_sound",
    "make_text",
    "tiny_space",
]
