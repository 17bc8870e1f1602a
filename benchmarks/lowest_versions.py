"""Do the lowest versions that pyproject.toml allows still do?

    python -m benchmarks.lowest_versions [--keep FOLDER] [ARGUMENTS OF PYTEST …]

Makes an environment in a folder for the time being, or the one to keep, installs exactly the lowest
version of every package that the application and its tests ask for, and runs the tests there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lowest(requirement: str) -> str:
    """``"numpy>=1.26,<3"`` as ``"numpy==1.26"``.

    Raises:
        ValueError: if no lowest version is named.
    """
    found = re.fullmatch(r"\s*([\w.-]+)\s*>=\s*([\w.]+).*", requirement)
    if found is None:
        raise ValueError(f"{requirement!r} names no lowest version.")
    return f"{found[1]}=={found[2]}"


def wanted() -> list[str]:
    """The lowest version of all that is needed to run the application and its tests."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        lowest(each)
        for each in (*project["dependencies"], *project["optional-dependencies"]["test"])
    ]


def try_in(folder: Path, arguments: list[str]) -> int:
    """Install into an environment in ``folder``, and run the tests; pytest's exit status."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *wanted(), "-e", str(ROOT)], check=True)
    tests = [str(python), "-m", "pytest", "-q", *arguments]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode


def main() -> int:
    """Say what is tried, and try it; 0 if all tests pass."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the environment stays")
    options, arguments = parser.parse_known_args()
    print("With", ", ".join(wanted()), flush=True)
    if options.keep is not None:
        return try_in(options.keep, arguments)
    with tempfile.TemporaryDirectory() as folder:
        return try_in(Path(folder), arguments)


if __name__ == "__main__":
    sys.exit(main())
