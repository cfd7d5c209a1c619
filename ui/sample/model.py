"""What a user wants of a sample, and what came of it; nothing here is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from embedcurate.collection.results import Results
from embedcurate.errors import QueryError
from embedcurate.query import parse, parse_filter

__all__ = ["MIXED", "STRATEGIES", "Cover", "Outcome", "Quotas", "Wish", "filter_of", "read"]

Document = Mapping[str, Any]
_Index = QModelIndex | QPersistentModelIndex

MIXED = "mixed"
STRATEGIES = ("diverse", "representative", "typical", "balanced", "random", MIXED)
_DIVERSE, _BALANCED = "diverse", "balanced"


def _tr(text: str) -> str:
    return QCoreApplication.translate("sample", text)


@dataclass(frozen=True, slots=True)
class Wish:
    """How items are to be chosen.

    Attributes
    ----------
    name : of the selection in which the choice is kept
    strategy : one of `STRATEGIES`; `weights` share a mixed one out among the others
    by : what a balanced one balances: ``cluster``, ``label``, ``modality``, ``split`` or
        ``tag:a,b``; `quotas` say of how many of a class there shall be
    min_distance : cosine distance that `diverse` keeps, None for none
    where : a filter that the items match; `must` and `must_not` are ids
    """

    name: str
    size: int
    strategy: str = _DIVERSE
    weights: Mapping[str, int] = field(default_factory=dict)
    by: str = "cluster"
    quotas: Mapping[str, int] = field(default_factory=dict)
    min_distance: float | None = None
    where: str = ""
    must: Sequence[str] = ()
    must_not: Sequence[str] = ()
    random_state: int = 0

    @property
    def strategies(self) -> dict[str, float]:
        """The strategies with their weights."""
        if self.strategy != MIXED:
            return {self.strategy: 1.0}
        return {name: float(weight) for name, weight in self.weights.items() if weight > 0}

    @property
    def is_balanced(self) -> bool:
        """Whether classes are balanced."""
        return _BALANCED in self.strategies

    @property
    def keeps_distance(self) -> bool:
        """Whether a least distance means something."""
        return _DIVERSE in self.strategies or self.is_balanced

    def problem(self) -> str:
        """Return what keeps it from being done, a sentence; empty if nothing does."""
        if not self.name.strip():
            return _tr("Name the selection that the items are kept in.")
        if not self.strategies:
            return _tr("Give at least one strategy a weight.")
        if self.is_balanced and self.by.startswith("tag:") and not self.by[4:].strip(" ,"):
            return _tr("Name the tags to balance, with commas between them.")
        if sum(self.quotas.values()) > self.size and self.is_balanced:
            return _tr("The quotas ask for {:,} items, and the sample takes {:,}.").format(
                sum(self.quotas.values()), self.size
            )
        if len(self.must) > self.size:
            return _tr("{:,} items must be in, and the sample takes {:,}.").format(
                len(self.must), self.size
            )
        try:
            parse_filter(self.where)
        except QueryError as error:
            return str(error)
        return ""

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the verb `sample`."""
        sample: dict[str, Any] = {
            "size": self.size,
            "strategies": self.strategies,
            "random_state": self.random_state,
        }
        if self.is_balanced:
            sample |= {"by": self.by, "quotas": dict(self.quotas)}
        if self.min_distance is not None and self.keeps_distance:
            sample["min_distance"] = self.min_distance
        for name, ids in (("must", self.must), ("must_not", self.must_not)):
            if ids:
                sample[name] = list(ids)
        return {"sample": sample, "where": self.where, "save": self.name.strip()}


def filter_of(query: str) -> str | None:
    """Return a query as a filter; None if it ranks by words or media, which a filter can't say."""
    try:
        asked = parse(query)
    except QueryError:
        return None
    return None if asked.terms or asked.phrases else query


@dataclass(frozen=True, slots=True)
class Cover:
    """Cosine distances of items to the nearest that is in the sample."""

    radius: float
    mean: float
    p50: float
    p95: float

    @classmethod
    def of(cls, document: Document) -> "Cover":
        """Read it from a document that has all four."""
        return cls(*(float(document[name]) for name in ("radius", "mean", "p50", "p95")))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish.

    `ids` are in the order of picking; `curve` has (picks, radius); `random` and `spread` are mean
    and standard deviation over random samples of the same size, `medoids` what favours the mean
    most. They are None where nothing could be measured.
    """

    ids: tuple[str, ...]
    eligible: int
    uncovered: int
    cover: Cover | None
    random: Cover | None
    spread: Cover | None
    medoids: Cover | None
    curve: tuple[tuple[int, float], ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, ids: Sequence[str], coverage: Document, notes: Sequence[str]) -> "Outcome":
        """Read what the verb `sample` says of its coverage."""
        beside = coverage["beside"] or {}

        def read(name: str) -> Cover | None:
            return Cover.of(beside[name]) if name in beside else None

        return cls(
            tuple(ids),
            coverage["items"],
            coverage["uncovered"],
            Cover.of(coverage) if "radius" in coverage else None,
            read("random"),
            read("random_spread"),
            read("medoids"),
            tuple((point["picks"], point["radius"]) for point in coverage["curve"]),
            tuple(notes),
        )

    def verdict(self) -> str:
        """Say how the mean distance stands beside that of random samples."""
        if self.cover is None or self.random is None or self.spread is None:
            return ""
        gain = self.random.mean - self.cover.mean
        share = abs(gain) / max(self.random.mean, 1e-9)
        if abs(gain) <= 2 * self.spread.mean:
            return _tr("Covers the items about as well as a random sample of the same size.")
        if gain > 0:
            return _tr("Items are {:.0%} nearer to it than to a random sample.").format(share)
        return _tr(
            "Items are {:.0%} farther from it than from a random sample: it went for the extremes."
        ).format(share)


def read(results: Results) -> Outcome | None:
    """Return what came of the newest sample, None if there is none.

    Raises `ResultMissing` if it was dropped meanwhile.
    """
    run = results.latest("sample")
    if run is None:
        return None
    ids = results.table(run, "items")["id"].to_pylist()
    return Outcome.of(ids, run.summary["coverage"], run.summary["notes"])


class Quotas(QAbstractTableModel):
    """The classes that a sample balances, how many items each has, and how many it shall get."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes: list[tuple[str, str, int]] = []
        self._quotas: dict[str, int] = {}

    def show(self, facet: Sequence[Sequence[Any]]) -> None:
        """Show the classes of a facet: [value, count] or [value, count, name] each."""
        self.beginResetModel()
        self._classes = [
            (str(one[0]), str(one[2]) if len(one) > 2 else str(one[0]), int(one[1]))
            for one in facet
            if one[0] not in (None, "", -1)
        ]
        known = {key for key, _, _ in self._classes}
        self._quotas = {key: quota for key, quota in self._quotas.items() if key in known}
        self.endResetModel()

    def quotas(self) -> dict[str, int]:
        """Return the quotas that were given, by class."""
        return dict(self._quotas)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Class"), self.tr("Shown"), self.tr("Quota"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        key, name, count = self._classes[index.row()]
        quota = self._quotas.get(key)
        if role == Qt.ItemDataRole.DisplayRole:
            return (name, f"{count:,}", self.tr("even") if quota is None else f"{quota:,}")[
                index.column()
            ]
        if role == Qt.ItemDataRole.EditRole and index.column() == 2:
            return "" if quota is None else str(quota)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 2:
            return self.tr("How many of the class there shall be; empty for as many as of others")
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or index.column() != 2:
            return False
        key, text = self._classes[index.row()][0], str(value).strip().replace(",", "")
        if not text:
            self._quotas.pop(key, None)
        elif text.isdecimal():
            self._quotas[key] = int(text)
        else:
            return False
        self.dataChanged.emit(index, index)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid():
            return flags
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 2 else flags
