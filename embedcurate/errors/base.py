"""The root, and what is no failure: that the user stopped the work."""

__all__ = ["Cancelled", "EmbedcurateError"]


class EmbedcurateError(Exception):
    """Root of every error that a user can act on."""


class Cancelled(EmbedcurateError):
    """The user stopped the work; what was finished before is kept."""

    def __init__(self) -> None:
        super().__init__("Stopped. What was finished before is kept; run it again to go on.")
