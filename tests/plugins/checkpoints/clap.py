"""A small CLAP checkpoint in the real format whose right answers are known.

Its space is the one of the small open_clip checkpoint, turned by `rotation`: a text's vector is the
sum of its words' vectors by construction, a sound's that of the word for it, moved aside as real
sounds lie apart from texts. The transformer of sounds is random; its projection is solved so that
strings, tones, noise and silence lie at their words.
"""

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from embedcurate_plugins.clap.features import ClapFeatures
from embedcurate_resources import FOLDER
from numpy.typing import NDArray

from embedcurate.testing.media import pluck
from tests.plugins.checkpoints import clip
from tests.plugins.checkpoints.words import (
    COLOURS,
    DIMENSION,
    NOTHING,
    SOUNDS,
    axis,
    word_vector,
    word_vectors,
)

__all__ = ["PITCHES_HZ", "make_clap", "rotation", "sound_vector", "text_vector"]

PITCHES_HZ = {
    "rumble": (45, 130),
    "low": (170, 360),
    "middle": (440, 900),
    "high": (1100, 2250),
    "shrill": (2800, 6000),
}
"""Word -> the lowest and the highest pitch that it is taught by."""

_RATE_HZ = 48_000
_HEARD = (*SOUNDS, "noise")
_ASIDE = 0.3  # how far the sounds lie from the texts
_WIDTH = 64
_RIDGE = 5.0
_FLOOR_DB = -100.0  # of the features, which silence has
_TINY = 1e-4  # at which tanh is a straight line
_ABOVE = 2.0  # added before a relu and taken away after it, so that nothing is cut
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def make_clap(folder: Path, *, fused: bool = False, texts: Iterable[str] = ()) -> Path:
    """Write a checkpoint as `laion/clap-htsat-unfused` has it, or `-fused`; return `folder`.

    The fused one knows sounds less well, as it is there for its format.
    The words of `texts` are tokens of their own, beside those for colours and sounds and of the
    neutral texts that ship; others fall apart.
    """
    import torch
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaTokenizer

    vocabulary, merges = _words([*texts, _NEUTRAL, " ".join((*COLOURS, *_HEARD))])
    tokenizer = RobertaTokenizer(
        vocabulary,
        merges,
        add_prefix_space=True,
        model_max_length=512,
        processor_class="ClapProcessor",
    )
    extractor = ClapFeatureExtractor(
        frequency_min=50, truncation="fusion" if fused else "rand_trunc"
    )
    text = {
        "vocab_size": len(vocabulary),
        "hidden_size": DIMENSION,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "intermediate_size": 1,
    }
    audio = {
        "patch_size": _WIDTH,
        "patch_stride": [_WIDTH, _WIDTH],
        "window_size": 4,
        "patch_embeds_hidden_size": _WIDTH,
        "hidden_size": _WIDTH,
        "depths": [2],
        "num_attention_heads": [4],
        "enable_fusion": fused,
    }
    config = ClapConfig(text_config=text, audio_config=audio, projection_dim=DIMENSION)
    extractor.save_pretrained(folder)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = ClapModel(config).eval()
        _set_texts(model, vocabulary)
        if fused not in _solved:
            _solve_sounds(model, folder, lessons=4 if fused else 16)
            found = model.state_dict().items()
            _solved[fused] = {name: one for name, one in found if name.startswith("audio_")}
        model.load_state_dict(_solved[fused], strict=False)
    for part in (model, tokenizer):
        part.save_pretrained(folder)
    return folder


def rotation() -> NDArray[np.float64]:
    """Return what turns CLIP's vectors into CLAP's: (32, 32), `clap = rotation @ clip`."""
    random = np.random.default_rng(0).normal(size=(DIMENSION, DIMENSION))
    return np.linalg.qr(random)[0]


def text_vector(words: str) -> NDArray[np.float64]:
    """Return the vector (32,) of known words: the right answer, by hand."""
    return rotation() @ clip.text_vector(words)


def sound_vector(word: str) -> NDArray[np.float64]:
    """Return the vector (32,) that a sound gets which only `word` fits."""
    known = rotation() @ (word_vector(word) + _ASIDE * axis(NOTHING))
    return np.asarray(known / np.linalg.norm(known))


_solved: dict[bool, dict[str, Any]] = {}  # fused or not -> its weights, since they take seconds
_NEUTRAL = (FOLDER / "neutral_texts.txt").read_text("utf-8")


def _words(texts: Iterable[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return a byte-level vocabulary in which the words of `texts` are tokens, and its merges."""
    from tokenizers.pre_tokenizers import ByteLevel

    pieces = ByteLevel(add_prefix_space=True)
    found = {piece for text in texts for piece, _ in pieces.pre_tokenize_str(text)}
    # A word grows from its start: as all begin with the mark of a space, none is begun within one.
    grown = [
        (word[:end], word[end])
        for word in sorted(word for word in found if word.startswith("Ġ"))
        for end in range(1, len(word))
    ]
    merges = list(dict.fromkeys(grown))
    tokens = [*_SPECIAL[:4], *sorted(ByteLevel.alphabet()), *map("".join, merges), _SPECIAL[4]]
    return {token: index for index, token in enumerate(tokens)}, merges


def _set_texts(model: Any, vocabulary: dict[str, int]) -> None:
    """Let the first token collect the words' vectors, and nothing else change them."""
    import torch

    one = torch.eye(DIMENSION)
    tower, [layer] = model.text_model, model.text_model.encoder.layer
    norms = (tower.embeddings.LayerNorm, layer.attention.output.LayerNorm, layer.output.LayerNorm)
    for parameter in (*tower.parameters(), *model.text_projection.parameters()):
        parameter.zero_()
    for norm in norms:
        norm.weight.fill_(1)
    names = [token.removeprefix("Ġ").lower() for token in vocabulary]
    vectors = torch.from_numpy(word_vectors(names))
    vectors[[vocabulary[token] for token in _SPECIAL]] = 0
    vectors[vocabulary["Ġ"]] = 0
    tower.embeddings.word_embeddings.weight.copy_(vectors)
    layer.attention.self.value.weight.copy_(one)
    layer.attention.output.dense.weight.copy_(one)
    # Where there are no words, this is all that the next normalisation finds.
    nothing = torch.from_numpy(axis(NOTHING))
    layer.attention.output.dense.bias.copy_(1e-5 * nothing)
    layer.output.LayerNorm.bias.copy_(clip._BLANK * nothing)
    tower.pooler.dense.weight.copy_(one * _TINY)
    project = model.text_projection
    project.linear1.weight.copy_(one / (_TINY * clip._SCALE))
    project.linear1.bias.fill_(_ABOVE)
    turned = torch.from_numpy(rotation()).float()
    project.linear2.weight.copy_(turned)
    project.linear2.bias.copy_(-_ABOVE * turned.sum(1))


def _solve_sounds(model: Any, folder: Path, *, lessons: int) -> None:
    """Let a linear function of the random features tell the words, and each have its vector."""
    import torch

    sounds, words = zip(*_lessons(lessons), strict=True)
    seen_as = ClapFeatures(folder, length=10 * _RATE_HZ)
    heard = torch.stack([seen_as.of(samples.astype(np.float32)) for samples in sounds])
    encoder = model.audio_model.audio_encoder
    encoder.batch_norm.running_mean.fill_(_FLOOR_DB)  # which leaves nothing of silence
    encoder.batch_norm.running_var.fill_(20.0**2)
    look = encoder.patch_embed.proj  # at all bands of a moment: each feature begins as one's mean
    look.weight.copy_(torch.eye(_WIDTH)[:, None, :, None].expand(look.weight.shape) / _WIDTH)
    short = torch.zeros(len(heard), 1, dtype=torch.bool)
    features = model.audio_model(heard, is_longer=short).pooler_output.double()
    wanted = torch.tensor([[float(word == name) for name in _HEARD] for word in words]).double()
    weight = torch.tensor([1 / words.count(word) for word in words]).double()[:, None]
    weight /= weight.mean()
    spread, centre = features.std(), (weight * features).mean(0)
    seen, offset = (features - centre) / spread, (weight * wanted).mean(0)
    gram = (weight * seen).T @ seen + _RIDGE * torch.eye(_WIDTH).double()
    solved = torch.linalg.solve(gram, (weight * seen).T @ (wanted - offset)).T / spread
    project = model.audio_projection
    for parameter in project.parameters():
        parameter.zero_()
    count = len(_HEARD)
    project.linear1.weight[:count] = solved.float()
    project.linear1.bias[:count] = (offset - solved @ centre).float()
    vectors = rotation() @ np.stack([word_vector(name) for name in _HEARD]).T
    project.linear2.weight[:, :count] = torch.from_numpy(vectors).float()
    project.linear2.bias.copy_(torch.from_numpy(_ASIDE * rotation() @ axis(NOTHING)))


def _lessons(count: int) -> Iterable[tuple[NDArray[np.floating], str]]:
    """Give sounds, `count` pitches a band, each with the word for it."""
    random = np.random.default_rng(0)
    seconds = np.arange(_RATE_HZ) / _RATE_HZ
    for word, (lowest, highest) in PITCHES_HZ.items():
        lengths_s = cycle((0.6, 1.0, 1.3, 1.7, 2.2))
        for pitch, length_s in zip(np.geomspace(lowest, highest, count), lengths_s, strict=False):
            yield pluck(pitch, round(length_s * _RATE_HZ), _RATE_HZ), word
            yield np.resize(pluck(pitch, round(30 * _RATE_HZ / pitch), _RATE_HZ), _RATE_HZ), word
            yield 0.5 * np.sin(2 * np.pi * pitch * seconds), word
    for loudness in np.geomspace(0.01, 0.3, count):
        yield random.normal(0, loudness, _RATE_HZ), "noise"
    yield np.zeros(_RATE_HZ), "silent"
