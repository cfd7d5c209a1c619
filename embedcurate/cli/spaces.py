"""`embedcurate spaces`."""

from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["spaces"]


def spaces(json: Json = False, progress: ProgressOption = ProgressStyle.BAR) -> None:
    """List the spaces that are installed, and what each one needs."""
    from embedcurate.spaces.registry import installed

    offers = installed()
    with reporting(progress) as report:
        rows = []
        for done, (name, offer) in enumerate(offers.items()):
            report(done, len(offers), name)
            rows.append(offer.as_document())
    if json:
        print_document({"spaces": rows})
        return
    for row in rows:
        state = "ready" if row["problem"] is None else row["problem"]
        print(f"{row['name']} ({row['package']}): {state}")
        if "summary" in row:
            print(f"  {row['summary']}")
            print(f"  {', '.join(row['modalities'])}; licence of the weights: {row['licence']}")
