"""The command line: one command a verb; each parses, calls the library and prints."""

import sys

from embedcurate.errors import Cancelled, EmbedcurateError

__all__ = ["main"]


def main() -> None:
    """Run the command line: exit code 0 done, 1 an error, 2 usage, 130 cancelled."""
    from embedcurate.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        # Names of files need not be UTF-8, and neither need the terminal be.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except (Cancelled, KeyboardInterrupt) as error:
        print(f"embedcurate: {str(error) or Cancelled()}", file=sys.stderr)
        sys.exit(130)
    except EmbedcurateError as error:
        print(f"embedcurate: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read the output has enough of it; closing it again at exit would complain.
        sys.stderr.close()
        sys.exit(1)
