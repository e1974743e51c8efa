"""The frozen model of `llmopt.yaml`. docs/configuration.md is generated from it.

Each field carries its documentation as metadata; rooms receive their own section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from llmopt.values.contract import Contract
from llmopt.values.cost import Cost, Price

Strategy = Literal[
    "all", "guided", "pipeline", "offline", "single:source", "single:ir", "single:asm"
]
SandboxMode = Literal["require", "prefer", "off"]

#: Gates in order of cost; `verify` has one file for each.
GATES = (
    "identity",
    "static",
    "build",
    "tests",
    "differential",
    "shadow",
    "sanitizers",
    "equivalence",
    "project-tests",
    "time",
)
#: Gates that cannot judge every function: where they cannot, the others stand alone.
_CONSULTED = ("tests", "shadow", "equivalence")


def _setting(doc: str, default: Any) -> Any:
    if isinstance(default, list):
        return field(default_factory=lambda: tuple(default), metadata={"doc": doc})
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class BuildSection:
    """How the project is built. `{source}` is the project's root, `{build}` a build directory,
    `{launcher}` the llmopt program. llmopt builds in directories of its own below `.llmopt/build`.
    """

    configure: str = _setting(
        "Shell command that configures the build directory; empty: nothing to do.", ""
    )
    build: str = _setting("Shell command that builds, through the launcher.", "")
    test: str = _setting("Shell command that runs the project's tests; 0 is success.", "")
    timeout: float = _setting("Seconds that each of these commands may take.", 1800.0)


@dataclass(frozen=True)
class WorkloadSection:
    """What is run to profile, to compare and to measure. Commands run in a build directory, which
    is all that they can write to; `{source}`, `{build}` and `{seed}` are filled in. Where a command
    has a `{seed}`, the search uses `workload.seed` and each round of the final measurement another
    one, so that nothing can have been fitted to it.
    """

    command: str = _setting("Shell command whose time you care about.", "")
    seed: int = _setting("The `{seed}` of every run but those of the final measurement.", 1)
    checks: tuple[str, ...] = _setting(
        "More shell commands whose output must stay the same: other inputs, odd sizes.", []
    )
    files: tuple[str, ...] = _setting(
        "Files that these commands write and that must stay the same, relative to the "
        "directory they run in.",
        [],
    )
    varying: tuple[str, ...] = _setting(
        "Regular expressions of what is known to vary from run to run in output and files, such as "
        "times; what they match is not compared.",
        [],
    )
    timeout: float = _setting("Seconds that one run may take.", 300.0)

    def seeded(self, command: str, seed: int | None = None) -> str:
        """A command with its seed filled in, the usual one unless another is given."""
        return command.replace("{seed}", str(self.seed if seed is None else seed))

    def settled(self, output: bytes) -> bytes:
        """What a run wrote, without what is known to vary."""
        for pattern in self.varying:
            output = re.sub(pattern.encode(), b"{varying}", output)
        return output


@dataclass(frozen=True)
class HotSection:
    """Which functions are hot."""

    min_share: float = _setting("Smallest share of the program's samples.", 0.02)
    cumulative: float = _setting("Stop once the functions chosen cover this share.", 0.95)
    max_functions: int = _setting("At most this many functions.", 8)


@dataclass(frozen=True)
class SearchSection:
    """How long and where better versions are looked for."""

    levels: tuple[str, ...] = _setting("Levels that may be changed.", ["source", "ir", "asm"])
    trials: int = _setting(
        "Most trials for one function. What is refused before it runs, or is no other code than "
        "before, is none.",
        12,
    )
    minutes: float = _setting(
        "Minutes after which no trial begins, split over the functions by their share of the time; "
        "verifying and measuring follow. Models need more.",
        6.0,
    )
    seed: int = _setting("Seed of every random choice.", 0)
    strategy: Strategy = _setting(
        "Who proposes versions. `offline`: llmopt's own moves alone. `single:LEVEL`: a model at "
        "that level alone. `all`: llmopt's own moves, then a model at each level, where "
        "`model.provider` names one. `guided`: a model chooses among moves and levels. "
        "`pipeline`: a model at each level, on the best version so far.",
        "all",
    )


@dataclass(frozen=True)
class GateSection:
    """What a version must pass before it becomes a recipe."""

    required: tuple[str, ...] = _setting(
        "Gates that must pass. `project-tests` is dropped where build.test is empty.",
        [gate for gate in GATES if gate not in _CONSULTED],
    )
    consulted: tuple[str, ...] = _setting(
        "Gates that are asked as well: a refutation ends a version, and what they could not tell "
        "stands in the recipe.",
        list(_CONSULTED),
    )
    min_score: float = _setting(
        "Smallest share of a function's mutants that the generated tests must find; below it they "
        "say nothing of a version.",
        0.9,
    )
    errno: Literal["compare", "ignore"] = _setting(
        "Whether a version must leave errno as the original does.", "compare"
    )
    min_gain: float = _setting(
        "Smallest speedup of a function that is worth a change; the interval's lower bound counts.",
        1.03,
    )
    max_gain: float = _setting(
        "Largest speedup of a function that is believed unexplained: more is a sign of work "
        "that is no longer done, or not measured.",
        100.0,
    )
    pairs: int = _setting("Interleaved pairs of runs for a measurement that is reported.", 7)

    def believes(self, gain: float) -> bool:
        """Whether a speedup is one that nobody has to explain."""
        return gain <= self.max_gain


@dataclass(frozen=True)
class ModelSection:
    """Which language model is asked for versions, beside llmopt's own moves. Key and address are
    the SDK's own variables: ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL (any server that speaks the
    Messages API).
    """

    provider: Literal["none", "anthropic"] = _setting(
        "`none`: nothing leaves this machine. `anthropic`: as `llmopt optimize --model anthropic`.",
        "none",
    )
    small: str = _setting("The model that is asked first.", "claude-haiku-5-5")
    strong: str = _setting(
        "The model that is asked where the small one found nothing; empty: none.", ""
    )
    guide: str = _setting("The model that guides a search; empty: the small one.", "")
    tester: str = _setting("The model that writes tests; empty: the small one.", "")
    turns: int = _setting("Most answers of one conversation at a level, or about tests.", 6)
    guide_turns: int = _setting("Most answers of a guide.", 16)
    max_tokens: int = _setting("Most tokens of one answer.", 8192)
    timeout: float = _setting("Seconds that one answer may take.", 180.0)
    retries: int = _setting("How often a call that failed for the moment is made again.", 2)
    comments: bool = _setting("Whether comments of the source are sent.", False)
    files: tuple[str, ...] = _setting(
        "Sources whose functions may be shown to a model: patterns such as `src/dsp/*`, against "
        "the path from the project's root; `*` matches any characters.",
        ["*"],
    )
    cache: bool = _setting(
        "Whether answers are kept, and given again to the very same request of a later run, for "
        "nothing.",
        True,
    )

    def may_show(self, source: str) -> bool:
        """Whether functions of a source file may be shown to a model."""
        return any(fnmatchcase(source, pattern) for pattern in self.files)


@dataclass(frozen=True)
class BudgetSection:
    """The most that models may cost. A call is made only where the most that it can cost is left;
    0 is no limit. Dollars are counted where `prices` has the model. Days are those of UTC; `day`
    and `total` count all projects of the user.
    """

    run_tokens: int = _setting("Tokens of one run of llmopt.", 1_000_000)
    run_dollars: float = _setting("Dollars of one run.", 0.0)
    function_tokens: int = _setting("Tokens for one function in a run.", 300_000)
    function_dollars: float = _setting("Dollars for one function in a run.", 0.0)
    day_tokens: int = _setting("Tokens of a day.", 3_000_000)
    day_dollars: float = _setting("Dollars of a day.", 0.0)
    total_tokens: int = _setting("Tokens for ever.", 0)
    total_dollars: float = _setting("Dollars for ever.", 0.0)

    def limit(self, scope: str) -> Cost:
        """The limit of `run`, `function`, `day` or `total`."""
        tokens, dollars = getattr(self, f"{scope}_tokens"), getattr(self, f"{scope}_dollars")
        return Cost(tokens, round(dollars * 1e6))


@dataclass(frozen=True)
class LauncherSection:
    """What the launcher may do during a build."""

    wait_seconds: float = _setting(
        "How long a build may wait for a changed hot file to be resolved, after its compile. Then "
        "the compiler's own object stands; `llmopt apply` makes the next build take the better "
        "one. Recipes pinned by llmopt.lock are waited for.",
        5.0,
    )
    mode: Literal["cached", "inline"] = _setting(
        "`cached`: builds use what `llmopt optimize` found. `inline`: a build that meets a hot "
        "function without a recipe looks for one, as `llmopt optimize` does and within the limits "
        "of `search`, and waits for it.",
        "cached",
    )


@dataclass(frozen=True)
class SandboxSection:
    """How the programs under test are shut in: the workload, its checks and the project's tests.

    The limits hold for all processes of one run together where nothing else is said.
    """

    mode: SandboxMode = _setting(
        "`require` bubblewrap, `prefer` it, or `off`: limits only.", "prefer"
    )
    visible: tuple[str, ...] = _setting(
        "Directories that these programs may read besides the project's, below the homes and "
        "temporary directories that are hidden from them.",
        [],
    )
    environment: tuple[str, ...] = _setting(
        "Names of variables that they see besides PATH, LD_LIBRARY_PATH, LANG, LC_*, TZ and TERM.",
        [],
    )
    cpu_seconds: float = _setting(
        "Processor seconds that each process may take; 0: what its wall time allows on all "
        "processors.",
        0.0,
    )
    max_memory_mb: int = _setting(
        "Memory, in MB. It is also the most that one process may reserve, but under sanitizers.",
        8192,
    )
    max_processes: int = _setting("Processes and threads.", 1024)
    max_open_files: int = _setting("Open files of one process.", 4096)
    max_file_mb: int = _setting("Largest file a run may write, in MB.", 4096)
    max_disk_mb: int = _setting("What a run may add to the build directory, in MB.", 8192)
    max_output_mb: int = _setting("What a run may print on stdout or on stderr, in MB.", 256)
    max_tmp_mb: int = _setting(
        "Size of each temporary directory of a run, which is memory, in MB (bubblewrap 0.8).", 1024
    )


@dataclass(frozen=True)
class Config:
    """The whole of `llmopt.yaml`. `root` is the directory it stands in."""

    root: str
    cache: str
    build: BuildSection = field(default_factory=BuildSection)
    workload: WorkloadSection = field(default_factory=WorkloadSection)
    hot: HotSection = field(default_factory=HotSection)
    search: SearchSection = field(default_factory=SearchSection)
    gates: GateSection = field(default_factory=GateSection)
    model: ModelSection = field(default_factory=ModelSection)
    budget: BudgetSection = field(default_factory=BudgetSection)
    launcher: LauncherSection = field(default_factory=LauncherSection)
    sandbox: SandboxSection = field(default_factory=SandboxSection)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The project's state directory, `.llmopt` beside `llmopt.yaml`."""
        return f"{self.root}/.llmopt"

    @property
    def asked_gates(self) -> tuple[str, ...]:
        """All gates that judge, required or consulted, in order of cost."""
        asked = {*self.required_gates, *self.consulted_gates}
        return tuple(gate for gate in GATES if gate in asked)

    @property
    def consulted_gates(self) -> tuple[str, ...]:
        """The gates that are asked but need not pass, in order of cost."""
        asked = set(self.gates.consulted) - set(self.gates.required)
        return tuple(gate for gate in GATES if gate in asked)

    @property
    def required_gates(self) -> tuple[str, ...]:
        """The gates a recipe needs, in order of cost."""
        required = set(self.gates.required)
        if not self.build.test:
            required.discard("project-tests")
        return tuple(gate for gate in GATES if gate in required)


#: Name in the file, section's type.
SECTIONS: dict[str, type[Any]] = {
    "build": BuildSection,
    "workload": WorkloadSection,
    "hot": HotSection,
    "search": SearchSection,
    "gates": GateSection,
    "model": ModelSection,
    "budget": BudgetSection,
    "launcher": LauncherSection,
    "sandbox": SandboxSection,
}
