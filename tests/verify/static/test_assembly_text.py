"""What assembly may not bring in or lose, and that its honest neighbour may stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llmopt.toolchain import assembly
from llmopt.values.step import AssemblyText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.assembly_text import judge_assembly
from tests.conftest import need
from tests.units import context

UNIT = r"""
#include <pthread.h>
#include <string.h>
extern int outside(int);
pthread_mutex_t guard;
volatile int flag;
int shared, other;
int threshold = 3;
int f(int *a, const int *b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = b[i] * 3 + threshold;
    return a[0];
}
int locked(int n)
{
    pthread_mutex_lock(&guard);
    shared += n;
    pthread_mutex_unlock(&guard);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_fetch_add(&other, 1, __ATOMIC_SEQ_CST) + outside(n);
}
int chosen(int n, int m)
{
    switch (n) {
    case 0: return m * 3;
    case 1: return m - 7;
    case 2: return m ^ 11;
    case 3: return m + 19;
    case 4: return outside(m);
    case 5: return m / 3;
    }
    return 0;
}
int waits(void)
{
    int sum = 0;
    while (flag)
        sum += shared;
    return sum;
}
int guarded(const char *s)
{
    char copy[64];
    strcpy(copy, s);
    return outside(copy[3]);
}
"""
GUARDED = "-O2 -fstack-protector-strong -fcf-protection -fno-vectorize -D_FORTIFY_SOURCE=2"
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Judges a function's own assembly with pieces of text replaced, each once."""
    need("clang-19")
    unit = context(tmp_path_factory.mktemp("unit"), UNIT, "clang-19", GUARDED)
    carrier = unit.compiler.assembly()

    def judged(function: str, *edits: tuple[str, str]) -> Verdict:
        text = assembly.excerpt(carrier, function)
        for old, new in edits:
            assert old in text, (old, text)
            text = text.replace(old, new, 1)
        return judge_assembly(unit, AssemblyText(function, "", text), carrier)

    return judged


def first(*lines: str) -> tuple[str, str]:
    """Puts lines at a function's beginning."""
    return "endbr64\n", "endbr64\n" + "".join(f"\t{line}\n" for line in lines)


REFUSED = {
    # places
    "a system call": ("f", first("syscall")),
    "an old system call": ("f", first("int $0x80")),
    "the clock": ("f", first("rdtsc")),
    "the processor's name": ("f", first("cpuid")),
    "a port": ("f", first("inb $4, %al")),
    "a stop": ("f", first("hlt")),
    "the thread's base": ("f", first("wrfsbase %rax")),
    "a segment": ("f", first("movq %fs:0, %rax")),
    "the rounding mode": ("f", first("ldmxcsr -4(%rsp)")),
    "the coprocessor's mode": ("f", first("fldcw -4(%rsp)")),
    "the direction": ("f", first("std")),
    "randomness": ("f", first("rdrand %rax")),
    "a section at start": (
        "f", ("f:\n", 'f:\n\t.section .init_array,"aw"\n\t.quad f\n\t.text\n')
    ),
    "data": ("f", ("f:\n", "f:\n\t.data\n.Lkept:\n\t.long 0\n\t.text\n")),
    "a writable section": (
        "f", ("f:\n", 'f:\n\t.section .mine,"aw"\n.Lkept:\n\t.long 0\n\t.text\n')
    ),
    "a common": ("f", ("f:\n", "\t.comm kept,4\nf:\n")),
    "a global": ("f", ("f:\n", "\t.globl f2\nf2:\nf:\n")),
    "a weak function": ("f", ("f:\n", "\t.weak f\nf:\n")),
    "an alias": ("f", ("f:\n", "\t.set outside, f\nf:\n")),
    "hidden instructions": ("f", first(".byte 0x0f, 0x05")),
    "a fill of one's own": ("f", first(".p2align 4, 0xcc")),
    "a handler": ("f", (".cfi_startproc\n", ".cfi_startproc\n\t.cfi_personality 3, outside\n")),
    # control flow
    "no unwinding": ("f", ("\t.cfi_startproc\n", ""), ("\t.cfi_endproc\n", "")),
    "no landing pad": ("f", ("\tendbr64\n", "")),
    "an indirect jump": ("f", first("jmpq *%rdi")),
    "an indirect call": ("f", first("pushq %rax", "callq *%rdi", "popq %rax")),
    "another callee": ("locked", ("outside@PLT", "inside@PLT")),
    "itself": ("f", first("pushq %rax", "callq f", "popq %rax")),
    "another's data": ("f", first("movl other(%rip), %eax")),
    "a write to what it reads": ("f", first("movl $1, threshold(%rip)")),
    "the address of what it reads": ("f", first("leaq threshold(%rip), %rax")),
    "a write to a constant": ("chosen", first("movl $1, .LJTI2_0(%rip)")),
    # convention
    "a register not given back": ("f", first("xorl %ebx, %ebx")),
    "half a register": ("f", first("movb $1, %bpl")),
    "a stack that grows": ("f", first("pushq %rax")),
    "a stack that shrinks": ("locked", ("popq\t%rbx", "addq $16, %rsp")),
    "the wrong order": ("locked", ("popq\t%rbx", "popq\t%r14"), ("popq\t%r14\n\t.cfi_def_cfa_offset"
                        " 16", "popq\t%rbx\n\t.cfi_def_cfa_offset 16")),
    "a call off alignment": ("locked", ("callq\toutside", "subq $8, %rsp\n\tcallq\toutside"),
                             ("addl\t%ebp, %eax", "addq $8, %rsp\n\taddl %ebp, %eax")),
    "what a call may change": ("locked", ("addl\t%ebp, %eax", "addl\t%ecx, %eax")),
    "what nobody has set": ("f", first("movl %r11d, %eax")),
    "what one way has not set": (
        "f", first("testl %edx, %edx", "je .Lx", "xorl %r11d, %r11d", ".Lx:", "addl %r11d, %eax"),
    ),
    "the return address": ("f", first("movq %rdi, (%rsp)")),
    "below the red zone": ("f", first("movq %rdi, -136(%rsp)")),
    "its end": ("locked", ("retq", "nop")),
    "one way unbalanced": ("f", first("testl %edx, %edx", "je .Lx", "pushq %rbx", ".Lx:")),
    # protection
    "no stack protector": ("guarded", ("callq\t__stack_chk_fail@PLT", "ud2")),
    "no canary": ("guarded", ("movq\t%fs:40", "movq\t40")),
    "an unchecked copy": ("guarded", ("__strcpy_chk@PLT", "strcpy@PLT")),
    # processor, rounding, order
    "wider vectors": ("f", first("vpxor %ymm0, %ymm0, %ymm0")),
    "newer vectors": ("f", first("pmulld %xmm0, %xmm1")),
    "bits of a newer processor": ("f", first("popcntl %edx, %eax")),
    "fused": ("f", first("vfmadd231ss %xmm0, %xmm1, %xmm2")),
    "an estimate": ("f", first("rcpss %xmm0, %xmm1")),
    "an aligned load": ("f", first("movaps (%rsi), %xmm0")),
    "an aligned operand": ("f", first("paddd (%rsi), %xmm0")),
    "past the caches": ("f", first("movnti %eax, (%rdi)")),
    "lost: the fence": ("locked", ("\tmfence\n", "")),
    "lost: the prefix": ("locked", ("lock\t\txaddl", "xaddl")),
    "lost: the lock": ("locked", ("callq\tpthread_mutex_lock@PLT", "nop")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_assembly_may_not_do_is_refuted(judge: Judge, what: str) -> None:
    function, *edits = REFUSED[what]
    verdict = judge(function, *edits)
    assert isinstance(verdict, Refuted), verdict
    if what.startswith("lost: "):
        assert "lost" in verdict.counterexample


DOUBTED = {
    "one more fence": ("locked", ("mfence\n", "mfence\n\tmfence\n")),
    "one more unlock": ("locked", ("mfence\n", "mfence\n\tmovq %r14, %rdi\n\tcallq"
                                               "\tpthread_mutex_unlock@PLT\n")),
    "a write before the lock": (
        "locked", ("addl\t%ebx, shared(%rip)\n", "\n"),
        ("movq\t%r14, %rdi\n", "movq\t%r14, %rdi\n\taddl\t%ebx, shared(%rip)\n"),
    ),
    "rounding": ("f", first("cvtss2si %xmm0, %eax")),
    "a device read once": ("waits", ("cmpl\t$0, flag(%rip)", "cmpl\t$0, %eax")),
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBTED)
def test_what_may_be_right_is_inconclusive(judge: Judge, what: str) -> None:
    function, *edits = DOUBTED[what]
    assert isinstance(verdict := judge(function, *edits), Inconclusive), verdict


ADMITTED = {
    "itself": ("f",),
    "a switch": ("chosen",),
    "a lock": ("locked",),
    "a loop on a device": ("waits",),
    "a protected frame": ("guarded",),
    "a helper without effects": (
        "f", first("pushq %rdi", "pushq %rsi", "pushq %rdx", "callq memcpy@PLT", "popq %rdx",
                   "popq %rsi", "popq %rdi"),
    ),
    "a register kept": ("f", first("pushq %rbx", "xorl %ebx, %ebx", "popq %rbx")),
    "a register kept in a slot": (
        "f", first("subq $24, %rsp", "movq %rbx, 8(%rsp)", "movl $1, %ebx", "movl %ebx, (%rsp)",
                   "movq 8(%rsp), %rbx", "addq $24, %rsp"),
    ),
    "a register kept in another": ("f", first("movq %r12, %r11", "xorl %r12d, %r12d",
                                              "movq %r11, %r12")),
    "what both ways set": ("f", first("testl %edx, %edx", "je .Lx", "movl $1, %r11d", "jmp .Ly",
                                      ".Lx:", "xorl %r11d, %r11d", ".Ly:", "addl %r11d, %eax")),
    "a push for alignment": ("f", first("pushq %r11", "popq %r11")),
    "a frame pointer": ("f", first("pushq %rbp", "movq %rsp, %rbp", "andq $-32, %rsp",
                                   "subq $64, %rsp", "leave")),
    "the red zone": ("f", first("movq %rdi, -128(%rsp)", "movq -128(%rsp), %rax")),
    "two ways alike": ("f", first("pushq %rbx", "testl %edx, %edx", "je .Lx", "xorl %ebx, %ebx",
                                  ".Lx:", "popq %rbx")),
    "an unaligned load": ("f", first("movups (%rsi), %xmm0", "movdqu 16(%rsi), %xmm1")),
    "an aligned load of its own": ("f", first("movaps %xmm0, -24(%rsp)")),
    "a constant": (
        "f", first("pand .Lmask(%rip), %xmm0"),
        ("f:\n", '\t.section .rodata.cst16,"aM",@progbits,16\n\t.p2align 4\n.Lmask:\n\t.zero 16\n'
                 "\t.text\nf:\n"),
    ),
    "padding": ("f", first(".p2align 5, 0x90", ".p2align 4,,10")),
    "what it reads, once more": ("f", first("movl threshold(%rip), %eax")),
}  # fmt: skip


@pytest.mark.parametrize("what", ADMITTED)
def test_the_honest_neighbour_passes(judge: Judge, what: str) -> None:
    function, *edits = ADMITTED[what]
    assert isinstance(verdict := judge(function, *edits), Passed), verdict
