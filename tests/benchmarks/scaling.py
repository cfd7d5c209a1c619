"""A picture of cost against size."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["draw"]


def draw(figures: Sequence[Mapping[str, Any]], titles: Mapping[str, str], picture: Path) -> None:
    """Draw seconds against rows, both on logarithmic axes, one panel for each kind of work."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.hashsalt": "embedcurate", "svg.fonttype": "none", "font.size": 9})
    shown = [what for what in titles if any(figure["what"] == what for figure in figures)]
    sheet = Figure(figsize=(4 * len(shown), 4), layout="constrained")
    for panel, what in zip(sheet.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        of_work = [figure for figure in figures if figure["what"] == what]
        for method in dict.fromkeys(figure["method"] for figure in of_work):
            points = sorted((f["n"], f["s"]) for f in of_work if f["method"] == method)
            ours = method.startswith("ours")
            panel.loglog(*zip(*points, strict=True), "o-" if ours else "o--", label=method)
        panel.set_title(titles[what], fontsize=9)
        panel.set_xlabel("rows")
        panel.set_ylabel("seconds")
        panel.grid(visible=True, which="major", alpha=0.3)
        panel.legend(fontsize=7, frameon=False)
    sheet.savefig(picture, metadata={"Date": None})
