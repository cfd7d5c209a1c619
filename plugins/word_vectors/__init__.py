"""The encoder `word_vectors`: texts as means of the vectors of their words, from one file.

A file of 1,000,000 words of 300 numbers takes, once the first text is encoded, 1.2 GB for the
numbers (float32, whatever the file has) and about 0.15 GB for the words. A `.bin` of fastText is
mapped and not read: what is used of it stays in memory as long as there is room.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from embedcurate.errors import SpaceOptionError
from embedcurate.items import Modality
from embedcurate.spaces.encoder import TextEncoder
from embedcurate.spaces.plugin import EncoderPlugin

__all__ = ["WordVectorsPlugin"]

_COMMON = ("keep", "remove")


class WordVectorsPlugin(EncoderPlugin):
    """Texts by a file of word vectors: Word2Vec, GloVe or fastText."""

    name = "word_vectors"
    summary = "Texts by a file of word vectors (Word2Vec, GloVe, fastText): fast, any language."
    modalities = frozenset({Modality.TEXT})
    licence = "the file's own"
    default_model = "FILE"
    remedy = "Write: word_vectors:PATH, of a .bin, .vec or .txt file, as it is or as .gz."
    takes: ClassVar[Mapping[str, str]] = {
        "common": "'remove' takes away the direction that frequent words share; 'keep' does not",
    }

    def __init__(self, model: str = "", options: Mapping[str, str] | None = None) -> None:
        # The name is kept by collections, and has to be good in any folder.
        super().__init__(str(Path(model).expanduser().absolute()) if model else "", options)
        self._common = self.options.get("common", "keep")
        if self._common not in _COMMON:
            choices = [f"common={one}" for one in _COMMON]
            raise SpaceOptionError(self.name, f"common={self._common}", choices)
        self._file = Path(self.model)

    def available(self) -> str | None:
        """Say whether a file is missing."""
        if self.model == self.default_model:
            return "it needs a file of word vectors"
        return None if self._file.is_file() else f"there is no file '{self._file}'"

    def encoder(self) -> TextEncoder:
        """Make the encoder; the file is hashed now, and read when it first encodes."""
        from .encoder import WordVectors

        return WordVectors(self._file, remove_common=self._common == "remove")
