"""Which space is chosen, with which model and options, and whether it can be used."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from embedcurate.spaces.naming import SpaceName

__all__ = ["Document", "SpaceChoice", "can_be_chosen", "wants_a_file"]

Document: TypeAlias = dict[str, Any]

_FILE = "FILE"
"""What a plugin names as its model that needs a file of the user's own."""


@dataclass(slots=True)
class SpaceChoice:
    """A space by its plugin, and what the user says beside it.

    Attributes
    ----------
    spaces : what the verb `spaces` said of all of them, the ones of most use first.
    plugin, model, options : what is chosen; the model and each option may be empty.
    about : what the verb `space` said of the choice, None while nobody has asked.
    wrong : the sentence, if there is no such choice.
    """

    spaces: list[Document] = field(default_factory=list)
    plugin: str = ""
    model: str = ""
    options: dict[str, str] = field(default_factory=dict)
    about: Document | None = None
    wrong: str = ""

    def offered(self, spaces: list[Document]) -> None:
        """Take what the verb `spaces` said; the first that can be used is chosen if none is.

        Spaces that can be used come first, those of few bytes before large ones; then those that
        can be fetched, those of most modalities first; then those that need something of the user.
        """
        self.spaces = sorted(spaces, key=_place)
        self.about, self.wrong = None, ""
        if self.document is None:
            usable = [one["name"] for one in self.spaces if one["problem"] is None]
            self.choose(next(iter(usable), ""))

    def choose(self, plugin: str) -> None:
        """Choose a space, without a model and options."""
        self.plugin, self.model, self.options = plugin, "", {}
        self.about, self.wrong = None, ""

    def set(self, option: str, value: str) -> None:
        """Say an option of the space that is chosen, or its model if `option` is empty."""
        value = value.strip()
        if option:
            self.options = {**self.options, option: value}
        else:
            self.model = value
        self.about, self.wrong = None, ""

    @property
    def document(self) -> Document | None:
        """What the verb `spaces` said of the one that is chosen."""
        found = (one for one in self.spaces if one["name"] == self.plugin and can_be_chosen(one))
        return next(found, None)

    @property
    def name(self) -> str:
        """What it is called, as a collection keeps it once that is known; empty if none is."""
        if self.about is not None:
            return str(self.about["name"])
        given = {option: value for option, value in self.options.items() if value}
        return str(SpaceName(self.plugin, self.model, given)) if self.plugin else ""

    @property
    def known(self) -> Document | None:
        """What is known of the choice: of a space without a model and options from the list."""
        document = self.document
        if document is not None and self.name == self.plugin and document["problem"] is None:
            return document
        return self.about

    @property
    def is_asked(self) -> bool:
        """Whether it is not known yet what the choice lacks."""
        return self.document is not None and self.known is None and not self.wrong

    @property
    def is_ready(self) -> bool:
        """Whether it can be loaded."""
        return not self.wrong and self.known is not None and self.known["problem"] is None


def can_be_chosen(document: Document) -> bool:
    """Tell whether a space can be used, or could be with what it lacks or another model."""
    return document["problem"] is None or document.get("state") == "incomplete"


def wants_a_file(document: Document) -> bool:
    """Tell whether a space can do nothing without a file of the user's own."""
    return bool(document.get("model") == _FILE)


def _place(document: Document) -> tuple[int, int, int, str]:
    size = document.get("download_bytes", 0)
    if document["problem"] is None:
        return 0, 0, size, document["name"]
    if not can_be_chosen(document):
        return 3, 0, 0, document["name"]
    return (1 if size else 2), -len(document.get("modalities", ())), size, document["name"]
