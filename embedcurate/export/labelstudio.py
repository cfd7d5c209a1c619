"""Label Studio: tasks that point to the originals, with what is known as predictions."""

import io
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO, Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from embedcurate.errors import MediaError
from embedcurate.export.job import Entry, Job
from embedcurate.items import Modality
from embedcurate.media.text import read as read_text

__all__ = ["write_tasks"]

_TASKS = 100_000
"""Tasks a file: about what a project takes."""

_TAGS = {Modality.IMAGE: "Image", Modality.AUDIO: "Audio", Modality.TEXT: "Text"}


def write_tasks(job: Job) -> tuple[list[str], str]:
    """Write ``MODALITY-tasks-000.json`` and ``MODALITY-config.xml``, a project a modality.

    Pictures and sounds are named by the URLs of Label Studio's local storage, texts are in their
    tasks. Returns the files, and the sentence that says what to set so that the URLs work.
    """
    labels = sorted(set(job.chosen.column("label").drop_null().to_pylist()))
    paths = {os.path.dirname(path) for _, path, _ in job.chosen.places()}  # noqa: PTH120 - bytes
    storage = os.path.commonpath(paths) if paths else b"/"
    root = os.path.dirname(storage)  # noqa: PTH120 - bytes
    with ExitStack() as stack:
        projects: dict[Modality, _Project] = {}
        for entry in job.entries():
            value = _value(job, entry, root)
            if value is None:
                continue
            modality = entry.item.modality
            if modality not in projects:
                projects[modality] = _Project(job, modality)
                stack.callback(projects[modality].close)
            job.done(entry, projects[modality].add(_task(entry, value)))
    files = [name for _, project in sorted(projects.items()) for name in project.names]
    for modality in sorted(projects):
        files.append(f"{modality}-config.xml")
        job.place(files[-1]).write_text(_config(modality, labels), encoding="utf-8")
    return files, (
        f"Start Label Studio with LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true and "
        f"LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT='{os.fsdecode(root)}', and add the local storage "
        f"'{os.fsdecode(storage)}' to the project."
    )


def _value(job: Job, entry: Entry, root: bytes) -> str | None:
    """Return what a task shows: a text, or the URL of a file; None if it has changed."""
    item = entry.item
    if item.modality is not Modality.TEXT:
        inside = os.path.relpath(os.fsencode(item.path), root)
        return f"/data/local-files/?d={quote(inside)}" if job.read(entry, len) else None
    data = bytearray()
    if not job.read(entry, data.extend):
        return None
    if item.row is not None:
        return data.decode()
    try:
        return read_text(io.BytesIO(data), suffix=item.path.suffix.lower()).text
    except MediaError as error:
        job.fail(entry, error)
        return None


def _task(entry: Entry, value: str) -> dict[str, Any]:
    modality = str(entry.item.modality)
    described = entry.described()
    results = [
        {"from_name": name, "to_name": modality, "type": kind, "value": said}
        for name, kind, said in (
            ("label", "choices", {"choices": [entry.item.label]}),
            ("caption", "textarea", {"text": [entry.item.caption]}),
        )
        if described[name]
    ]
    predictions = [{"model_version": "embedcurate", "result": results}] if results else []
    return {"data": {modality: value}, "meta": described, "predictions": predictions}


def _config(modality: Modality, labels: Sequence[str]) -> str:
    """Return the interface to label with: what is shown, its labels where there are any."""
    choices = "".join(f"    <Choice value={quoteattr(label)}/>\n" for label in labels)
    named = f'toName="{modality}"'
    return (
        "<View>\n"
        f'  <{_TAGS[modality]} name="{modality}" value="${modality}"/>\n'
        + (f'  <Choices name="label" {named}>\n{choices}  </Choices>\n' if labels else "")
        + f'  <TextArea name="caption" {named} editable="true"/>\n'
        "</View>\n"
    )


class _Project:
    """The task files of one modality."""

    def __init__(self, job: Job, modality: Modality) -> None:
        self.names: list[str] = []
        self._job, self._modality = job, modality
        self._count = 0
        self._file: IO[str] | None = None

    def add(self, task: dict[str, Any]) -> str:
        """Write a task; return the name of its file."""
        if self._file is None or self._count == _TASKS:
            self.close()
            self.names.append(f"{self._modality}-tasks-{len(self.names):03}.json")
            self._file = self._job.place(self.names[-1]).open("x", encoding="ascii")
            self._count = 0
        self._file.write(("," if self._count else "[") + "\n" + json.dumps(task))
        self._count += 1
        return self.names[-1]

    def close(self) -> None:
        """Write the end of the last file."""
        if self._file is not None:
            with self._file:
                self._file.write("\n]\n")
            self._file = None
