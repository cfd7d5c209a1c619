"""`embedcurate compact`."""

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, size

__all__ = ["compact"]


def compact(
    collection: CollectionPath, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Merge a collection's many small files and drop versions that nobody needs."""
    from embedcurate.collection import Collection

    store = Collection.open(collection)
    before = store.size_on_disk()
    with reporting(progress) as report, store.writer() as writer:
        writer.compact(report)
    after = store.size_on_disk()
    if json:
        print_document({"bytes_before": before, "bytes_after": after})
    else:
        print(f"{size(before)} before, {size(after)} after")
