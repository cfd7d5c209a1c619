"""The commands by name."""

from typing import Annotated

import typer

from embedcurate import __version__
from embedcurate.cli import (
    clusters,
    compact,
    decide,
    demo,
    doctor,
    duplicates,
    evaluate,
    export,
    index,
    leaks,
    log,
    outliers,
    quality,
    recipe,
    repair,
    sample,
    search,
    spaces,
    status,
    tag,
    undo,
    verify,
    window,
    work,
)
from embedcurate.cli import (
    map as map_,
)

__all__ = ["app"]

app = typer.Typer(
    name="embedcurate",
    help="Curate pictures, sounds and texts in one shared space, on your own machine.",
    invoke_without_command=True,
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
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Curate pictures, sounds and texts in one shared space, on your own machine.

    Without a command it opens the window.
    """
    if context.invoked_subcommand is None:
        if not window.can_open():
            print(context.get_help())
            raise typer.Exit
        window.open_window()


app.command()(demo.demo)
app.command()(index.index)
app.command()(status.status)
app.command()(search.search)
app.command()(duplicates.duplicates)
app.command()(decide.decide)
app.command()(leaks.leaks)
app.command()(clusters.clusters)
app.command()(map_.map)
app.command()(outliers.outliers)
app.command()(quality.quality)
app.command()(sample.sample)
app.command()(tag.tag)
app.command()(undo.undo)
app.command()(undo.redo)
app.command()(log.log)
app.command()(export.export)
app.add_typer(recipe.recipe, name="recipe")
app.command()(evaluate.evaluate)
app.command()(spaces.spaces)
app.command()(doctor.doctor)
app.command()(verify.verify)
app.command()(repair.repair)
app.command()(compact.compact)
app.command(hidden=True)(work.worker)
