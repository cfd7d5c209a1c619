"""Packages of strangers, installed as pip leaves them: a module, its metadata, its entry points."""

from collections.abc import Mapping
from pathlib import Path


def install(
    folder: Path,
    package: str,
    source: str,
    entries: Mapping[str, str],
    *,
    group: str = "embedcurate.spaces",
    version: str = "1.0",
    metadata: str = "",
) -> Path:
    """Install `package`, a module of `source` with the `entries` name -> object; return it."""
    module = package.replace("-", "_")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(source)
    for old in folder.glob(f"{module}-*.dist-info"):
        old.rename(folder / f"{old.name}.old")
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{metadata}"
    )
    lines = [f"{name} = {module}:{value}" for name, value in entries.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))
    return folder / f"{module}.py"
