"""Long work in processes of its own: what runs, how far it is, and what became of it."""

from .model import Job, Jobs, State

__all__ = ["Job", "Jobs", "State"]
