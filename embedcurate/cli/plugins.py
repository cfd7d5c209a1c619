"""`embedcurate plugins`."""

from typing import Annotated

import typer

from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["allow", "forbid", "plugins"]

plugins = typer.Typer(invoke_without_command=True)

Package = Annotated[
    str, typer.Argument(metavar="PACKAGE", help="As pip calls it.", show_default=False)
]


@plugins.callback()
def _list(
    context: typer.Context, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """List the plugins that are installed, and allow or forbid those of others.

    A plugin of others does nothing before its package was allowed; a new version asks again. Where
    nobody can be asked, set EMBEDCURATE_PLUGINS: none switches all of them off as --no-plugins
    does, allowed is the default, all allows every one.
    """
    if context.invoked_subcommand is not None:
        return
    from embedcurate.plugins import look, offers, policy

    rule = policy()
    with reporting(progress) as report:
        rows = [seen.as_document() for seen in look(offers(), report)]
    if json:
        print_document({"policy": str(rule), "plugins": rows})
        return
    for row in rows:
        group = row["group"].removeprefix("embedcurate.")
        print(f"{row['name']}  ({group}, {row['package']} {row['version']}): {row['state']}")
        for line in (row["summary"], row["reason"], row["remedy"]):
            if line:
                print(f"  {line}")


@plugins.command()
def allow(package: Package) -> None:
    """Let the plugins of a package act, in the version that is installed."""
    from embedcurate.plugins import WARNING, offers_of
    from embedcurate.plugins import allow as permit

    found = offers_of(package)
    first = found[0]
    if first.is_ours:
        print(f"{first.package} needs no permission: its plugins come with it.")
        return
    permit(first.package, first.version)
    licence = f", licence {first.licence}" if first.licence else ""
    print(f"{first.package} {first.version}{licence}: {first.summary or 'no summary'}")
    print(f"It brings: {', '.join(f'{one.what} {one.name}' for one in found)}")
    print(WARNING)
    print("It may act from now on; a new version asks again. To take it back:")
    print(f"  embedcurate plugins forbid {first.package}")


@plugins.command()
def forbid(package: Package) -> None:
    """Let the plugins of a package do nothing any more."""
    from embedcurate.plugins import forbid as refuse
    from embedcurate.plugins import offers_of

    first = offers_of(package)[0]
    refuse(first.package)
    print(f"{first.package} may not act any more.")
