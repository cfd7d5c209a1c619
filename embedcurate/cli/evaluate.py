"""`embedcurate evaluate`."""

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["evaluate"]


def evaluate(
    collection: CollectionPath, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Show how well the space finds captioned items by their captions, and captions by items.

    By vectors alone: captions as text, and names, are not looked at.
    """
    from embedcurate.collection import Collection
    from embedcurate.evaluation import by_captions

    with reporting(progress) as report:
        found = by_captions(Collection.open(collection), progress=report)
    if json:
        print_document({"retrieval": {route: one.as_document() for route, one in found.items()}})
        return
    print("route           recall@1  recall@5  recall@10  chance@10  queries  candidates")
    for route, one in found.items():
        recalls = "  ".join(f"{one.recall[k]:8.3f}" for k in (1, 5, 10))
        print(
            f"{route:<14}  {recalls}   {one.chance[10]:8.3f}  {one.queries:7}  {one.candidates:10}"
        )
    if not found:
        print("No item has a caption. Give some with: embedcurate index --captions sidecar|FILE")
