"""`embedcurate evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, say

if TYPE_CHECKING:
    from embedcurate.evaluation import Evaluation

__all__ = ["evaluate"]


def evaluate(
    collection: CollectionPath,
    pairs: Annotated[
        Path | None, typer.Option(help="Lines 'word, word, score' to compare cosines with.")
    ] = None,
    analogies: Annotated[
        Path | None, typer.Option(help="Lines 'a b c d': a is to b as c is to d.")
    ] = None,
    associations: Annotated[
        Path | None, typer.Option(help="TOML with the word lists X, Y, A, B of each test.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as one HTML page, too.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a page that is there.")
    ] = False,
    seed: Annotated[int, typer.Option(help="For what is drawn at random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Show how good the space is on these items: retrieval, labels, hubs, gaps, words, tags.

    Retrieval compares vectors alone: captions as text, and names, are not looked at.
    """
    from embedcurate.collection import Collection
    from embedcurate.evaluation import WordFiles, write_html
    from embedcurate.evaluation import evaluate as measure

    with reporting(progress) as report:
        found = measure(
            Collection.open(collection),
            words=WordFiles(pairs, analogies, associations),
            random_state=seed,
            progress=report,
        )
    if html is not None:
        write_html(found, html, overwrite=overwrite)
        say(f"The report is in {html}.")
    if json:
        print_document(found.as_document())
    else:
        _print(found)


def _print(found: "Evaluation") -> None:
    print("route           recall@1  recall@5  recall@10  chance@10  queries  candidates")
    for route, one in found.retrieval.items():
        recalls = "  ".join(f"{one.recall[k]:8.3f}" for k in (1, 5, 10))
        print(
            f"{route:<14}  {recalls}   {one.chance[10]:8.3f}  {one.queries:7}  {one.candidates:10}"
        )
    if not found.retrieval:
        print("No item has a caption. Give some with: embedcurate index --captions sidecar|FILE")
    print("\nvectors            items  mean cosine  effective rank  hub skewness")
    for part in found.geometry:
        if part.isotropy is None:
            continue
        hubs = f"{part.hubness.skewness:12.2f}" if part.hubness else ""
        rank = f"{part.isotropy.effective_rank:.1f} of {part.isotropy.dimension}"
        print(
            f"{part.modality + ' ' + part.channel:<16}  {part.items:6}  "
            f"{part.isotropy.mean_cosine:11.3f}  {rank:>14}  {hubs}"
        )
        for kind, probe in (("nearest neighbours", part.knn), ("linear", part.linear)):
            if probe is not None:
                print(
                    f"  label by {kind}: {probe.accuracy:.3f} ({probe.low:.3f} to "
                    f"{probe.high:.3f}), chance {probe.chance:.3f}, {probe.items} items"
                )
    for pair, gap in found.gaps.items():
        print(
            f"gap {pair}: {gap.distance:.3f} (cosine {gap.within:.3f} in, {gap.across:.3f} across)"
        )
    if found.pairs:
        print(f"word pairs: Spearman {found.pairs.spearman:.3f} over {found.pairs.pairs}")
    if found.analogies:
        print(f"analogies: {found.analogies.accuracy:.3f} of {found.analogies.questions}")
    for test in found.associations:
        print(f"association {test.name}: effect {test.effect:+.2f}, p {test.p:.3g}")
    for lift in [lift for lift in found.lifts if lift.q <= 0.05][:20]:
        print(
            f"{lift.first} + {lift.second}: {lift.both} items, lift {lift.lift:.2f}, q {lift.q:.2g}"
        )
