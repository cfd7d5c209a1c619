"""`embedcurate status`."""

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, size

__all__ = ["status"]


def status(
    collection: CollectionPath, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Show what a collection holds: counts, space, size on disk, version."""
    from embedcurate.collection import Collection

    with reporting(progress) as report:
        report(0, None, "reading the tables")
        document = Collection.open(collection).status()
    if json:
        print_document(document)
        return
    for name in ("items", "outcomes"):
        print(f"{name}: " + ", ".join(f"{n} {what}" for what, n in document[name].items()))
    print(f"space: {document['space']}")
    for channel, dimension in document["channels"].items():
        print(f"  channel {channel}: {dimension} dimensions")
    print(f"vectors: {document['storage']}")
    print(f"on disk: {size(document['bytes'])}")
    print(f"version: {document['version']}")
