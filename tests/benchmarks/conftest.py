"""Makes the benchmarks' own modules known: nothing installs them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
