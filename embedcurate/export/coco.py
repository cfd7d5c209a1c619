"""COCO: a folder of pictures a split, with their labels and captions as annotations."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from embedcurate.export.job import Entry, Job
from embedcurate.export.naming import extension
from embedcurate.export.trees import split_folders

__all__ = ["write_coco"]

_ANNOTATIONS = "annotations"
_INFO = {
    "description": "Exported by embedcurate. Labels are of whole pictures: so are their boxes.",
}


def write_coco(job: Job) -> list[str]:
    """Write ``annotations/instances_SPLIT.json`` and ``captions_SPLIT.json`` beside the pictures.

    A category is a label; its annotation's box is the whole picture. Numbers of pictures follow
    the order of the export and are unique across splits.
    """
    folders = split_folders(job, alone="images", taken=(_ANNOTATIONS,))
    labels = sorted(set(job.chosen.column("label").drop_null().to_pylist()))
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    parts: dict[str, _Part] = {}
    for number, entry in enumerate(job.entries(), start=1):
        folder = folders[entry.split]
        name = job.named_by_id(entry, folder, extension(entry.item))
        if job.copied(entry, name):
            file_name = name.removeprefix(f"{folder}/")
            parts.setdefault(folder, _Part(numbers)).add(number, entry, file_name)
            job.done(entry, name)
    others = []
    for folder, part in sorted(parts.items()):
        for kind, chunks in part.documents().items():
            others.append(f"{_ANNOTATIONS}/{kind}_{folder}.json")
            with job.place(others[-1]).open("x", encoding="ascii") as file:
                file.writelines(chunks)
    return others


class _Part:
    """The pictures and annotations of a split, each as the JSON that it becomes."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._images: list[str] = []
        self._labels: list[str] = []
        self._captions: list[str] = []

    def add(self, number: int, entry: Entry, file_name: str) -> None:
        item = entry.item
        width, height = item.facts.width_px or 0, item.facts.height_px or 0
        image = {"id": number, "file_name": file_name, "width": width, "height": height}
        described = {"embedcurate_id": item.id, "content": item.content}
        self._images.append(json.dumps({**image, **described}))
        if item.label is not None:
            annotation = {
                "id": number,
                "image_id": number,
                "category_id": self._numbers[item.label],
                "bbox": [0, 0, width, height],
                "area": width * height,
                "segmentation": [[0, 0, width, 0, width, height, 0, height]],
                "iscrowd": 0,
            }
            self._labels.append(json.dumps(annotation))
        if item.caption is not None:
            caption = {"id": number, "image_id": number, "caption": item.caption}
            self._captions.append(json.dumps(caption))

    def documents(self) -> dict[str, Iterable[str]]:
        """Return kind -> the pieces of its file."""
        categories = [
            {"id": number, "name": label, "supercategory": ""}
            for label, number in self._numbers.items()
        ]
        head = {"info": _INFO, "licenses": []}
        return {
            "instances": self._pieces({**head, "categories": categories}, self._labels),
            "captions": self._pieces(head, self._captions),
        }

    def _pieces(self, head: Mapping[str, Any], annotations: list[str]) -> Iterable[str]:
        yield json.dumps(head)[:-1]
        for name, members in (("images", self._images), ("annotations", annotations)):
            yield f', "{name}": [\n'
            yield from (f"{',' * (place > 0)}{one}\n" for place, one in enumerate(members))
            yield "]"
        yield "}\n"
