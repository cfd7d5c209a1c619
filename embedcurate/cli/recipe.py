"""`embedcurate recipe`: the story of a selection, and choosing by it again."""

from pathlib import Path
from typing import Annotated

import typer

from embedcurate.cli.options import CollectionPath, FormatName, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, say

__all__ = ["RecipeFile", "recipe", "run", "show"]

recipe = typer.Typer(help="Show how a selection was chosen, or choose by a recipe again.")

RecipeFile = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="A recipe file.", show_default=False)
]


@recipe.command()
def run(
    recipe_file: RecipeFile,
    collection: CollectionPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="What to write.", show_default=False)],
    format: FormatName = None,  # noqa: A002 - the option's name
    save: Annotated[str | None, typer.Option(help="Keep the list as a named selection.")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a target that is there.")
    ] = False,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Choose the items that a recipe describes and export them.

    On the same version of the collection it gives the same list, in the same order.
    """
    from embedcurate.collection import Collection
    from embedcurate.collection.selections import list_digest
    from embedcurate.export import export as write
    from embedcurate.recipes import read_recipe, replay, saved, write_recipe

    store = Collection.open(collection)
    with reporting(progress) as report:
        chosen = replay(store, read_recipe(_text(recipe_file), recipe_file), progress=report)
        if save is not None:
            saved(store, save, chosen)
        written = write(
            store,
            out,
            format=format,
            ids=chosen.ids,
            recipe=write_recipe(chosen.recipe),
            overwrite=overwrite,
            progress=report,
        )
    for note in chosen.notes:
        say(note)
    if chosen.as_written is False:
        say("The list differs from the one that the recipe was written of.")
    if json:
        print_document(
            {
                "digest": list_digest(chosen.ids),
                "as_written": chosen.as_written,
                "notes": chosen.notes,
                "export": written.as_document(),
            }
        )
    else:
        print(f"{len(chosen.ids)} items in {out}  ({list_digest(chosen.ids)})")


@recipe.command()
def show(
    collection: CollectionPath,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The selection.", show_default=False)],
    json: Json = False,
) -> None:
    """Print the recipe of a named selection."""
    from embedcurate.collection import Collection

    selection = Collection.open(collection).selections.get(name)
    if json:
        print_document(
            {
                "name": selection.name,
                "items": selection.ids,
                "digest": selection.digest,
                "recipe": selection.story,
            }
        )
    else:
        print(selection.story, end="")


def _text(path: Path) -> str:
    from embedcurate.errors import RecipeError

    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(path, f"it can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RecipeError(path, "it is not a text") from error
