"""One function's IR in its module: found, put back, and told from what it was derived from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.toolchain import ir
from llmopt.toolchain.compiler import Compiler
from tests.conftest import need
from tests.units import compiled, context, printed

TEXT = """
struct pair { int left; float right; };
static int scale = 3;
extern int outside(int);
int before(int a) { return a; }
static __attribute__((noinline)) int helper(int a, int unused, const int *p) { return a + *p; }
int f(const struct pair *p, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += p[i].left * scale + (int)p[i].right + outside(i) + helper(i, n, &p[i].left);
    return sum;
}
int fast(int a) { return a * 2; }
int reader(void) { return scale; }
"""

Module = Callable[..., str]


@pytest.fixture
def module(clang: str, tmp_path: Path) -> Module:
    def make(text: str = TEXT, options: str = "-O2", *, optimized: bool = False) -> str:
        return context(tmp_path, text, clang, options).compiler.module(optimized=optimized)

    return make


def test_a_block_is_one_function_from_define_to_its_brace(module: Module) -> None:
    block = ir.define_block(module(), "f")
    assert block.startswith("define dso_local i32 @f(")
    assert block.endswith("\n}")
    assert block.count("define ") == 1
    with pytest.raises(NotApplicable, match="does not define outside"):
        ir.define_block(module(), "outside")
    with pytest.raises(NotApplicable, match="does not define fas"):
        ir.define_block(module(), "fas")


@pytest.mark.parametrize("options", ["-O2", "-O2 -g"])
def test_an_excerpt_put_back_computes_the_same(
    module: Module, options: str, tmp_path: Path
) -> None:
    text = module(TEXT, options)
    changed = ir.replace(text, "f", ir.excerpt(text, "f"))
    driver = """
        #include <stdio.h>
        struct pair { int left; float right; };
        int f(const struct pair *, int);
        int outside(int a) { return a ^ 5; }
        int main(void) {
            struct pair p[3] = {{1, 2.5f}, {-7, 3}, {11, -4.5f}};
            printf("%d\\n", f(p, 3));
        }
    """
    compiler: Compiler = context(tmp_path, TEXT, "clang-19", options).compiler
    objects = [compiler.assemble(compiler.assembly_of_module(m)) for m in (text, changed)]
    main = compiled(tmp_path, driver)
    first, second = (printed(tmp_path, made, main) for made in objects)
    assert first == second


def test_the_numbers_of_another_module_are_refused(module: Module) -> None:
    text = module()
    with pytest.raises(NotApplicable, match="a number of its module"):
        ir.replace(text, "f", ir.define_block(text, "f"))
    with pytest.raises(NotApplicable, match="!5, a number"):
        ir.replace(text, "f", "define i32 @f() {\n  %1 = load i32, ptr @scale, !tbaa !5\n}")


def test_edits_of_other_functions_leave_the_digest(module: Module) -> None:
    old = ir.derived_from(module(), "f")
    other = TEXT.replace("int before(int a) { return a; }", "float before(void) { return 2; }")
    assert ir.derived_from(module(other), "f") == old
    later = TEXT + "__attribute__((cold, noreturn)) void gone(void) { for (;;) ; }\n"
    assert ir.derived_from(module(later), "f") == old
    moved = "\n\n" + TEXT.replace("int before", "long added(long *p) { return *p; }\nint before")
    assert ir.derived_from(module(moved), "f") == old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("int sum = 0;", "int sum = 1;"),
        ("static int scale = 3;", "static int scale = 4;"),
        ("static int scale = 3;", "static const int scale = 3;"),
        ("static int scale = 3;", "int scale = 3;"),
        ("int left; float right;", "float right; int left;"),
        ("int left; float right;", "int left; float right; int more;"),
        ("int f(const", "__attribute__((hot)) int f(const"),
    ],
)
def test_what_matters_to_the_function_changes_the_digest(
    module: Module, old: str, new: str
) -> None:
    assert ir.derived_from(module(TEXT), "f") != ir.derived_from(
        module(TEXT.replace(old, new)), "f"
    )


def test_a_static_that_becomes_written_shows_in_the_optimized_block(module: Module) -> None:
    """The unoptimized block is the same: it alone would be no proof."""
    written = TEXT + "void set(int a) { scale = a; }\n"
    assert ir.derived_from(module(TEXT), "f") == ir.derived_from(module(written), "f")
    digests = [ir.derived_from(module(t, optimized=True), "f") for t in (TEXT, written)]
    assert digests[0] != digests[1]


def test_a_convention_is_types_and_names_but_no_facts(module: Module) -> None:
    plain, optimized = module(), module(optimized=True)
    assert ir.convention(plain, "f") == ir.convention(optimized, "f")
    assert ir.convention(plain, "outside") is None
    # clang hands a static callee what it needs only, by a convention of its own.
    assert "fastcc" not in str(ir.convention(plain, "helper"))
    assert "fastcc" in str(ir.convention(optimized, "helper"))


def test_of_two_parameters_of_one_type_the_one_left_is_told_by_its_name(clang: str) -> None:
    need("clang-19")
    first = "define internal i32 @g(i32 noundef %a, ptr nocapture %p) #1 {\nret i32 0\n}\n"
    second = first.replace("%a", "%b")
    assert ir.convention(first, "g") != ir.convention(second, "g")
    facts = first.replace("nocapture %p", "nocapture noundef readonly align 4 %p")
    assert ir.convention(first, "g") == ir.convention(facts, "g")


def test_the_globals_that_a_block_names_are_told(module: Module) -> None:
    assert ir.names(module(), "f") == {"f", "scale", "outside", "helper"}


def test_a_block_takes_more_attributes_behind_its_parameters() -> None:
    head = 'define internal i32 @"a b"(ptr noundef align(8) %0, i32 (i8)* %f) local_unnamed_addr'
    block = f"{head} nounwind {{\n  ret i32 0\n}}\n"
    assert ir.with_attributes(block, "sanitize_address").splitlines() == [
        f"{head} sanitize_address nounwind {{",
        "  ret i32 0",
        "}",
    ]
    with pytest.raises(NotApplicable):
        ir.with_attributes("declare i32 @f()", "sanitize_address")


def test_what_cannot_be_predicted_is_kept(tmp_path: Path) -> None:
    need("clang-19")
    text = "int f(int a, int b) { return __builtin_unpredictable(a < b) ? a * 3 : b; }"
    module = context(tmp_path, text, "clang-19", "-O2").compiler.module()
    shown = ir.excerpt(module, "f")
    assert shown.count(", !unpredictable !{}\n") == 1
    assert ir.excerpt(ir.replace(module, "f", shown), "f") == shown


def test_hints_for_loops_are_spelled_out_and_reach_the_optimizer(tmp_path: Path) -> None:
    need("clang-19")
    text = (
        "int f(const int *a, int n) { int s = 0; for (int i = 0; i < n; i++) s ^= a[i]; return s; }"
    )
    compiler = context(tmp_path, text, "clang-19", "-O2 -fno-vectorize").compiler
    module = compiler.module()
    plain = ir.excerpt(module, "f")
    assert "!llvm.loop" not in plain, "mustprogress is a promise"
    before, closing, behind = plain.rpartition("br label %")
    hint = '!llvm.loop !{!{!"llvm.loop.unroll.disable"}, !{!"llvm.loop.interleave.count", i32 1}}'
    target, _, rest = behind.partition("\n")
    asked = f"{before}{closing}{target}, {hint}\n{rest}"
    other = ir.replace(module, "f", asked)
    assert ir.excerpt(other, "f") == asked, "it comes back as it was written"
    made = [compiler.assembly_of_module(one) for one in (module, other)]
    assert made[1].count("xorl") * 2 <= made[0].count("xorl"), "it is not unrolled"
