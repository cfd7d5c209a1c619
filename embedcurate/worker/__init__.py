"""The resident process behind the window."""

from embedcurate.worker.serving import VERBS, serve

__all__ = ["VERBS", "serve"]
