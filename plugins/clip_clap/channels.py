"""The channel of the space `clip-clap` beside `shared`."""

__all__ = ["HEARD"]

HEARD = "clap"
"""In which sounds and texts meet as CLAP was taught."""
