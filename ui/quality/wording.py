"""What the issues of the quality check are called and what they mean."""

from PySide6.QtCore import QCoreApplication

__all__ = ["ISSUE_WORDS", "meaning", "noun", "title"]

_CONTEXT = "quality"

ISSUE_WORDS = {
    "blurred": ("Blurred", "Not even the sharpest parts are sharp."),
    "dark": ("Dark", "Nearly all of it is close to black."),
    "bright": ("Bright", "Nearly all of it is close to white."),
    "low-information": (
        "Low information", "An even ground, or nearly.",
    ),
    "odd-size": (
        "Odd size", "Much larger or smaller than the others.",
    ),
    "odd-aspect": (
        "Odd shape", "Much longer for its width than the others.",
    ),
    "near-greyscale": (
        "Nearly greyscale", "Nowhere more than a hint of colour.",
    ),
    "jpeg-crushed": (
        "Crushed JPEG", "Saved at a very low quality.",
    ),
    "animated": (
        "Animated", "Only the first of its frames or pages is seen.",
    ),
    "silent": ("Silent", "Hardly a sound for most of its time."),
    "clipped": ("Clipped", "Too loud: samples stick to the peak."),
    "dc-offset": ("DC offset", "Its mean is off zero."),
    "one-sided": (
        "One-sided", "One channel is much louder than the other.",
    ),
    "fake-stereo": (
        "Fake stereo", "Both channels hold the same sound.",
    ),
    "band-limited": (
        "Band-limited", "High tones were filtered away.",
    ),
    "truncated": (
        "Cut short", "Shorter than its own header says.",
    ),
    "very-short": ("Very short", "A fraction of a second."),
    "near-empty": ("Nearly empty", "Hardly a word."),
    "repeated": (
        "Repeated", "Much of it was there before, word for word.",
    ),
    "gibberish": ("Gibberish", "Many of its words are no language."),
    "wrong-language": (
        "Rare language", "Hardly any of the others is written in it.",
    ),
    "encoding-damage": (
        "Encoding damage", "Characters spoilt by a wrong encoding.",
    ),
}  # fmt: skip
"""Issue -> its title, and a sentence."""

_NOUNS = {
    "image": "Pictures",
    "audio": "Sounds",
    "text": "Texts",
}


def title(issue: str) -> str:
    """Return what an issue is called; that of a plugin's check as the check is."""
    if issue not in ISSUE_WORDS:
        words = issue.replace("-", " ").replace("_", " ")
        return words[:1].upper() + words[1:]
    return QCoreApplication.translate(_CONTEXT, ISSUE_WORDS[issue][0])


def meaning(issue: str) -> str:
    """Return what a built-in issue means."""
    return QCoreApplication.translate(_CONTEXT, ISSUE_WORDS[issue][1])


def noun(modality: str) -> str:
    """Return what items of a modality are called, as a title."""
    return QCoreApplication.translate(_CONTEXT, _NOUNS[modality])
