"""`embedcurate bridge`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, say

__all__ = ["bridge", "print_bridge"]


def bridge(
    first: Annotated[str, typer.Argument(metavar="SPACE", help="See 'spaces'.")],
    second: Annotated[str, typer.Argument(metavar="SPACE", help="Another.")],
    anchors: Annotated[
        Path | None,
        typer.Option(
            help="A text of one anchor a line, or a folder of pictures or sounds that both embed.  "
            "[default: the texts that ship]",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the bridge from the first to the second there.")
    ] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Align two spaces by media that both embed, and show how well that works."""
    from embedcurate.bridging import align_spaces
    from embedcurate.spaces.registry import load

    with reporting(progress) as report:
        found = align_spaces(load(first, report), load(second, report), anchors, progress=report)
    if out is not None:
        found.there.save(out)
        say(f"The bridge from '{first}' to '{second}' is in {out}.")
    if json:
        print_document(found.as_document())
        return
    for source, target, one in ((first, second, found.there), (second, first, found.back)):
        print_bridge(f"{source} -> {target}", asdict(one.report))


def print_bridge(name: str, report: dict[str, Any]) -> None:
    """Print the report of a bridge, a `spaces.bridge.Report` as a document, for people."""
    pivot = f", {report['pivot']:.0%} by likeness to the anchors" if report["pivot"] else ""
    print(f"{name}: {report['map']}{pivot}, fitted on {report['anchors']:,} anchors")
    recalls = f"recall@1 {report['recall_1']:.3f}, recall@10 {report['recall_10']:.3f}"
    raw = report["raw_1"]
    beside = "" if raw is None else f" (cosine as it is: {raw:.3f}, {report['raw_10']:.3f})"
    print(f"  of {report['held_out']:,} that were held out: {recalls}{beside}")
