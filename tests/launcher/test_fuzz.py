"""A short run of each fuzz target; benchmarks/fuzz.py makes the long ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import need

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {path.stem for path in (Path(__file__).parent / "fuzz").glob("*.c")}
RUNS = 3000


def test_no_input_breaks_a_parser_of_the_launcher(tmp_path: Path) -> None:
    need("clang-19")
    figures = tmp_path / "figures.json"
    command = [sys.executable, ROOT / "benchmarks/fuzz.py", "--runs", str(RUNS), "--json", figures]
    result = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert result.returncode == 0, result.stdout + result.stderr
    found = {figure["target"]: figure for figure in json.loads(figures.read_text())}
    assert found.keys() == TARGETS
    for name, figure in found.items():
        assert (figure["finding"], figure["runs"]) == ([], RUNS), name
        # The seeds alone get further than a look at the first bytes.
        assert figure["edges"] > 50, name
