"""What original and candidate leave in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmopt.values.verdict import Passed, Refuted
from tests.conftest import need
from tests.shadow.programs import QUICK, Program

LIST = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct entry { struct entry *next; char *name; int count; };
struct entry *entries;
void note(int key)
{
    struct entry **link = &entries;
    while (*link && (*link)->count != key)
        link = &(*link)->next;
    if (*link) {
        struct entry *old = *link;
        *link = old->next;
        free(old->name);
        free(old);
        return;
    }
    struct entry *made = malloc(sizeof *made);
    made->next = NULL;
    made->count = key;
    made->name = malloc(20);
    memset(made->name, 0, 20);
    sprintf(made->name, "entry %d", key);
    *link = made;
}
int main(void)
{
    unsigned random = 5, sum = 0;
    for (int i = 0; i < 1500; i++) {
        random = random * 1103515245 + 12345;
        note((int)(random >> 20) % 100);
    }
    for (struct entry *at = entries; at; at = at->next)
        sum = sum * 31 + (unsigned)at->count + (unsigned char)at->name[6];
    printf("%u\\n", sum);
    return 0;
}
"""
OTHER_ORDER = """void note(int key)
{
    struct entry **link = &entries;
    while (*link && (*link)->count != key)
        link = &(*link)->next;
    if (*link) {
        struct entry *old = *link;
        *link = old->next;
        char *name = old->name;
        free(old);
        free(name);
        return;
    }
    char *scratch = malloc(64), *name = calloc(1, 20);
    sprintf(scratch, "entry %d", key);
    strcpy(name, scratch);
    struct entry *made = malloc(sizeof *made);
    *made = (struct entry){.name = name, .count = key};
    memset(made, 0, sizeof *made);
    made->name = name;
    made->count = key;
    *link = made;
    free(scratch);
}"""
WRONG = {
    "use after free": (
        "*link = old->next;\n        char *name = old->name;\n        free(old);",
        "char *name = old->name;\n        free(old);\n        *link = old->next;",
        "",
    ),
    "leak": ("free(name);", "if (key != 50) free(name);", "heap block"),
    "double free": ("free(old);", "free(old); if (key == 50) free(old);", "no live block"),
    "uninitialised": ("calloc(1, 20)", "malloc(20)", "a5a5"),
    "left over": ("free(scratch);", "if (key != 50) free(scratch);", "is left over"),
    "out of bounds": ("strcpy(name, scratch);", "strcpy(name, scratch); name[20] = 1;", "byte 16"),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    need("gcc")
    return Program(tmp_path_factory.mktemp("list"), "note", LIST)


def test_blocks_may_come_in_another_order_and_at_other_addresses(program: Program) -> None:
    verdict = program.judge(OTHER_ORDER)
    assert isinstance(verdict, Passed), verdict


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_the_heap_shows(program: Program, what: str) -> None:
    old, new, says = WRONG[what]
    assert old in OTHER_ORDER
    verdict = program.judge(OTHER_ORDER.replace(old, new))
    assert isinstance(verdict, Refuted), verdict
    assert says in verdict.counterexample


def test_every_page_is_compared_where_the_kernel_does_not_tell_which_changed(
    program: Program,
) -> None:
    everything = replace(QUICK, every_page=True, samples=5, stretch_ms=200)
    assert isinstance(program.judge(OTHER_ORDER, settings=everything), Passed)
    old, new, _ = WRONG["leak"]
    verdict = program.judge(OTHER_ORDER.replace(old, new), settings=everything)
    assert isinstance(verdict, Refuted), verdict
