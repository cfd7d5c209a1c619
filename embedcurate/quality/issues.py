"""The issues that the check looks for: what each reads, how that becomes a score, and the limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from embedcurate.errors import QueryError
from embedcurate.items import ISSUES, Modality

__all__ = ["SETTINGS", "Issue", "issue_of_check", "thresholds_of"]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue and its one setting, the threshold, in (0, 1].

    The score is 0 where the reading is `clean`, 1 where it is `certain`, and on a straight line
    between, over the reading's logarithm if `logarithmic`. An item whose score reaches the
    threshold has the issue; with one that is `poor`, the item is poor. Others are traits that many
    datasets want. `reading` is a column of the items or one of `scoring.DERIVED`.
    """

    name: str
    modality: Modality
    reading: str
    clean: float
    certain: float
    help: str
    logarithmic: bool = False
    threshold: float = 0.5
    poor: bool = True


_IMAGE, _AUDIO, _TEXT = Modality.IMAGE, Modality.AUDIO, Modality.TEXT

_ISSUES = (
    Issue(
        "blurred", _IMAGE, "sharpness", 1.1, 0.5,
        "Not even its sharpest parts are sharp; 0.8 is a Gaussian blur of 1.4 px at 448 px.",
    ),
    Issue(
        "dark", _IMAGE, "bright_level", 0.45, 0.15,
        "All but 1 % of it is darker than 30 % of white.",
    ),
    Issue(
        "bright", _IMAGE, "dark_level", 0.6, 0.85,
        "All but 1 % of it is brighter than 72 % of white.",
    ),
    Issue(
        "low-information", _IMAGE, "entropy", 1.5, 0.3,
        "Its luminance has less than 0.9 bits a pixel: an even ground, or nearly.",
    ),
    Issue(
        "odd-size", _IMAGE, "size_oddity", 3.0, 6.0,
        "Larger or smaller than the collection's pictures by 4.5 robust standard deviations.",
        poor=False,
    ),
    Issue(
        "odd-aspect", _IMAGE, "aspect_oddity", 3.0, 6.0,
        "Much longer for its width than the collection's pictures.",
        poor=False,
    ),
    Issue(
        "near-greyscale", _IMAGE, "saturation", 0.08, 0.02,
        "Nowhere more colourful than 5 % of what is possible.",
        poor=False,
    ),
    Issue(
        "jpeg-crushed", _IMAGE, "jpeg_quality", 50.0, 10.0,
        "Saved as a JPEG of quality 30 or less.",
    ),
    Issue(
        "animated", _IMAGE, "frames", 1.0, 2.0,
        "It has several frames or pages, of which only the first is looked at.",
        poor=False,
    ),
    Issue(
        "silent", _AUDIO, "silence", 0.5, 1.0,
        "Below -60 dB for 95 % of its time.",
        threshold=0.9,
    ),
    Issue(
        "clipped", _AUDIO, "clipping", 1e-4, 1e-2,
        "A sample in a thousand sticks to the peak.",
        logarithmic=True,
    ),
    Issue(
        "dc-offset", _AUDIO, "dc_offset", 0.01, 0.1,
        "Its mean is off zero by 3 % of full scale.",
        logarithmic=True,
    ),
    Issue(
        "one-sided", _AUDIO, "imbalance_db", 6.0, 30.0,
        "One of two channels is 18 dB louder than the other.",
    ),
    Issue(
        "fake-stereo", _AUDIO, "side_db", -30.0, -60.0,
        "Two channels that hold the same sound but for -45 dB.",
        poor=False,
    ),
    Issue(
        "band-limited", _AUDIO, "bandwidth", 0.95, 0.55,
        "A filter took away the upper quarter of what its sampling rate could hold, or more.",
        poor=False,
    ),
    Issue(
        "truncated", _AUDIO, "played", 0.995, 0.985,
        "1 % of the length that its header declares is not there; more, and it can't be indexed.",
    ),
    Issue(
        "very-short", _AUDIO, "duration_s", 0.5, 0.1,
        "Shorter than 0.22 s.",
        logarithmic=True, poor=False,
    ),
    Issue("near-empty", _TEXT, "words", 4.0, 1.0, "At most two words."),
    Issue(
        "repeated", _TEXT, "repetition", 0.2, 0.6,
        "40 % of it was there before: the same five words, or the same lines.",
    ),
    Issue(
        "gibberish", _TEXT, "gibberish_ratio", 0.1, 0.7,
        "40 % of its words are no language: drummed on a Latin keyboard, codes, base64.",
    ),
    Issue(
        "wrong-language", _TEXT, "language_share", 0.2, 0.02,
        "Its language is in 16 times fewer texts of the collection than the commonest one.",
        logarithmic=True, poor=False,
    ),
    Issue(
        "encoding-damage", _TEXT, "damage", 3e-4, 1e-2,
        "A character in 600 was spoilt by a wrong encoding.",
        logarithmic=True,
    ),
)  # fmt: skip

SETTINGS: Mapping[str, Issue] = {issue.name: issue for issue in _ISSUES}
"""The issues by name, in the order of `items.ISSUES`."""

assert [*SETTINGS] == [name for names in ISSUES.values() for name in names], "of all issues"


def issue_of_check(
    name: str, modality: Modality, *, summary: str, threshold: float, poor: bool
) -> Issue:
    """Return what `SETTINGS` says of built-in issues, of one that a plugin's check finds."""
    return Issue(
        name, modality, name, clean=0.0, certain=1.0, help=summary, threshold=threshold, poor=poor
    )


def thresholds_of(
    given: Mapping[str, float], issues: Mapping[str, Issue] = SETTINGS
) -> dict[str, float]:
    """Return the threshold of every issue: those given, defaults elsewhere.

    Raises `QueryError` for an issue that there is not, and for a threshold outside of (0, 1].
    """
    for name, value in given.items():
        if name not in issues:
            close = get_close_matches(name, issues, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(issues)}."
            raise QueryError(f"There is no issue '{name}'. {hint}")
        if not 0 < value <= 1:
            raise QueryError(
                f"The threshold of '{name}' has to be above 0 and at most 1, not {value:g}."
            )
    return {name: given.get(name, issue.threshold) for name, issue in issues.items()}
