"""Make `anchors.txt`, which ships: `python -m embedcurate_plugins.clip_clap.build WORDNET_FOLDER`.

The folder is that of WordNet 3.0's database files (Debian's wordnet-base). Taken are words for
things that can be seen or heard, each with the first clause of its definition, all words for sounds
and instruments, and the sentences by which the dictionary shows how such words and verbs are used.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedcurate.spaces.anchors import ANCHORS

__all__ = ["texts"]

_THINGS = {5: "animal", 6: "artifact", 8: "body", 11: "event", 13: "food", 15: "location",
           17: "object", 18: "person", 19: "phenomenon", 20: "plant", 27: "substance"}  # fmt: skip
_DEEDS = {30: "change", 34: "consumption", 35: "contact", 36: "creation", 38: "motion",
          39: "perception", 43: "weather"}  # fmt: skip
_HEARD = {"sound", "noise", "music", "musical_instrument", "cry"}
_LEAVE_OUT = re.compile(
    r"\b(offensive|slur|disparag\w*|derogatory|obscen\w*|vulgar|ethnic|sex\w*|genital\w*|prostitut\w*"
    r"|race|racial|slave\w*|jew\w*|nazi|rape\w*|negro\w*|penis|vagina\w*|anus|excrement|feces|corpse|genus|family)\b",
    re.IGNORECASE,
)
_PHRASES, _SENTENCES = 2_000, 2_100
_LENGTHS = range(12, 91)


@dataclass(frozen=True, slots=True)
class _Synset:
    file: int
    words: tuple[str, ...]
    parents: tuple[str, ...]
    gloss: str
    uses: int


def texts(wordnet: Path) -> list[str]:
    """Return words, words with definitions, and sentences, the most used first of each."""
    uses = _uses(wordnet)
    nouns = dict(_synsets(wordnet / "data.noun", 1, uses))
    verbs = dict(_synsets(wordnet / "data.verb", 2, uses))
    heard = {key for key, one in nouns.items() if _HEARD & set(one.words) and one.uses}
    while more := {key for key, one in nouns.items() if heard & set(one.parents)} - heard:
        heard |= more
    named = sorted(
        (key for key, one in nouns.items() if key in heard or one.file in _THINGS),
        key=lambda key: (-(nouns[key].uses + 20 * (key in heard)), key),
    )
    known = [nouns[key] for key in named if not _LEAVE_OUT.search(_said(nouns[key]))]
    known = [one for one in known if one.words[0].replace("_", "").isalpha()]
    words = [one.words[0].replace("_", " ") for one in known]
    defined = [f"{word}: {_definition(one)}" for word, one in zip(words, known, strict=True)]
    shown = sorted(
        (*(verbs[key] for key in verbs if verbs[key].file in _DEEDS), *known),
        key=lambda one: (-one.uses, one.words),
    )
    sentences = [sentence for one in shown for sentence in _sentences(one)]
    parts = (words[:_PHRASES], defined[:_PHRASES], sentences[:_SENTENCES])
    return list(dict.fromkeys(text for part in parts for text in part))


def _uses(wordnet: Path) -> dict[str, int]:
    """Return sense key -> how often the sense was seen in WordNet's tagged texts."""
    lines = (wordnet / "cntlist.rev").read_text("ascii").splitlines()
    return {key: int(count) for key, _, count in map(str.split, lines)}


def _synsets(file: Path, kind: int, uses: dict[str, int]) -> Iterator[tuple[str, _Synset]]:
    for line in file.read_text("ascii").splitlines():
        if line.startswith(" "):
            continue  # the licence
        fields, _, gloss = line.partition("|")
        key, where, _, count, *rest = fields.split()
        named = [(rest[2 * n], int(rest[2 * n + 1], 16)) for n in range(int(count, 16))]
        counts = [uses.get(f"{w.lower()}%{kind}:{where}:{number:02}::", 0) for w, number in named]
        pointers = rest[2 * len(named) + 1 :]
        parents = [pointers[n + 1] for n, sign in enumerate(pointers[:-1]) if sign == "@"]
        words = tuple(word for word, _ in named)
        yield key, _Synset(int(where), words, tuple(parents), gloss.strip(), sum(counts))


def _said(one: _Synset) -> str:
    return " ".join((*one.words, one.gloss))


def _definition(one: _Synset) -> str:
    plain = re.sub(r"\s*\([^)]*\)", "", one.gloss)
    return re.split(r"; |, especially", plain)[0].strip()


def _sentences(one: _Synset) -> Iterator[str]:
    for sentence in re.findall(r'"([^"]+)"', one.gloss):
        plain = all(letter.isalnum() or letter in " ,.'-" for letter in sentence)
        if plain and len(sentence) in _LENGTHS and not _LEAVE_OUT.search(sentence):
            yield sentence


if __name__ == "__main__":
    ANCHORS.write_text("\n".join(texts(Path(sys.argv[1]))) + "\n", "utf-8")
