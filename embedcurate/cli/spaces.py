"""`embedcurate spaces`."""

from typing import Any

from embedcurate.cli.options import Json
from embedcurate.cli.output import print_document

__all__ = ["spaces"]


def spaces(json: Json = False) -> None:
    """List the spaces that are installed, and what each one needs."""
    from embedcurate.errors import SpaceUnavailable
    from embedcurate.spaces.registry import installed

    rows: list[dict[str, Any]] = []
    for name, offer in installed().items():
        row: dict[str, Any] = {"name": name, "package": offer.package, "problem": offer.problem()}
        try:
            plugin = offer.plugin()
        except SpaceUnavailable:
            rows.append(row)
            continue
        row |= {
            "summary": plugin.summary,
            "modalities": sorted(plugin.modalities),
            "licence": plugin.licence,
        }
        rows.append(row)
    if json:
        print_document({"spaces": rows})
        return
    for row in rows:
        state = "ready" if row["problem"] is None else row["problem"]
        print(f"{row['name']} ({row['package']}): {state}")
        if "summary" in row:
            print(f"  {row['summary']}")
            print(f"  {', '.join(row['modalities'])}; licence of the weights: {row['licence']}")
