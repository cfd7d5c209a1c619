"""`python -m embedcurate.plugins`: look at one package's plugins, for `looking.look`."""

import json
import os
import sys

from embedcurate.plugins.looking import look_here
from embedcurate.plugins.offers import offers


def _main() -> None:
    """Write what each plugin that is asked for is, one JSON document a line, in order."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a plugin may print
    request = json.load(sys.stdin)
    sys.path[:] = request["path"]
    wanted = [tuple(one) for one in request["wanted"]]
    found = {
        (offer.group, offer.name): offer
        for offer in offers()
        if offer.package == request["package"]
    }
    for key in wanted:
        seen = look_here(found[key])
        told = {"state": seen.state, "why": seen.why, "remedy": seen.remedy}
        answers.write(json.dumps({**told, "document": seen.document}) + "\n")
        answers.flush()
    os._exit(0)  # a plugin may have started threads that never end


if __name__ == "__main__":
    _main()
