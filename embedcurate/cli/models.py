"""`embedcurate models`: the files of weights that spaces need."""

from typing import Annotated

import typer

from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, size

__all__ = ["models", "pull", "remove", "show"]

models = typer.Typer(help="List, fetch and delete the files of weights that spaces need.")

SpaceNamed = Annotated[
    str,
    typer.Argument(metavar="SPACE", help="clip, or clip:ViT-B-16/openai.", show_default=False),
]


@models.command("list")
def show(
    space: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SPACE]...", help="Of these alone.", show_default=False),
    ] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """List what is fetched from the hub: sizes, licences, checksums, where it lies if it is here.

    Without a name these are the default models of all spaces that come with embedcurate.
    """
    from embedcurate.spaces import registry

    with reporting(progress) as report:
        rows = registry.models(space or (), report)
    if json:
        print_document({"models": rows})
        return
    for row in rows:
        state = "missing: embedcurate models pull" if row["missing"] else "here:"
        about = f"about {size(row['size_bytes'])}, " if row["size_bytes"] else ""
        print(f"{row['space']}  {row['repo']} ({about}licence {row['licence']})")
        print(f"  {state} {row['space'] if row['missing'] else ''}".rstrip())
        for file in row["files"]:
            checksum = f", sha256 {file['sha256']}" if file["sha256"] else ""
            print(f"  {file['path']} ({size(file['size_bytes'])}{checksum})")


@models.command()
def pull(
    space: SpaceNamed, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Fetch the weights of a space from the hub, into Hugging Face's cache on this machine.

    What is there already is not fetched again. Nothing else that embedcurate does asks the hub.
    """
    from embedcurate.spaces import registry
    from embedcurate.spaces.fetching import pull as fetch

    weights = registry.weights(space)
    with reporting(progress) as report:
        fetch(weights, report)
    rows = [one.as_document() for one in weights]
    if json:
        print_document({"space": space, "models": rows})
        return
    if not rows:
        print(f"The space '{space}' needs nothing from the hub.")
    for row in rows:
        for file in row["files"]:
            print(f"{file['path']} ({size(file['size_bytes'])})")


@models.command()
def remove(space: SpaceNamed, json: Json = False) -> None:
    """Delete the weights of a space from this machine; collections stay as they are.

    Other programs, and other spaces, that use the same files will miss them, too.
    """
    from embedcurate.spaces import registry

    freed = sum(one.remove() for one in registry.weights(space))
    if json:
        print_document({"space": space, "freed_bytes": freed})
        return
    print(f"Freed {size(freed)}.")
