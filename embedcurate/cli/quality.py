"""`embedcurate quality`."""

from typing import Annotated, Any

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, say

__all__ = ["quality"]

_BARS = " ▁▂▃▄▅▆▇█"


def quality(
    collection: CollectionPath,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ISSUE=SCORE",
            help="The score, up to 1, from which an item has an issue, as in blurred=0.6; "
            "can be given again for others.",
        ),
    ] = None,
    issue: Annotated[
        str | None, typer.Option(metavar="ISSUE", help="Show only this issue.")
    ] = None,
    checks: Annotated[
        list[str] | None,
        typer.Option(
            "--check",
            metavar="NAME",
            help="Do a check that a plugin brings as well; it decodes all files once more.",
        ),
    ] = None,
    forget: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Drop what the check of a plugin found before."),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=0, help="How many of the worst to name.")] = 20,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find what is blurred, dark, silent, clipped, near-empty, repeated, damaged and so on.

    What a plugin's check found stays from then on, for the files that are the same.
    """
    from embedcurate.collection import Collection
    from embedcurate.quality import check, gone, kept_of, thresholds_of

    limits = dict(map(_limit, threshold or ()))
    store = Collection.open(collection)
    asked = checks or ()
    if issue is not None and issue not in (*asked, *kept_of(store, but=forget or ())):
        thresholds_of({issue: 1.0})  # a wrong name costs no check
    with reporting(progress) as report:
        found = check(
            store, thresholds=limits, checks=asked, forget=forget or (), k=k, progress=report
        )
    for lost in gone(one.check for one in found.found if one.check):
        say(lost.gone)
    if json:
        print_document(found.as_document(only=issue))
        return
    for one in found.found:
        if one.issue == issue or (issue is None and one.checked):
            _print_issue(one)
    say(f"{found.poor.sum()} of {len(found.ids)} items are poor.")
    if found.unmeasured:
        say(
            f"{found.unmeasured} items were indexed before quality was measured; to measure them, "
            "index their sources into a new collection."
        )


def _limit(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise typer.BadParameter(
            f"'{text}' is not like blurred=0.6", param_hint="--threshold"
        ) from None


def _print_issue(one: Any) -> None:
    """Print an `IssueFound`: how many items have it, how all scores are spread, the worst."""
    most = max(one.histogram, default=0)
    bars = "".join(_BARS[-(-8 * count // most) if most else 0] for count in one.histogram)
    mark = " " if one.poor else "*"
    print(f"{one.issue + mark:<17} {one.count:>7} of {one.checked:<7} 0 |{bars}| 1")
    for item in one.worst:
        print(f"    {item.score:.3f}  {item.reading:<10.4g}  {item.path}")
