"""Folders, lists and tables -> a stream of found files. Media are found here, never opened."""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from embedcurate.errors import SourceNotFound, UnreadableSource
from embedcurate.items import Found, Modality
from embedcurate.media.formats import modality_of
from embedcurate.tables import TABLE_SUFFIXES, read_table

__all__ = ["Annotations", "Scan", "find"]

_PATH_COLUMNS = ("path", "file_name", "filepath", "file_path", "filename", "file")
_CAPTION_COLUMNS = ("caption", "captions", "description", "text")
_LABEL_COLUMNS = ("label", "labels", "class", "category")
_SPLIT_COLUMNS = ("split", "subset", "fold")
_SPLITS = {"train", "training", "val", "valid", "validation", "dev", "test", "testing"}
_LIST_SUFFIXES = {".txt", ".lst", ".list"}
_COLLECTION_FILE = "collection.toml"


@dataclass(frozen=True, slots=True)
class Annotations:
    """Where captions, labels and splits come from.

    `captions` is ``"sidecar"`` (a text file of the same stem beside a picture or sound) or a table;
    `labels` and `splits` are ``"folder"`` or a table.
    """

    captions: str | Path | None = None
    labels: str | Path | None = None
    splits: str | Path | None = None


@dataclass(slots=True)
class Scan:
    """What a walk through the sources met beside the files that it yielded.

    `passed` counts files of no known kind by their suffix; `unreadable` are folders and files that
    the file system would not show, with the reason; `roots` are the folders that were walked.
    """

    passed: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    roots: list[Path] = field(default_factory=list)


def find(
    sources: Sequence[Path],
    scan: Scan,
    *,
    modalities: Collection[Modality] = frozenset(Modality),
    annotations: Annotations | None = None,
) -> Iterator[Found]:
    """Return every picture, sound and text in `sources` once, in a repeatable order.

    A source is a folder, a medium, a list of paths (one a line) or a table with a column of paths.
    Folders are walked through symbolic links, each real folder once; hidden files, collections and
    anything that is no regular file are left out. `scan` is filled while the files are consumed.

    Raises
    ------
    SourceNotFound, UnreadableSource
        If a source or an annotation table does not exist or can't be read; at once.
    """
    roots = [Path(os.path.abspath(source)) for source in sources]  # noqa: PTH100 - keeps links
    for root in roots:
        if not root.exists():
            raise SourceNotFound(root)
    annotate = _Annotator(annotations or Annotations(), roots)
    return _walked(roots, scan, _Walk(scan, frozenset(modalities), annotate))


def _walked(roots: Sequence[Path], scan: Scan, walk: "_Walk") -> Iterator[Found]:
    for root in roots:
        if root.is_dir():
            scan.roots.append(root)
            yield from walk.folder(root)
        else:
            yield from walk.listed(root)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row of a list or table: a path and what the table says of it."""

    path: Path
    caption: str | None = None
    label: str | None = None
    split: str | None = None


class _Walk:
    def __init__(self, scan: Scan, modalities: frozenset[Modality], annotate: "_Annotator") -> None:
        self._scan = scan
        self._modalities = modalities
        self._annotate = annotate
        self._folders: set[tuple[int, int]] = set()
        self._linked: set[tuple[int, int]] = set()

    def folder(self, root: Path) -> Iterator[Found]:
        """Walk `root`: real folders first, then what is reached through links alone."""
        folders, linked_folders, linked_files = [root], list[Path](), list[Path]()
        while folders or linked_folders:
            folder = folders.pop() if folders else linked_folders.pop(0)
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            if _COLLECTION_FILE in names:
                continue
            inner: list[Path] = []
            for entry in entries:
                path = Path(entry.path)
                try:
                    is_link, is_folder = entry.is_symlink(), entry.is_dir()
                except OSError as error:
                    self._scan.unreadable.append((path, _why(error)))
                    continue
                if is_folder:
                    (linked_folders if is_link else inner).append(path)
                elif is_link:
                    linked_files.append(path)
                else:
                    yield from self._file(path, root, names)
            folders.extend(reversed(inner))
        for path in linked_files:
            yield from self._linked_file(path, root)

    def listed(self, source: Path) -> Iterator[Found]:
        """Yield the files that a list or table names, or the source itself if it is a medium."""
        rows = _rows_of_list(source)
        if rows is None:
            yield from self._file(source, source.parent, frozenset())
            return
        for row in rows:
            for found in self._file(row.path, source.parent, frozenset()):
                yield Found(
                    found.path,
                    found.modality,
                    found.size,
                    found.mtime_ns,
                    caption=row.caption or found.caption,
                    label=row.label or found.label,
                    split=row.split or found.split,
                    sidecar=found.sidecar,
                )

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            status = folder.stat()
            identity = (status.st_dev, status.st_ino)
            if identity in self._folders:
                return []
            self._folders.add(identity)
            with os.scandir(folder) as entries:
                return sorted(
                    (entry for entry in entries if not entry.name.startswith(".")),
                    key=lambda entry: entry.name,
                )
        except OSError as error:
            self._scan.unreadable.append((folder, _why(error)))
            return []

    def _linked_file(self, path: Path, root: Path) -> Iterator[Found]:
        """Yield a file reached through a link unless it was, or will be, met under its own name."""
        try:
            real = path.resolve(strict=True)
            folder, file = real.parent.stat(), real.stat()
        except (OSError, RuntimeError) as error:
            self._scan.unreadable.append((path, _why(error)))
            return
        identity = (file.st_dev, file.st_ino)
        in_walk = (folder.st_dev, folder.st_ino) in self._folders
        if not in_walk and identity not in self._linked:
            self._linked.add(identity)
            yield from self._file(path, root, frozenset())

    def _file(self, path: Path, root: Path, neighbours: Collection[str]) -> Iterator[Found]:
        modality = modality_of(path)
        if modality is None:
            self._scan.passed[path.suffix.lower()] += 1
            return
        if modality not in self._modalities or self._annotate.tells_of_others(path, neighbours):
            return
        try:
            status = path.stat()
        except OSError as error:
            self._scan.unreadable.append((path, _why(error)))
            return
        if stat.S_ISREG(status.st_mode):
            yield self._annotate(path, modality, status, root, neighbours)


class _Annotator:
    """Gives found files the caption, label and split that the user's sources have for them."""

    def __init__(self, annotations: Annotations, roots: Sequence[Path]) -> None:
        told = (annotations.captions, annotations.labels, annotations.splits)
        self._tables = {
            Path(os.path.abspath(one))  # noqa: PTH100 - keeps links
            for one in told
            if one not in (None, "sidecar", "folder")
        }
        self._sidecars = annotations.captions == "sidecar"
        self._folder_labels = annotations.labels == "folder"
        self._folder_splits = annotations.splits == "folder"
        self._captions = _lookup(annotations.captions, "sidecar", _CAPTION_COLUMNS)
        self._labels = _lookup(annotations.labels, "folder", _LABEL_COLUMNS)
        self._splits = _lookup(annotations.splits, "folder", _SPLIT_COLUMNS)

    def __call__(
        self,
        path: Path,
        modality: Modality,
        status: os.stat_result,
        root: Path,
        neighbours: Collection[str],
    ) -> Found:
        relative = path.relative_to(root) if path.is_relative_to(root) else path
        sidecar = self._sidecar(path, modality, neighbours)
        mtime_ns = status.st_mtime_ns
        if sidecar is not None:
            with suppress(OSError):  # reading it will tell
                mtime_ns = max(mtime_ns, sidecar.stat().st_mtime_ns)
        label = path.parent.name if self._folder_labels else self._labels.get(path, relative)
        split = (
            next((part.lower() for part in relative.parts[:-1] if part.lower() in _SPLITS), None)
            if self._folder_splits
            else self._splits.get(path, relative)
        )
        return Found(
            path,
            modality,
            status.st_size,
            mtime_ns,
            caption=self._captions.get(path, relative),
            label=label,
            split=split,
            sidecar=sidecar,
        )

    def tells_of_others(self, path: Path, neighbours: Collection[str]) -> bool:
        """Tell whether a file only says something of others: a table or sidecar, and no item."""
        if path in self._tables:
            return True
        if not self._sidecars or path.suffix.lower() != ".txt":
            return False
        return any(
            name != path.name
            and (name == path.stem or Path(name).stem == path.stem)
            and modality_of(Path(name)) in (Modality.IMAGE, Modality.AUDIO)
            for name in neighbours
        )

    def _sidecar(self, path: Path, modality: Modality, neighbours: Collection[str]) -> Path | None:
        if not self._sidecars or modality is Modality.TEXT:
            return None
        for name in (f"{path.stem}.txt", f"{path.name}.txt"):
            if name in neighbours or (not neighbours and path.with_name(name).is_file()):
                return path.with_name(name)
        return None


class _Lookup:
    """A column of an annotation table, found by a file's path however the table writes it."""

    def __init__(self, values: Mapping[str, str], folder: Path) -> None:
        self._values = values
        self._folder = folder

    def get(self, path: Path, relative: Path) -> str | None:
        if not self._values:
            return None
        keys = [str(path), relative.as_posix(), path.name]
        if path.is_relative_to(self._folder):
            keys.insert(1, path.relative_to(self._folder).as_posix())
        return next((self._values[key] for key in keys if key in self._values), None)


def _lookup(source: str | Path | None, keyword: str, columns: Sequence[str]) -> _Lookup:
    if source is None or source == keyword:
        return _Lookup({}, Path())
    table = Path(os.path.abspath(source))  # noqa: PTH100 - keeps links
    if not table.is_file():
        raise SourceNotFound(table)
    rows = read_table(table)
    path_column = _column(rows, _PATH_COLUMNS)
    column = _column(rows, columns)
    if path_column is None or column is None:
        wanted = path_column or f"a column of paths ({', '.join(_PATH_COLUMNS)})"
        raise UnreadableSource(
            table, f"it needs {wanted} and a column named {' or '.join(columns)}"
        )
    values = {
        str(path).removeprefix("./"): str(value)
        for path, value in zip(rows[path_column], rows[column], strict=True)
        if path is not None and value not in (None, "")
    }
    return _Lookup(values, table.parent)


def _rows_of_list(source: Path) -> list[_Listed] | None:
    """Return what a list or table names; None if `source` is a medium itself."""
    suffix = source.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        rows = read_table(source)
        path_column = _column(rows, _PATH_COLUMNS)
        if path_column is None:
            return None
        columns = [
            rows.get(_column(rows, names) or "", [None] * len(rows[path_column]))
            for names in (_CAPTION_COLUMNS, _LABEL_COLUMNS, _SPLIT_COLUMNS)
        ]
        return [
            _Listed(source.parent / str(path), *(None if v is None else str(v) for v in values))
            for path, *values in zip(rows[path_column], *columns, strict=True)
            if path is not None
        ]
    if suffix in _LIST_SUFFIXES:
        lines = [line for line in source.read_bytes().splitlines() if line.strip()]
        paths = [source.parent / os.fsdecode(line) for line in lines]
        if paths and len(lines[0]) < 4096 and os.path.lexists(paths[0]):
            return [_Listed(path) for path in paths]
    return None


def _column(rows: Mapping[str, list[object]], names: Sequence[str]) -> str | None:
    """Return the first column of `rows` named like one of `names`, whatever its case."""
    lowered = {column.lower(): column for column in rows}
    return next((lowered[name] for name in names if name in lowered), None)


def _why(error: OSError | RuntimeError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
