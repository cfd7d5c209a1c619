"""`embedcurate spaces`."""

from typing import TYPE_CHECKING, Any

from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

if TYPE_CHECKING:
    from embedcurate.spaces.registry import Installed

__all__ = ["spaces"]


def spaces(json: Json = False, progress: ProgressOption = ProgressStyle.BAR) -> None:
    """List the spaces that are installed, and what each one needs."""
    from embedcurate.spaces.registry import installed

    offers = installed()
    with reporting(progress) as report:
        rows = []
        for done, (name, offer) in enumerate(offers.items()):
            report(done, len(offers), name)
            rows.append({"name": name, "package": offer.package, **_described(offer)})
    if json:
        print_document({"spaces": rows})
        return
    for row in rows:
        state = "ready" if row["problem"] is None else row["problem"]
        print(f"{row['name']} ({row['package']}): {state}")
        if "summary" in row:
            print(f"  {row['summary']}")
            print(f"  {', '.join(row['modalities'])}; licence of the weights: {row['licence']}")


def _described(offer: "Installed") -> dict[str, Any]:
    """Return what a space says of itself, or why it can't."""
    from embedcurate.errors import SpaceUnavailable

    try:
        plugin = offer.plugin()
    except SpaceUnavailable as error:
        return {"problem": str(error)}
    return {
        "problem": offer.problem(),
        "summary": plugin.summary,
        "modalities": sorted(plugin.modalities),
        "licence": plugin.licence,
    }
