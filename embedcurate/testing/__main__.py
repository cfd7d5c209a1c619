"""`python -m embedcurate.testing`: what `in_fresh_process` starts."""

import importlib
import json
import os
import sys

from embedcurate.progress import ignore
from embedcurate.testing.elsewhere import HEAVY
from embedcurate.testing.encoders import inputs


def _main() -> None:
    """Write one JSON document a plugin, a line each."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print
    request = json.load(sys.stdin)
    sys.path[:] = request["path"]
    here = HEAVY & sys.modules.keys()
    made = []
    for module, name, model, options in request["plugins"]:
        plugin = getattr(importlib.import_module(module), name)(model, options)
        now = HEAVY & sys.modules.keys()
        made.append((plugin, sorted(now - here)))
        here = now
    for plugin, imported in made:
        space = plugin.load(ignore)
        vectors = {
            str(modality): {
                channel: rows.tolist()
                for channel, rows in encoder.encode(inputs(encoder)[:2]).items()
            }
            for modality, encoder in space.encoders.items()
        }
        told = {"imported": imported, "fingerprints": space.fingerprints, "vectors": vectors}
        answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    _main()
