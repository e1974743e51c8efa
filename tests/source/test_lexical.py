"""The function key: what must not change it, what must, and that the text behind it is exact."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from llmopt.errors import SourceError
from llmopt.source.lexical import parse, tokenize
from llmopt.values.digest import digest

from .lexical_unit import COMPILERS, UNIT, edited, preprocessed


@dataclass(frozen=True)
class Edit:
    """A change to the unit: pieces replaced, and flags for the compiler."""

    name: str
    pieces: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name.replace(" ", "_")


def edit(name: str, *pieces: tuple[str, str], flags: tuple[str, ...] = ()) -> Edit:
    return Edit(name, pieces, flags)


HOT = "int hot(const struct item *items, sample_t gain, int n)\n{"
INCLUDES = "/* more includes */"
BEFORE = "/* before header */"
AFTER = "/* after header */"
END = "/* end of file */"

KEEPS = [
    edit("nothing"),
    edit("a comment in the function", ("int sum = 0;", "int sum /* so far */ = 0; // zero")),
    edit("a comment in another function", ("int twice =", "int /* 2a */ twice =")),
    edit("reformatted white space", ("for (int i = 0; i < n; i++) {", "for(int i=0;i<n;i++){")),
    edit("a declaration broken over lines", ("static int leaf(int x)", "static int\nleaf(int x)")),
    edit("blank lines around the function", ("/* the hot one */", "\n\n\n")),
    edit("the body of another function", ("int twice = a * 2;", "int twice = a << 3;")),
    edit("the body of a caller", ("return hot(items, 1, 4);", "return hot(items, 2, 5) + 1;")),
    edit("another function removed", ("int another(int a) { return other(a) ^ 9; }", "")),
    edit("another function added", (END, "static int fresh(void) { return 4; }")),
    edit("an unused type", ("int left, right;", "long left; char right;")),
    edit("an unused type added", (END, "struct fresh { struct item one; };")),
    edit("an unused macro", ("UNUSED_MACRO 1", "UNUSED_MACRO (2 + 3)")),
    edit("an unused enum", ("UNUSED_A, UNUSED_B", "UNUSED_A = 7, UNUSED_B, UNUSED_C")),
    edit("an unused include", (INCLUDES, "#include <ctype.h>\n#include <limits.h>")),
    edit("an unused extern declaration", ("extern int unused_object;", "extern long unused_two;")),
    edit("an unused function of a used type", (END, "struct item *fresh(sample_t gain);")),
    edit("an unrelated -D", flags=("-DTRACE=5",)),
    edit("a static assertion", (END, '_Static_assert(sizeof(struct item) > 4, "small");')),
    edit("an empty declaration", ("int counter;", "int counter;;")),
    edit(
        "a renamed macro with the same expansion",
        ("#define SCALE 3", "#define FACTOR 3"),
        ("SCALE * it", "FACTOR * it"),
    ),
    edit(
        "reordered unrelated functions",
        ("int another(int a) { return other(a) ^ 9; }", ""),
        ("int other(int a)\n", ("int other(int);\nint another(int a) { return other(a) ^ 9; }\n"
         "int other(int a)\n")),
    ),
    edit("a local variable's attribute in another function",
         ("int twice =", "int sum __attribute__((unused)), twice =")),
    edit("inline assembly in another function",
         ("int twice =", 'if (outside(a)) __asm__ volatile("" : : : "memory"); int twice =')),
]  # fmt: skip

CHANGES = [
    edit("a token of the body", ("int sum = 0;", "int sum = 1;")),
    edit("an operator of the body", ("sum += SCALE", "sum -= SCALE")),
    edit("a constant macro used", ("#define SCALE 3", "#define SCALE 4")),
    edit("the size macro of a global array used", ("#define ROWS 16", "#define ROWS 32")),
    edit("a size macro used only in the array's type",
         ("#define ROWS 16", "#define ROWS 16\n#define SIZE 64"),
         ("history[ROWS]", "history[SIZE]")),
    edit("a parameter's type through its typedef",
         ("typedef int16_t sample_t", "typedef int32_t sample_t")),
    edit("a typedef used only inside a struct used",
         ("typedef uint32_t width_t", "typedef uint64_t width_t")),
    edit("the type of a struct's field", ("char tag;", "short tag;")),
    edit("the order of a struct's fields",
         ("char tag;\n    width_t width;", "width_t width;\n    char tag;")),
    edit("a field of a nested anonymous struct", ("short low, high;", "short high, low;")),
    edit("a field of a nested anonymous union", ("float real;", "double real;")),
    edit("packed after the brace", ("width_t width;\n};",
                                    "width_t width;\n} __attribute__((packed));")),
    edit("pragma pack around the struct", (BEFORE, "#pragma pack(push, 1)"),
         (AFTER, "#pragma pack(pop)")),
    edit("_Pragma pack around the struct", (BEFORE, '_Pragma("pack(push, 1)")'),
         (AFTER, '_Pragma("pack(pop)")')),
    edit("pragma STDC FP_CONTRACT", (INCLUDES, "#pragma STDC FP_CONTRACT OFF")),
    edit("pragma weak of the function", (END, "#pragma weak hot")),
    edit("pragma weak of a callee", (END, "#pragma weak outside")),
    edit("pragma optimize", (INCLUDES, '#pragma GCC optimize("O1")')),
    edit("a pragma in another function", ("int twice =", "\n#pragma pack(2)\nint twice =")),
    edit("the value of an enumerator used", ("MODE_LAST }", "MODE_LAST = 9 }")),
    edit("an earlier enumerator that shifts the one used", ("MODE_FAST = 4", "MODE_FAST = 5")),
    edit("an enumerator inserted before the one used",
         ("MODE_FAST = 4,", "MODE_FAST = 4, MODE_MORE,")),
    edit("the body of a static callee", ("leaf(x) + 1", "leaf(x) + 2")),
    edit("the body of a second-level static callee", ("x * 7", "x * 8")),
    edit("the body of a non-static callee", ("return x - 2;", "return x - 3;")),
    edit("the initialiser of a const table", ("{ 1, 2, 3, 5 }", "{ 1, 2, 3, 6 }")),
    edit("the initialiser of a static local", ("calls = 11", "calls = 12")),
    edit("a _Generic target", ("sample_t: 1", "sample_t: 3")),
    edit("a _Generic type", ("sample_t: 1", "char: 1")),
    edit("an asm label", ("extern int outside(int);", 'extern int outside(int) __asm__("o");')),
    edit("an asm label of the function", ("int n);\n", 'int n) __asm__("cold");\n')),
    edit("a tentative definition completed later", (END, "int counter = 5;")),
    edit("const on a table taken away", ("static const int weights", "static int weights")),
    edit("volatile on an object used", ("int counter;", "volatile int counter;")),
    edit("an object made thread-local", ("int counter;", "_Thread_local int counter;")),
    edit("a callee's prototype with an attribute elsewhere",
         (END, "int outside(int) __attribute__((const));")),
    edit("the function's prototype with an attribute elsewhere",
         (END, "int hot(const struct item *, sample_t, int) __attribute__((cold));")),
    edit("an extern with an attribute in another function's block",
         ("int twice =", "extern int outside(int) __attribute__((const)); int twice =")),
    edit("a declaration with an attribute in another function's block",
         ("int twice =", "int outside(int) __attribute__((const)); int twice =")),
    edit("an asm label in another function's block",
         ("int twice =", 'extern int outside(int) __asm__("o"); int twice =')),
    edit("an extern array in another function's block",
         ("int twice =", "extern int a, counter __attribute__((aligned(64))); int twice =")),
    edit("-DNDEBUG with assert", flags=("-DNDEBUG",)),
    edit("the condition of an assert", ("assert(n >= 0)", "assert(n > 0)")),
    edit("the function made static", (HOT, "static " + HOT)),
    edit("the function made inline", (HOT, "inline " + HOT)),
    edit("a callee made inline", ("static int leaf", "static inline int leaf")),
    edit("a callee no longer static", ("static int step", "int step")),
    edit("a callee made noinline",
         ("static int leaf", "__attribute__((noinline)) static int leaf")),
    edit("visibility of a callee", ("extern int outside(int);",
         '__attribute__((visibility("hidden"))) extern int outside(int);')),
    edit("visibility of the function elsewhere",
         (END, 'extern __typeof__(hot) hot __attribute__((visibility("hidden")));')),
    edit("an alias of the function", (END, '__typeof__(hot) warm __attribute__((alias("hot")));')),
    edit("a callee that is an alias", ("extern int outside(int);",
         'extern int outside(int) __attribute__((alias("other")));')),
    edit("what an aliased callee does", ("extern int outside(int);",
         'extern int outside(int) __attribute__((alias("far"))); int far(int a) { return a; }')),
    edit("file-scope assembly", (END, '__asm__(".globl nothing");')),
    edit("a macro that renames a callee", (INCLUDES, "#define outside inside")),
    edit("the second parameter's type", ("int hot(const struct item *items, sample_t gain, int n);",
         ""), (HOT, HOT.replace("sample_t gain", "long gain"))),
    edit("the function asks for its line", ("int sum = 0;", "int sum = __builtin_LINE();")),
]  # fmt: skip


@pytest.fixture(scope="module", params=COMPILERS)
def compiler(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture(scope="module")
def original(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return key(preprocessed(compiler, UNIT, tmp_path_factory.mktemp("unit")))


def key(text: bytes, name: str = "hot") -> str:
    return parse(text).closure(name).digest


def key_of(text: str, name: str = "hot") -> str:
    return key(text.encode(), name)


@pytest.mark.parametrize("change", KEEPS, ids=str)
def test_the_key_survives(change: Edit, compiler: str, original: str, tmp_path: Path) -> None:
    text = preprocessed(compiler, edited(change.pieces), tmp_path, change.flags)
    assert key(text) == original


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_key_changes_with(change: Edit, compiler: str, original: str, tmp_path: Path) -> None:
    text = preprocessed(compiler, edited(change.pieces), tmp_path, change.flags)
    assert key(text) != original


# ------------------------------------------------------- rules that the matrix cannot show alone


PLAIN = "extern int g(int); int f(int a) { return g(a); }\n"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("#pragma pack(1)\nint h(int); int g(int);", "int h(int); int g(int);\n#pragma pack(1)"),
        ("#pragma weak g\n", ""),
        ('_Pragma("pack(1)") int g(int);', 'int g(int) _Pragma("pack(1)");'),
        ('int h(int a) { _Pragma("pack(1)") return 1; }', "int h(int a) { return 1; }"),
        ("int h(int a)\n#pragma pack(1)\n{ return 1; }", "int h(int a) { return 1; }"),
        ("#pragma weak g = h\nint h(void) {return 1;}",
         "#pragma weak g = h\nint h(void) {return 2;}"),
        ('int h(void) {return 1;}\nint g(int) __attribute__((ifunc("h")));',
         'int h(void) {return 2;}\nint g(int) __attribute__((ifunc("h")));'),
        ('[[gnu::alias("h")]] int g(int); int h(int a) {return 1;}',
         '[[gnu::alias("h")]] int g(int); int h(int a) {return 2;}'),
        # gcc and clang call these on their own
        ('int puts(const char *) __asm__("x");', 'int puts(const char *) __asm__("y");'),
        ("int puts(const char *s) { return 1; }", "int puts(const char *s) { return 2; }"),
        # a static assertion that defines a type is no mere assertion
        ('_Static_assert(sizeof(struct g {int a;}) == 4, "");',
         '_Static_assert(sizeof(struct g {short a;}) == 2, "");'),
        ('extern int g(int) __asm__("h"); int h(int a) {return 1;}',
         'extern int g(int) __asm__("h"); int h(int a) {return 2;}'),
    ],
)  # fmt: skip
def test_a_difference_outside_the_function_that_can_change_it_changes_the_key(
    one: str, two: str
) -> None:
    assert key_of(PLAIN.replace("\n", "\n" + one), "f") != key_of(
        PLAIN.replace("\n", "\n" + two), "f"
    )


def test_a_declaration_of_stpcpy_matters_where_gcc_can_call_it_by_itself() -> None:
    user = "unsigned long strlen(const char *); int f(char *a) { return strlen(a); }\n"
    extra = "char *stpcpy(char *, const char *);\n"
    assert key_of(user + extra, "f") != key_of(user, "f")
    assert key_of(PLAIN + extra, "f") == key_of(PLAIN, "f")


def test_inline_copies_that_are_never_called_out_of_line_do_not_matter() -> None:
    fortified = "extern inline __attribute__((__gnu_inline__)) int puts(char *s) { return 1; }"
    assert key_of(PLAIN + fortified, "f") == key_of(PLAIN, "f")


def test_a_bool_of_older_headers_is_found_by_its_name() -> None:
    unit = "typedef enum { no, yes } bool; int f(void) { return (bool)3; }"
    assert "bool" in parse(unit.encode()).closure("f").names


def test_builtins_are_reached_through_the_declaration_of_the_library_function() -> None:
    unit = "int ffs_(int); int abs_(int a) { return 1; } int f(int a) { return __builtin_abs_(a); }"
    names = parse(unit.encode()).closure("f").names
    assert names == {"f", "abs_"}


def test_hidden_functions_are_not_one_closure() -> None:
    hidden = '__attribute__((visibility("hidden"))) int {}(int a) {{ return {}; }}\n'
    unit = hidden.format("f", 1) + hidden.format("g", 2)
    assert parse(unit.encode()).closure("f").names == {"f"}


def test_a_chunk_without_a_name_is_in_every_closure() -> None:
    assert key_of(PLAIN + "struct { int a; };", "f") != key_of(PLAIN, "f")


def test_the_place_is_in_the_key_only_where_the_text_asks_for_it() -> None:
    asks = "int f(void) {\n return __builtin_LINE(); }"
    assert key_of('# 3 "a.c"\n' + asks, "f") != key_of('# 4 "a.c"\n' + asks, "f")
    assert key_of('# 3 "a.c"\n' + PLAIN, "f") == key_of('# 4 "b.c"\n' + PLAIN, "f")


def test_functions_with_one_text_have_different_digests() -> None:
    unit = parse(b"int g(int); int f(int a) { return g(a); } int g(int a) { return f(a); }")
    assert unit.closure("f").text == unit.closure("g").text
    assert unit.closure("f").digest != unit.closure("g").digest


def test_universal_names_and_letters_are_one_name() -> None:
    unit = "int caf\\u00e9 = 1; int f(void) { return caf\u00e9; }"
    assert parse(unit.encode()).closure("f").names == {"f", "caf\u00e9"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("int (*p)(int), x = 3, *y, z[3], (*t[4])(int);", {"p", "x", "y", "z", "t"}),
        ("void (*sig(int s, void (*h)(int)))(int);", {"sig"}),
        ("typedef struct {int a;} one, *two;", {"one", "two"}),
        ("struct T {int q; enum {A = 2, B} e; struct {int n;} i;} v = {1};", {"T", "A", "B", "v"}),
        ("__typeof__(int) x; ", {"x"}),
        ("typeof(int *) *f(void);", {"f"}),
        ("_Alignas(16) int x;", {"x"}),
        ("_Atomic(int) x;", {"x"}),
        ("[[gnu::const]] int f(int);", {"f"}),
        ("struct __attribute__((packed)) S {int a;} __attribute__((aligned(8)));", {"S"}),
        ("const int (rows)[2] = { [0] = 1, [1] = (int){2} };", {"rows"}),
        ("struct S {int a;} f(void) {struct L {int b;} l; return (struct S){1};}", {"S", "f"}),
        ("int f(a, b) int a; char *b; { return a; }", {"f"}),
        ("int (*f(a))(int) int a; { return 0; }", {"f"}),
        ("main(argc) { return 0; }", {"main"}),
        ("size_t (f)(int);", {"f"}),
        ("struct S; ", {"S"}),
        ("enum E : unsigned char { A };", {"E", "A"}),
        ("extern FILE *in;", {"in"}),
        ("typedef long unsigned int size_t;", {"size_t"}),
        ("int x = sizeof(struct S { int a; });", {"x", "S"}),
        ("weird T x y;", {"weird", "T", "x", "y"}),
        ("int f(void) <% return 0; %>", {"f"}),
    ],
)  # fmt: skip
def test_the_names_that_a_declaration_declares(text: str, names: set[str]) -> None:
    uses = "".join(f"{name} " for name in sorted(names))
    unit = parse(f"{text} void user_(void) {{ {uses}; }}".encode())
    chunks = [chunk.names for chunk in unit.closure("user_").chunks if "user_" not in chunk.names]
    assert [set(found) for found in chunks] == [names]


def test_definitions_are_located_by_the_line_markers() -> None:
    text = b'# 1 "a.c"\nint f(int);\n\n# 40 "dir/b \\"c\\".h" 1 3\nstatic\nint *\nf(int a) { }\n'
    assert parse(text).definition_line("f") == ('dir/b "c".h', 42)


def test_asking_for_a_function_that_is_not_defined_once_is_an_error() -> None:
    unit = parse(b"int f(void); extern inline int g(void) {} int g(void) {}")
    with pytest.raises(SourceError, match="defines no function 'f'"):
        unit.closure("f")
    with pytest.raises(SourceError, match="'g' is defined 2 times"):
        unit.closure("g")


@pytest.mark.parametrize(
    "text",
    [
        "int f(void) {",
        "int f(void) }",
        "int f(void) { ( } )",
        "int x",
        'char *s = "abc;\n',
        "int c = 'a;\n",
        "/* no end",
        "{ int x; }",
        "int x; { int y; }",
        'extern "C" { int f(void); }',
        "#define N 4\nint x;",
        "#if 1\nint x;\n#endif",
        '#include "a.h"\nint x;',
        '#pragma GCC pch_preprocess "a.gch"\nint x;',
        "#pragma clang module import a\nint x;",
        "int a # b;",
        "int a \\ b;",
    ],
)  # fmt: skip
def test_text_that_cannot_be_split_is_refused(text: str) -> None:
    with pytest.raises(SourceError):
        parse(text.encode())


# ------------------------------------------------------------------------- the canonical text


def test_the_canonical_text_is_the_known_one() -> None:
    text = (
        b'# 1 "a.c"\n#pragma  pack( push,1 )\nstruct s { char a; /* c */ int b; };\n'
        b"#pragma pack(pop)\n"
        b"int unused;\nstatic int sq(int x){return x*x;}\n\n"
        b"int f(struct s*p) {\n#pragma GCC unroll 4\n for(;;) p->b+= sq(p->a)+ +1;"
        b'return L"a b"[0]; }\n'
    )
    closure = parse(text).closure("f")
    assert closure.text == (
        b"#pragma pack ( push , 1 )\n"
        b"struct s { char a ; int b ; } ;\n"
        b"#pragma pack ( pop )\n"
        b"static int sq ( int x ) { return x * x ; }\n"
        b"int f ( struct s * p ) { \n#pragma GCC unroll 4\n"
        b'for ( ; ; ) p -> b += sq ( p -> a ) + + 1 ; return L"a b" [ 0 ] ; }\n'
    )
    assert closure.digest == digest("closure", "f", closure.text)
    assert closure.digest == "36345aefafe1a116b06c0b6f3c9cac84ec94beffc04ed5bc88b0eb8d8dec2ee4"


TOKENS = st.one_of(
    st.sampled_from(
        """+ ++ - -- -> > >> >>= = == < << <: <% %= & && | || ^ ! != ~ ? : :: . ... , * / /= [ ]
        ( ) int x L u8 R a1 1 0x1e 1e+3 .5 1'000""".split()
    ),
    st.sampled_from(['""', '"a b"', 'L"x"', r"'\''", "u8'a'", '"//"', '"/*"', 'R"(a\n "b)"']),
    st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{0,4}", fullmatch=True),
    st.from_regex(r"\.?[0-9]([eEpP][+-]|[0-9a-z_.]){0,4}", fullmatch=True),
    st.from_regex(r'"([ -!#-\[\]-~]|\\[ -~]){0,6}"', fullmatch=True),
)
WORDS = TOKENS.filter(lambda token: token not in ("(", ")", "[", "]", "<:", "<%", "%>"))
SPACES = st.sampled_from((" ", "\n", "\t", "  ", "\n\n", "/* c */", "// c\n", '\n# 7 "x.h" 3\n'))


def function(body: str) -> bytes:
    return f"int f(void) {{ {body}\n}}".encode()


@given(st.lists(WORDS), st.lists(WORDS))
@example(["+", "+"], ["++"])
@example(["a", "b"], ["ab"])
@example(["L", '"x"'], ['L"x"'])
@example(["0x1e", "+", "1"], ["0x1e+1"])
@example(["-", ">"], ["->"])
@example(['"a b"'], ['"a', 'b"'])
def test_different_tokens_have_different_texts(one: list[str], two: list[str]) -> None:
    assume(one != two)
    assume(all(tokenize(token) == [token] for token in one))
    try:
        other = key(function(" ".join(two)), "f")
    except SourceError:
        return
    if tokenize(" ".join(two)) != one:
        assert key(function(" ".join(one)), "f") != other


@given(st.lists(TOKENS))
def test_the_text_of_tokens_gives_the_tokens_back(tokens: list[str]) -> None:
    assert tokenize(" ".join(tokens)) == tokens


@given(st.lists(st.tuples(WORDS, SPACES)), st.lists(SPACES, min_size=40, max_size=40))
def test_white_space_and_comments_never_change_the_key(
    tokens: list[tuple[str, str]], others: list[str]
) -> None:
    plain = " ".join(token for token, _ in tokens)
    spaced = "".join(f"{token} {space}" for token, space in tokens)
    again = "".join(
        f"{token}{space} {space}" for (token, _), space in zip(tokens, others, strict=False)
    )
    expected = key(function(plain), "f")
    assert key(function(spaced), "f") == expected
    if len(tokens) <= len(others):
        # `/` before a comment would be another token: keep them apart
        assert key(function(again.replace("//*", "/ /*").replace("///", "/ //")), "f") == expected


# ------------------------------------------------------------------------------ malformed text


@pytest.fixture(scope="module")
def expanded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return preprocessed("gcc", UNIT, tmp_path_factory.mktemp("fuzz"), ("-P",))


def survives(text: bytes) -> None:
    """Parse and close over everything; only SourceError may come out."""
    try:
        unit = parse(text)
        for name in unit.functions:
            unit.closure(name)
            unit.definition_line(name)
    except SourceError:
        pass


def test_truncated_text_raises_nothing_but_source_errors(expanded: bytes) -> None:
    tail = expanded[-2600:]
    for end in range(0, len(tail), 7):
        survives(tail[:end])
    for start in range(0, len(tail), 7):
        survives(tail[start:])


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_mangled_text_raises_nothing_but_source_errors(
    data: st.DataObject, expanded: bytes
) -> None:
    text = expanded[-2600:]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        size = data.draw(st.integers(0, 40))
        new = data.draw(
            st.sampled_from(
                (b"", b"(", b")", b"{", b"}", b";", b'"', b"#", b"\n#pragma (", b"__attribute__",
                 b"struct", b"enum {", b"\xff\x00", b"extern", b'R"(', b"_Pragma(", b"[[", b"=",
                 b"__extension__", b"\n# 99999999999999999999999999\n", b"__builtin_LINE")
            )
        )  # fmt: skip
        text = text[:at] + new + text[at + size :]
    survives(text)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_raise_nothing_but_source_errors(data: bytes) -> None:
    survives(data)


@given(st.text("(){}[];=,*#\"' \nax:<%>_", max_size=40))
def test_arbitrary_punctuation_raises_nothing_but_source_errors(text: str) -> None:
    survives(text.encode())


# ---------------------------------------------------------------------------------- real text


HEADERS = {
    "libc": "stdio stdlib string math ctype errno time signal setjmp wchar complex fenv",
    "posix": "unistd pthread sys/socket sys/stat netdb fcntl poll dlfcn regex sys/mman",
    "intrinsics": "immintrin stdatomic stdint",
}


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("flags", [(), ("-O2", "-D_GNU_SOURCE"), ("-O2", "-D_FORTIFY_SOURCE=2")])
def test_every_function_of_system_headers_has_a_closure(
    headers: str, flags: tuple[str, ...], compiler: str, tmp_path: Path
) -> None:
    text = including(HEADERS[headers]) + "int last(void) { return 0; }\n"
    unit = parse(preprocessed(compiler, text, tmp_path, flags))
    assert unit.functions[-1] == "last"
    for name in unit.functions[:: max(len(unit.functions) // 200, 1)]:
        closure = unit.closure(name)
        assert name in closure.names
        assert closure.text.decode().count("{") == closure.text.decode().count("}")
    assert unit.definition_line("last") == ("unit.c", text.count("\n"))


DECLARED = re.compile(
    r"[|`]-(?:Function|Var|Typedef|EnumConstant)Decl 0x\w+ (?:prev 0x\w+ )?<.*?> .*?\b([\w$]+) '"
)
ENUMERATOR = re.compile(r"[|`] +[|`]-EnumConstantDecl 0x\w+ <.*?> .*?\b([\w$]+) '")
INVISIBLE = {"__int128_t", "__uint128_t", "__NSConstantString"}


@pytest.mark.skipif(shutil.which("clang-19") is None, reason="clang-19 is not installed")
@pytest.mark.parametrize("headers", ["libc", "posix"])
def test_every_name_that_clang_sees_declared_is_found(headers: str, tmp_path: Path) -> None:
    text = preprocessed("clang-19", including(HEADERS[headers]), tmp_path, ("-D_GNU_SOURCE",))
    (tmp_path / "unit.i").write_bytes(text)
    dump = subprocess.run(
        ["clang-19", "-w", "-fsyntax-only", "-Xclang", "-ast-dump", tmp_path / "unit.i"],
        stdout=subprocess.PIPE, check=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    found = [DECLARED.match(line) or ENUMERATOR.match(line) for line in dump]
    expected = {match[1] for match in found if match} - INVISIBLE
    expected = {name for name in expected if not name.startswith("__builtin_")}
    user = f"void user_(void) {{ {' '.join(sorted(expected))}; }}".encode()
    assert len(expected) > 500
    assert expected - parse(text + user).closure("user_").names == set()


def test_ten_thousand_lines_parse_in_well_under_a_second(tmp_path: Path) -> None:
    headers = HEADERS["libc"] + " " + HEADERS["posix"]
    text = preprocessed("gcc", including(headers), tmp_path, ("-D_GNU_SOURCE", "-O2"))
    lines = text.count(b"\n")
    best = min(timed(text) for _ in range(3))
    # 0.12 s is the aim and 0.05 s usual; the rest is for a busy machine and for coverage
    assert best / lines * 10_000 < 0.6


def timed(text: bytes) -> float:
    start = time.process_time()
    parse(text)
    return time.process_time() - start


def including(headers: str) -> str:
    return "".join(f"#include <{header}.h>\n" for header in headers.split())
