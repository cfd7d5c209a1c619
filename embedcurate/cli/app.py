"""The commands by name."""

import os
from typing import Annotated

import typer

from embedcurate import __version__
from embedcurate.cli import (
    bridge,
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
    models,
    move,
    outliers,
    plugins,
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
    no_plugins: Annotated[
        bool,
        typer.Option("--no-plugins", help="Switch the plugins of others off; see 'plugins'."),
    ] = False,
) -> None:
    """Curate pictures, sounds and texts in one shared space, on your own machine.

    Without a command it opens the window.
    """
    if no_plugins:
        from embedcurate.plugins import POLICY, Policy

        os.environ[POLICY] = Policy.NONE  # for this process and all that it starts
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
app.add_typer(spaces.spaces, name="spaces")
app.command()(bridge.bridge)
app.command()(move.move)
app.add_typer(plugins.plugins, name="plugins")
app.add_typer(models.models, name="models")
app.command()(doctor.doctor)
app.command()(verify.verify)
app.command()(repair.repair)
app.command()(compact.compact)
app.command(hidden=True)(work.worker)
