"""`embedcurate repair`."""

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["repair"]


def repair(
    collection: CollectionPath, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Bring back what is whole of a damaged collection; nothing is deleted."""
    from embedcurate.collection.repair import repair as run

    with reporting(progress) as report_progress:
        report = run(collection, progress=report_progress)
    if json:
        aside = None if report.aside is None else str(report.aside)
        print_document(
            {
                "done": report.done,
                "lost": report.lost,
                "to_index": report.to_index,
                "aside": aside,
            }
        )
        return
    for line in report.done or ["Nothing had to be repaired."]:
        print(line)
    if report.to_index:
        print(f"{report.to_index} items have to be indexed again: run 'embedcurate index'")
    if report.aside:
        print(f"What was damaged is kept in {report.aside}")
