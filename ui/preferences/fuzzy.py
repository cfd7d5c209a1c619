"""Find words by some of their letters in order."""

from collections.abc import Sequence

__all__ = ["matched", "ranked"]

_START, _RUN, _GAP = 8, 5, -1


def matched(pattern: str, text: str) -> tuple[int, list[int]] | None:
    """Return how well `text` has the letters of `pattern` in order, and where; None if not.

    Letters at the starts of words and letters in a row count more, gaps count less; of all ways to
    place the letters the best is taken (the alignment of Smith and Waterman, 1981). Blanks in
    `pattern` and the case of letters mean nothing.
    """
    letters, low = "".join(pattern.lower().split()), text.lower()
    best: list[tuple[int, list[int]] | None] = [(0, [])] * (len(low) + 1)
    for letter in letters:
        row: list[tuple[int, list[int]] | None] = [None] * (len(low) + 1)
        for at, other in enumerate(low):
            found = row[at]
            before = best[at]
            if other == letter and before is not None:
                score, places = before
                starts = at == 0 or not low[at - 1].isalnum()
                gained = score + (_START if starts else 0)
                if places:
                    gained += _RUN if places[-1] == at - 1 else _GAP * min(at - places[-1], 5)
                if found is None or gained >= found[0]:
                    found = (gained, [*places, at])
            row[at + 1] = found
        best = row
    return best[-1]


def ranked(pattern: str, texts: Sequence[str]) -> list[tuple[int, list[int]]]:
    """Return (index, places of the letters) of the texts that match, the best first.

    Equals stay in their order, shorter texts before longer ones.
    """
    found = [(index, matched(pattern, text)) for index, text in enumerate(texts)]
    hits = [(index, match) for index, match in found if match is not None]
    if pattern.strip():
        hits.sort(key=lambda hit: (-hit[1][0], len(texts[hit[0]])))
    return [(index, places) for index, (_, places) in hits]
