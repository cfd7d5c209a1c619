"""What a user wants of a sample, and what came of it; nothing here is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from embedcurate.collection.results import Results
from embedcurate.errors import QueryError
from embedcurate.query import parse, parse_filter

from ..items import MODALITIES

__all__ = ["MIXED", "STRATEGIES", "Cover", "Outcome", "Wish", "filter_of", "read"]

Document = Mapping[str, Any]

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
    kinds : the modalities to choose from
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
    kinds: Sequence[str] = MODALITIES
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
        if contradiction := self.contradiction():
            return contradiction
        if not self.name.strip():
            return _tr("Name the selection that the items are kept in.")
        return ""

    def contradiction(self) -> str:
        """Return why there can be no such sample, whatever its name; empty if there can."""
        if not self.kinds:
            return _tr("Choose from at least one kind of media.")
        if not self.strategies:
            return _tr("Give at least one strategy a weight.")
        if self.is_balanced and self.by.startswith("tag:") and not self.by[4:].strip(" ,"):
            return _tr("Name the tags to balance, with commas between them.")
        if sum(self.quotas.values()) > self.size and self.is_balanced:
            return _tr("The quotas ask for {:,} items, and the sample takes {:,}.").format(
                sum(self.quotas.values()), self.size
            )
        if self.too_many(len(self.must)):
            return self.too_many(len(self.must))
        try:
            parse_filter(self.where)
        except QueryError as error:
            return str(error)
        return ""

    def too_many(self, must: int) -> str:
        """Return what is wrong if so many items must be in; empty if there is room for them."""
        if must <= self.size:
            return ""
        return _tr("{:,} items must be in, and the sample takes {:,}.").format(must, self.size)

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
        if set(self.kinds) != set(MODALITIES):
            sample["modalities"] = sorted(self.kinds)
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
    most. They are None where nothing could be measured. It `is_kept` unless it is an estimate;
    `measured` is how many items that was made from, where they are only a part, else 0: then other
    ids than these would be picked.
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
    is_kept: bool = True
    measured: int = 0

    @classmethod
    def of_estimate(cls, document: Document, *, at_least: int = 0) -> "Outcome":
        """Read what the verb `estimate` says; `at_least` so many items are eligible."""
        ids = [item["id"] for item in document["items"]]
        eligible = max(document["drawn_from"], at_least)
        measured: int = document["coverage"]["items"]
        return replace(
            cls.of(ids, document["coverage"], document["notes"]),
            eligible=eligible,
            is_kept=False,
            measured=measured if measured < eligible else 0,
        )

    @classmethod
    def of(cls, ids: Sequence[str], coverage: Document, notes: Sequence[str]) -> "Outcome":
        """Read what the verb `sample` says of its coverage."""
        beside = coverage["beside"] or {}

        def read(name: str) -> Cover | None:
            return Cover.of(beside[name]) if beside.get(name) else None

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
