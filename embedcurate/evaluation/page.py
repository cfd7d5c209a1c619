"""The report of an evaluation as one HTML page that needs nothing else."""

import io
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from embedcurate.errors import ExportError, TargetExists
from embedcurate.evaluation.evaluate import Evaluation
from embedcurate.evaluation.retrieval import CUTOFFS

__all__ = ["as_html", "write_html"]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
       color: #1c1e21; background: #fff }
table { border-collapse: collapse; margin: 1em 0 }
td, th { padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: right }
td:first-child, th:first-child { text-align: left }
svg { max-width: 100%; height: auto }
p.what { color: #555 }
"""


def write_html(evaluation: Evaluation, path: Path, *, overwrite: bool = False) -> None:
    """Write the page to `path`; raise `TargetExists`, or `ExportError` if it can't be written."""
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(as_html(evaluation))
    except FileExistsError:
        raise TargetExists(path) from None
    except OSError as error:
        raise ExportError(f"'{path}' can't be written: {error.strerror or error}.") from error


def as_html(evaluation: Evaluation) -> str:
    """Return the page: tables and plots, no scripts, nothing loaded from elsewhere."""
    sections = [
        *_retrieval(evaluation),
        *_probes(evaluation),
        *_geometry(evaluation),
        *_words(evaluation),
        *_lifts(evaluation),
    ]
    title = f"The space {escape(evaluation.space)} on this collection"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{''.join(sections)}</body></html>\n"
    )


def _retrieval(evaluation: Evaluation) -> Iterable[str]:
    if not evaluation.retrieval:
        return
    yield _heading(
        "Retrieval by captions", "The share of queries with a right hit among the first."
    )
    rows = [
        [route, *(f"{one.recall[k]:.3f}" for k in CUTOFFS), f"{one.chance[10]:.3f}", one.queries]
        for route, one in evaluation.retrieval.items()
    ]
    yield _table(["route", *(f"recall@{k}" for k in CUTOFFS), "chance@10", "queries"], rows)

    def draw(axes: Any) -> None:
        routes = list(evaluation.retrieval)
        places = range(len(routes))
        axes.bar(places, [evaluation.retrieval[r].recall[10] for r in routes], label="recall@10")
        axes.bar(places, [evaluation.retrieval[r].chance[10] for r in routes], label="chance")
        axes.set_xticks(list(places), routes, rotation=20)
        axes.set_ylim(0, 1)
        axes.legend()

    yield _plot(draw)


def _probes(evaluation: Evaluation) -> Iterable[str]:
    rows = []
    for one in evaluation.geometry:
        for kind, probe in (("nearest neighbours", one.knn), ("linear", one.linear)):
            if probe is not None:
                interval = f"{probe.low:.3f} to {probe.high:.3f}"
                rows.append(
                    [
                        f"{one.modality} in {one.channel}, {kind}",
                        f"{probe.accuracy:.3f}",
                        interval,
                        f"{probe.chance:.3f}",
                        probe.items,
                    ]
                )
    if rows:
        yield _heading("Labels", "How often an item's label is told from its vector.")
        yield _table(["", "accuracy", "95 % interval", "chance", "items"], rows)


def _geometry(evaluation: Evaluation) -> Iterable[str]:
    yield _heading(
        "Geometry",
        "Skewness above 1: a few items crowd the results. Effective rank: how many directions are "
        "used.",
    )
    rows = []
    for one in evaluation.geometry:
        if one.isotropy is not None:
            hubs = one.hubness
            rows.append(
                [
                    f"{one.modality} in {one.channel}",
                    one.items,
                    f"{one.isotropy.mean_cosine:.3f}",
                    f"{one.isotropy.effective_rank:.1f} of {one.isotropy.dimension}",
                    f"{hubs.skewness:.2f}" if hubs else "",
                    f"{hubs.never:.1%}" if hubs else "",
                ]
            )
    yield _table(["", "items", "mean cosine", "effective rank", "hub skewness", "never near"], rows)

    def draw(axes: Any) -> None:
        for one in evaluation.geometry:
            if one.isotropy is not None and len(one.isotropy.singular_values):
                values = one.isotropy.singular_values
                axes.semilogy(values / values[0] + 1e-6, label=f"{one.modality} in {one.channel}")
        axes.set_xlabel("direction")
        axes.set_ylabel("singular value, of the first")
        axes.legend()

    if rows:
        yield _plot(draw)
    for one in evaluation.geometry:
        if one.hubness is not None:
            yield _plot(_occurrences(f"{one.modality} in {one.channel}", one.hubness.occurrences))
    gaps = [
        [pair, f"{gap.distance:.3f}", f"{gap.within:.3f}", f"{gap.across:.3f}"]
        for pair, gap in evaluation.gaps.items()
    ]
    if gaps:
        yield _heading("Modality gap", "Means apart, and mean cosines within and across.")
        yield _table(["", "distance", "within", "across"], gaps)


def _occurrences(name: str, counts: Any) -> Callable[[Any], None]:
    def draw(axes: Any) -> None:
        axes.hist(counts, bins=min(40, int(counts.max()) + 1))
        axes.set_xlabel(f"times among the ten nearest of others ({name})")
        axes.set_ylabel("items")

    return draw


def _words(evaluation: Evaluation) -> Iterable[str]:
    rows: list[list[Any]] = []
    if evaluation.pairs is not None:
        pairs = evaluation.pairs
        rows.append(["pairs, Spearman", f"{pairs.spearman:.3f}", f"{pairs.p:.2g}", pairs.pairs])
    if evaluation.analogies is not None:
        found = evaluation.analogies
        rows.append(["analogies, accuracy", f"{found.accuracy:.3f}", "", found.questions])
    rows += [
        [f"association {one.name}, effect", f"{one.effect:+.2f}", f"{one.p:.2g}", ""]
        for one in evaluation.associations
    ]
    if rows:
        yield _heading("Words", "Tests of the encoder of texts by files of words.")
        yield _table(["", "value", "p", "of"], rows)


def _lifts(evaluation: Evaluation) -> Iterable[str]:
    sure = [lift for lift in evaluation.lifts if lift.q <= 0.05][:50]
    if sure:
        yield _heading(
            "Tags that go together", "At most 5 % of these are false findings; lift 1 is chance."
        )
        rows = [
            [f"{one.first} and {one.second}", one.both, f"{one.lift:.2f}", f"{one.q:.2g}"]
            for one in sure
        ]
        yield _table(["", "items", "lift", "q"], rows)


def _heading(text: str, what: str) -> str:
    return f'<h2>{escape(text)}</h2><p class="what">{escape(what)}</p>'


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{cells}</tr>{body}</table>"


def _plot(draw: Callable[[Any], None]) -> str:
    """Return what `draw` draws on an axes as an SVG element."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3), layout="constrained")
    draw(figure.add_subplot())
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :]
