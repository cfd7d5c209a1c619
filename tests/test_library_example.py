"""The README's example of the library, run as a script as it is written there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from embedcurate_resources import FOLDER

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.model
def test_the_example_of_the_readme_is_a_script_that_works(tmp_path: Path) -> None:
    block = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    (tmp_path / "script.py").write_text(block[1])
    pictures = FOLDER / "sample" / "media" / "pictures"
    for topic in ("birds", "vehicles"):
        for file in sorted((pictures / topic).glob("*.jpg"))[:2]:
            (tmp_path / "photos").mkdir(exist_ok=True)
            shutil.copy(file, tmp_path / "photos" / f"{topic}-{file.name}")
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    names = [Path(line.split()[1]).name for line in done.stdout.splitlines()]
    assert [name.partition("-")[0] for name in names] == ["birds"] * 2 + ["vehicles"] * 2
