"""Recipes, steps and their hypothesis strategies, for the rooms that store and show them."""

from __future__ import annotations

from hypothesis import strategies as st

from llmopt.values.digest import digest
from llmopt.values.measurement import Speedup
from llmopt.values.recipe import Recipe
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from llmopt.values.verdict import Passed

SPEEDUP = Speedup(1.25, 1.2, 1.3, 7, 0.99, 1.01)
DONOR = Donor(functions=("hot",), options=("-O3", "-mavx2"))

#: Texts as they come from files: no zero byte, no half surrogate pair.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
hexes = st.integers(0, 2**64).map(lambda number: digest("test", number))
words = st.lists(texts, max_size=3).map(tuple)

steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        SourceText,
        function=names,
        derived_from=hexes,
        text=texts,
        reaches=hexes,
        helpers=words,
        options=words,
    ),
    st.builds(IrText, function=names, derived_from=hexes, text=texts),
    st.builds(Donor, functions=st.lists(names, max_size=3).map(tuple), options=words, passes=texts),
    st.builds(AssemblyText, function=names, derived_from=hexes, text=texts),
)


def recipe(
    *steps: Step,
    key: str = "key",
    function: str = "hot",
    source: str = "src/hot.c",
    gates: tuple[str, ...] = ("identity", "time"),
    speedup: Speedup = SPEEDUP,
) -> Recipe:
    """A recipe that passed the gates it needs."""
    return Recipe(
        function=function,
        source=source,
        function_key=key,
        unit_key="unit",
        steps=steps or (DONOR,),
        required=gates,
        verdicts=tuple(Passed(gate, {"runs": 3}) for gate in gates),
        speedup=speedup,
        provenance={"agent": "offline", "move": "donor O3", "compiler": "gcc 12.2"},
    )


recipes = st.builds(
    lambda steps, key, function: recipe(*steps, key=key, function=function),
    st.lists(steps, min_size=1, max_size=3),
    hexes,
    names,
)
