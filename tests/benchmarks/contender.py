"""Run a benchmark as a contender: `python -m tests.benchmarks.contender MODULE ARGUMENT...`.

Decoders are spawned and import the module that was run. This one is as light as the program's own;
a benchmark's would make their start half a second longer than any user sees.
"""

import sys
from importlib import import_module

if __name__ == "__main__":
    import_module(sys.argv.pop(1)).main()
