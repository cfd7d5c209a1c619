"""The checks of plugins that the newest run of the quality check holds findings of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from embedcurate.collection.results import Results, Run
from embedcurate.items import Modality

__all__ = ["QUALITY", "Checked", "checks_in", "checks_of_results"]

QUALITY = "quality"
"""The verb whose runs hold them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A plugin's check as it was done: it stays readable when the plugin has gone.

    `summary` is its sentence, `package` and `version` who brought it, `done` when: ISO 8601.
    """

    name: str
    modality: Modality
    summary: str
    package: str
    version: str
    done: str

    @property
    def gone(self) -> str:
        """The sentence to say once the plugin is no longer there."""
        day = datetime.fromisoformat(self.done).date()
        return (
            f"The check '{self.name}' came with the package '{self.package}' {self.version}, which "
            f"can't be used now; what it found on {day} is kept."
        )

    def as_document(self) -> dict[str, Any]:
        """Return what a run's summary keeps of it."""
        return {
            "modality": str(self.modality),
            "summary": self.summary,
            "package": self.package,
            "version": self.version,
            "done": self.done,
        }


def checks_in(run: Run | None) -> dict[str, Checked]:
    """Return name -> check of those that a run of the quality check holds findings of."""
    told = {} if run is None else run.summary.get("checks", {})
    return {
        name: Checked(name, **{**one, "modality": Modality(one["modality"])})
        for name, one in told.items()
    }


def checks_of_results(results: Results) -> dict[str, Checked]:
    """Return name -> check of those that filters can ask for now."""
    return checks_in(results.latest(QUALITY))
