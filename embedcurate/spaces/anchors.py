"""The texts by which spaces are aligned: both embed them, so both say where each lies."""

from functools import cache

from embedcurate_resources import FOLDER

__all__ = ["ANCHORS", "anchors"]

ANCHORS = FOLDER / "models" / "anchors.txt"
"""Words and sentences of WordNet 3.0; its licence is beside it.

Written by `embedcurate_plugins.clip_clap.build`.
"""


@cache
def anchors() -> tuple[str, ...]:
    """Return some six thousand short English texts on what can be seen and heard."""
    return tuple(ANCHORS.read_text("utf-8").splitlines())
