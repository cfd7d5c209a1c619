"""Items as people look at them: thumbnails, large pictures, waveforms, spectrograms, texts."""

from embedcurate.previews.cache import DiskCache
from embedcurate.previews.preview import preview
from embedcurate.previews.sounds import SoundLook, look, stretch
from embedcurate.previews.thumbnails import SIZES_PX, Thumbnails

__all__ = ["SIZES_PX", "DiskCache", "SoundLook", "Thumbnails", "look", "preview", "stretch"]
