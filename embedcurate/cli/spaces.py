"""`embedcurate spaces`."""

from typing import Annotated

import typer

from embedcurate.cli.bridge import print_bridge
from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["show", "spaces"]

spaces = typer.Typer(invoke_without_command=True)


@spaces.callback()
def _list(
    context: typer.Context, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """List the spaces that are installed and what each one needs, or show one."""
    if context.invoked_subcommand is not None:
        return
    from embedcurate.spaces.registry import survey

    with reporting(progress) as report:
        rows = survey(progress=report)
    if json:
        print_document({"spaces": rows})
        return
    for row in rows:
        state = "ready" if row["problem"] is None else row["problem"]
        print(f"{row['name']} ({row['package']}): {state}")
        if row["problem"] is not None and row.get("remedy"):
            print(f"  {row['remedy']}")
        if "licence" in row:
            print(f"  {row['summary']}")
            print(f"  {', '.join(row['modalities'])}; licence of the weights: {row['licence']}")


@spaces.command()
def show(
    name: Annotated[str, typer.Argument(metavar="SPACE", help="A name, with a model or without.")],
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Show a space: its channels, what meets what in which, its options and weights."""
    from embedcurate.spaces.registry import described

    with reporting(progress) as report:
        about = described(name, report)
    if json:
        print_document(about)
        return
    print(f"{about['name']}: {about['summary']}")
    print(f"licence of the weights: {about['licence']}")
    for channel in about["channels"]:
        print(f"channel {channel['name']}: {channel['dimension']} dimensions, "
              f"{', '.join(channel['modalities'])}")  # fmt: skip
    for route, channel in about["routes"].items():
        print(f"{route:<14} in {channel}")
    for modality, fingerprint in about["fingerprints"].items():
        print(f"{modality}: {fingerprint}")
    for option, told in about["takes"].items():
        print(f"option {option}: {told}")
    for direction, report_of in about.get("bridges", {}).items():
        print_bridge(direction, report_of)
