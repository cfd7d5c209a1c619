"""`embedcurate verify`."""

from dataclasses import asdict

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["verify"]


def verify(
    collection: CollectionPath, json: Json = False, progress: ProgressOption = ProgressStyle.BAR
) -> None:
    """Read all of a collection and say what is not as it was stored; exit code 1 if anything."""
    from embedcurate.collection.verify import verify as run

    with reporting(progress) as report_progress:
        report = run(collection, progress=report_progress)
    if json:
        findings = [asdict(finding) for finding in report.findings]
        print_document({"whole": report.is_whole, "rows": report.rows, "findings": findings})
    else:
        for finding in report.findings:
            rows = f" ({finding.rows} rows)" if finding.rows else ""
            print(f"{finding.table}: {finding.what}{rows}")
        whole = "whole" if report.is_whole else "damaged: run 'embedcurate repair'"
        print(f"{report.rows} rows read; the collection is {whole}")
    if not report.is_whole:
        raise typer.Exit(1)
