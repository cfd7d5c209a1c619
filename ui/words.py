"""Words that are declared in one place and translated in another."""

__all__ = ["QT_TRANSLATE_NOOP"]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return `text`; ``lupdate`` finds it here by the name of Qt's own, which gives no `str`."""
    return text
