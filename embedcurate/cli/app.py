"""The commands by name."""

from typing import Annotated

import typer

from embedcurate import __version__
from embedcurate.cli import (
    compact,
    demo,
    doctor,
    evaluate,
    export,
    index,
    repair,
    search,
    spaces,
    status,
    tag,
    verify,
    work,
)

__all__ = ["app"]

app = typer.Typer(
    name="embedcurate",
    help="Curate pictures, sounds and texts in one shared space, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"embedcurate {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Curate pictures, sounds and texts in one shared space, on your own machine."""


app.command()(demo.demo)
app.command()(index.index)
app.command()(status.status)
app.command()(search.search)
app.command()(tag.tag)
app.command()(export.export)
app.command()(spaces.spaces)
app.command()(evaluate.evaluate)
app.command()(doctor.doctor)
app.command()(verify.verify)
app.command()(repair.repair)
app.command()(compact.compact)
app.command(hidden=True)(work.worker)
