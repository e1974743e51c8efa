"""What generated tests find, and what they let pass, on small functions."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from llmopt.harness.compare import against, compare, oracle, telling
from llmopt.harness.program import Harness
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import source_step
from llmopt.sandbox.run import Sandbox
from llmopt.values.contract import Contract
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe
from llmopt.verify import tests as gate
from tests import units
from tests.conftest import need

SEED = 20
CASES = 200


def judged(
    directory: Path,
    unit: str,
    function: str,
    text: str,
    contract: Contract | None = None,
    cases: int = CASES,
) -> Verdict:
    context = units.context(directory, unit)
    harness = Harness(context, function, units.SANDBOX, contract=contract)
    step = source_step(context, function, text.encode())
    return gate.judge(Suite(harness, SEED, cases), [step])


class Example(NamedTuple):
    unit: str
    function: str
    candidate: str


SUM = """
#include <stdlib.h>
long sum(const int *a, int n)
{
    long s = 0;
    for (int i = 0; i < n; i++)
        s += a[i];
    return s;
}
"""
COPY = """
#include <stddef.h>
void copy(unsigned short *to, const unsigned short *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i];
}
"""
SCALE = """
void scale(float *a, unsigned n, float by)
{
    for (unsigned i = 0; i < n; i++)
        a[i] = a[i] * by + 1.0f;
}
"""
LIST = """
#include <stdlib.h>
struct node { struct node *next; int key; };
struct list { struct node *head; struct node *tail; int count; };
int drop(struct list *list, int key)
{
    int dropped = 0;
    struct node **link = &list->head, *last = NULL;
    while (*link) {
        struct node *node = *link;
        if (node->key == key) {
            *link = node->next;
            free(node);
            dropped++;
        } else {
            last = node;
            link = &node->next;
        }
    }
    list->tail = last;
    list->count -= dropped;
    return dropped;
}
"""
JOIN = """
#include <stdlib.h>
#include <string.h>
char *join(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    char *made = malloc(n + m + 16);
    if (!made)
        return NULL;
    memcpy(made, a, n);
    memcpy(made + n, b, m + 1);
    return made;
}
"""
COUNTER = """
#include <stdio.h>
static unsigned calls, limit = 9;
int next(int step)
{
    calls += (unsigned)step & 3;
    if (calls > limit)
        calls = 0;
    return (int)calls;
}
unsigned bounded(unsigned by) { limit = by; return calls; }
"""
EACH = """
#include <stddef.h>
int each(const long *a, size_t n, int (*visit)(long, void *), void *context)
{
    for (size_t i = 0; i < n; i++)
        if (!visit(a[i], context))
            return 0;
    return 1;
}
"""
SORT = """
#include <stddef.h>
void sort(int **a, size_t n, int (*order)(const int *, const int *))
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k && order(a[k - 1], a[k]) > 0; k--) {
            int *held = a[k];
            a[k] = a[k - 1];
            a[k - 1] = held;
        }
}
"""
REPORT = """
#include <errno.h>
#include <stdio.h>
int report(FILE *to, const char *word, unsigned n)
{
    if (n > 40) {
        errno = EINVAL;
        return -1;
    }
    fprintf(to, "%s %u\\n", word ? word : "none", n);
    return (int)n;
}
"""
POINT = """
struct point { char tag; double x, y; unsigned kind : 3, seen : 1; };
struct point moved(struct point p, double by)
{
    p.x += by;
    p.y -= by;
    p.seen = 1;
    return p;
}
"""
NUMBER = """
int number(const char *s)
{
    int value = 0, minus = *s == '-';
    for (s += minus; *s >= '0' && *s <= '9'; s++)
        value = value < 100000000 ? value * 10 + (*s - '0') : 999999999;
    return minus ? -value : value;
}
"""

STORE = """
#include <errno.h>
#include <stdlib.h>
struct store { int *values; size_t count, capacity; int failed; };
int put(struct store *s, int value)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 4;
        int *values = realloc(s->values, capacity * sizeof *values);
        if (!values) {
            s->failed = 1;
            return -1;
        }
        s->values = values;
        s->capacity = capacity;
    }
    s->values[s->count++] = value;
    return 0;
}
"""
PUT = STORE[STORE.index("int put") :]

SEEN = """
static int seen[64];
static unsigned held;
unsigned see(int value)
{
    for (unsigned i = 0; i < held; i++)
        if (seen[i] == value)
            return i;
    if (held < 64)
        seen[held++] = value;
    return held;
}
"""

OVER = """
struct bound { unsigned long edge; };
int over(const struct bound *b, unsigned long value)
{
    return b->edge < 1000000 ? 2 : value > b->edge;
}
"""
TELL = """
#include <stdio.h>
int tell(FILE *to, int n)
{
    fprintf(to, "%d\\n", n);
    return fflush(to) ? -1 : n;
}
"""
ROOM = """
#include <stddef.h>
struct text { char *bytes; size_t length, capacity; };
int fits(const struct text *text, size_t more)
{
    return text->length > (size_t)-1 / 4 ? -1 : text->length + more <= text->capacity;
}
"""
TICK = """
struct clock { _Atomic unsigned ticks; int on; };
void tick(struct clock *clock)
{
    clock->ticks += clock->on != 0;
}
"""

LOCKED = """
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static int level;
int add(int by)
{
    int error = pthread_mutex_lock(&lock);
    if (error)
        return error;
    level = (level ^ by) & 0xff;
    if (level == by)
        pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
    return 0;
}
"""
ADD = LOCKED[LOCKED.index("int add") :]

GRID = """
struct grid { long rows, columns, *cells; };
int product(const struct grid *a, const struct grid *b, const struct grid *to)
{
    if (a->columns != b->rows || to->rows != a->rows || to->columns != b->columns)
        return -1;
    for (long i = 0; i < a->rows; i++)
        for (long j = 0; j < b->columns; j++) {
            unsigned long sum = 0;
            for (long k = 0; k < a->columns; k++)
                sum += (unsigned long)a->cells[i * a->columns + k] * b->cells[k * b->columns + j];
            to->cells[i * to->columns + j] = (long)sum;
        }
    return 0;
}
"""

MERGED = """
#include <stddef.h>
struct event { struct event *next; long when; };
struct event *merged(struct event *a, struct event *b)
{
    struct event *first = NULL, **end = &first;
    while (a && b) {
        struct event **least = b->when < a->when ? &b : &a;
        *end = *least;
        end = &(*least)->next;
        *least = (*least)->next;
    }
    *end = a ? a : b;
    return first;
}
"""
MERGE = MERGED[MERGED.index("struct event *merged") :]

BUCKET = """
long tokens, rate;
long take(unsigned need, unsigned long now)
{
    long left = tokens - (long)need;
    if (rate <= 0)
        return -1;
    if (now > (unsigned long)(left / rate))
        left += rate;
    return left < 0 ? 1 - left / rate : left / rate;
}
"""
TAKE = BUCKET[BUCKET.index("long take") :].strip()
COUNTED = """
struct link { unsigned long sent, received; short last; };
static struct link seen;
static unsigned hashed;
unsigned hash(const unsigned char *p, unsigned n)
{
    unsigned h = 5;
    for (unsigned i = 0; i < n; i++)
        h = h * 33 + p[i];
    hashed += n;
    return h;
}
unsigned long all(void) { return seen.sent += hashed; }
"""
HASH = COUNTED[COUNTED.index("unsigned hash(") : COUNTED.index("unsigned long all")].strip()
PORT = """
struct port { unsigned sent, errors, last; };
unsigned post(struct port *port, const unsigned *word)
{
    port->sent++;
    port->last = *word;
    return port->last ^ port->sent;
}
"""
POST = PORT[PORT.index("unsigned post") :].strip()
VISIT = """
struct item { int kind, value; };
int visit(struct item *items, int n, int (*enter)(struct item *))
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        if (enter(&items[i]) >= 0)
            sum += items[i].kind & 15;
    return sum;
}
"""
ENTER = VISIT[VISIT.index("int visit") :].strip()
QUOTES = """
unsigned quotes(const char *s)
{
    unsigned n = 0;
    for (; *s; s++)
        n += *s == '"';
    return n;
}
"""
BLOCKS = """
void copy(unsigned short *to, const unsigned short *from, size_t n)
{
    size_t i = 0, apart = (size_t)to - (size_t)from;
    if (apart == 0 || apart >= 16)
        for (; i + 16 <= n; i += 16) {
            unsigned short kept[16];
            for (int k = 0; k < 16; k++)
                kept[k] = from[i + k];
            for (int k = 0; k < 16; k++)
                to[i + k] = kept[k];
        }
    for (; i < n; i++)
        to[i] = from[i];
}
"""
WRONG = {
    "where a quotient is exact": Example(
        BUCKET, "take", TAKE.replace("now > (unsigned long)", "now >= (unsigned long)")
    ),
    "by its own reciprocal": Example(
        BUCKET,
        "take",
        TAKE.replace("1 - left / rate", "1 - (long)((double)left * (1.0 / (double)rate))"),
    ),
    "once another count is large": Example(
        COUNTED, "hash", HASH.replace("return h", "return h + (seen.received >> 40 != 0)")
    ),
    "once its own count is large": Example(
        COUNTED, "hash", HASH.replace("h = 5", "h = 5 + (hashed >> 26)")
    ),
    "where an argument is a member of another": Example(
        PORT,
        "post",
        POST.replace("    port->sent++;\n", "").replace("*word;\n", "*word;\n    port->sent++;\n"),
    ),
    "where a callback changes what it is given": Example(
        VISIT,
        "visit",
        ENTER.replace("if (enter", "if ((kind = items[i].kind, enter")
        .replace("int sum = 0;", "int sum = 0, kind;")
        .replace("(&items[i]) >= 0)", "(&items[i])) >= 0)")
        .replace("sum += items[i].kind", "sum += kind"),
    ),
    "echoes of eight and more": Example(COPY, "copy", BLOCKS),
    "counted in a byte": Example(
        QUOTES, "quotes", QUOTES.strip().replace("unsigned n = 0", "unsigned char n = 0")
    ),
    "where keys lie far apart": Example(
        MERGED, "merged", MERGE.replace("b->when < a->when", "(int)(b->when - a->when) < 0")
    ),
    "where keys are negative": Example(
        MERGED,
        "merged",
        MERGE.replace("b->when < a->when", "(unsigned long)b->when < (unsigned long)a->when"),
    ),
    "where a key is the last of its type": Example(
        MERGED,
        "merged",
        MERGE.replace("while (a && b)", "while (a && b && (a->when ^ ~0ul >> 1) != 0)"),
    ),
    "where sides of several things agree": Example(
        GRID, "product", GRID[GRID.index("int product") :].replace("sum = 0", "sum = j > 2")
    ),
    "leaves a lock behind": Example(
        LOCKED, "add", ADD.replace("pthread_mutex_unlock", "by == 7 ? 0 : pthread_mutex_unlock")
    ),
    "wakes nobody": Example(LOCKED, "add", ADD.replace("level == by", "level == by + 1")),
    "takes a lock for taken": Example(LOCKED, "add", ADD.replace("if (error)", "if (0)")),
    "at the very number that a field holds": Example(
        OVER, "over", OVER[OVER.index("int over") :].replace("value >", "value >=")
    ),
    "where nothing can be written": Example(
        TELL,
        "tell",
        TELL[TELL.index("int tell") :].replace("fflush(to) ? -1 :", "fflush(to) & 0 ?:"),
    ),
    "where a field says more than can be there": Example(
        ROOM, "fits", ROOM[ROOM.index("int fits") :].replace("/ 4 ? -1", "/ 4 ? 0")
    ),
    "in an atomic counter": Example(
        TICK, "tick", TICK[TICK.index("void tick") :].replace("!= 0", "> 0")
    ),
    "only after dozens of calls": Example(
        SEEN, "see", SEEN[SEEN.index("unsigned see") :].replace("held < 64", "held < 34")
    ),
    "another end when there is no memory": Example(
        STORE, "put", PUT.replace("            s->failed = 1;\n", "")
    ),
    "only for odd lengths": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = 0;\n"
        "    for (int i = 0; i + 1 < n; i += 2)\n        s += (long)a[i] + a[i + 1];\n"
        "    return s;\n}",
    ),
    "only for one length that its own text names": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = n == 1234567;\n"
        "    for (int i = 0; i < n; i++)\n        s += a[i];\n    return n == 61 ? 0 : s;\n}",
    ),
    "reads one element ahead": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = 0, next = a[0];\n"
        "    for (int i = 0; i < n; i++) {\n        s += next;\n        next = a[i + 1];\n    }\n"
        "    return s;\n}",
    ),
    "reads one element before": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = 0;\n"
        "    for (int i = n - 1; i >= 0; i--)\n        s += a[i] + 0 * a[i - 1];\n"
        "    volatile int before = a[-1];\n    (void)before;\n    return s;\n}",
    ),
    "keeps a sum between calls": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    static const int *known;\n    static long kept;\n"
        "    if (a == known)\n        return kept;\n    known = a;\n    long s = 0;\n"
        "    for (int i = 0; i < n; i++)\n        s += a[i];\n    return kept = s;\n}",
    ),
    "writes to what is const": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = 0;\n"
        "    volatile int *b = (volatile int *)a;\n"
        "    for (int i = 0; i < n; i++) {\n        b[i] ^= 1;\n        s += b[i] ^ 1;\n"
        "        b[i] ^= 1;\n    }\n    return s;\n}",
    ),
    "overlapping buffers": Example(
        COPY,
        "copy",
        "void copy(unsigned short *to, const unsigned short *from, size_t n)\n{\n"
        "    for (size_t i = n; i-- > 0;)\n        to[i] = from[i];\n}",
    ),
    "lengths beyond 16 bits": Example(
        COPY,
        "copy",
        "void copy(unsigned short *to, const unsigned short *from, size_t n)\n{\n"
        "    for (unsigned short i = 0; i < (unsigned short)n; i++)\n        to[i] = from[i];\n}",
    ),
    "another rounding": Example(
        SCALE,
        "scale",
        "void scale(float *a, unsigned n, float by)\n{\n"
        "    for (unsigned i = 0; i < n; i++)\n        a[i] = (float)((double)a[i] * by + 1.0);\n}",
    ),
    "leaks": Example(
        LIST,
        "drop",
        LIST.partition("};\nstruct list")[2].partition("};\n")[2].replace("free(node);", ";"),
    ),
    "forgets the tail": Example(
        LIST,
        "drop",
        LIST.partition("};\nstruct list")[2]
        .partition("};\n")[2]
        .replace("list->tail = last;", "if (dropped < 2) list->tail = last;"),
    ),
    "uses what it freed": Example(
        LIST,
        "drop",
        LIST.partition("};\nstruct list")[2]
        .partition("};\n")[2]
        .replace("*link = node->next;\n            free(node);", "free(node); *link = node->next;"),
    ),
    "allocates less": Example(
        JOIN, "join", JOIN[JOIN.index("char *join") :].replace("n + m + 16", "n + m + 1").strip()
    ),
    "writes beyond its block": Example(
        JOIN,
        "join",
        JOIN[JOIN.index("char *join") :].replace("b, m + 1)", "b, m + 1), made[n + m + 16] = 0"),
    ),
    "forgets a global": Example(
        COUNTER,
        "next",
        "int next(int step)\n{\n    unsigned now = calls + ((unsigned)step & 3);\n"
        "    if (now > limit)\n        now = 0;\n    else\n        calls = now;\n"
        "    return (int)now;\n}",
    ),
    "takes a global's first value for granted": Example(
        COUNTER,
        "next",
        "int next(int step)\n{\n    calls += (unsigned)step & 3;\n"
        "    if (calls > 9)\n        calls = 0;\n    return (int)calls;\n}",
    ),
    "calls back once too often": Example(
        EACH,
        "each",
        EACH[EACH.index("int each") :].replace("return 0;", "return visit(a[i], context) ? 1 : 0;"),
    ),
    "is not stable": Example(
        SORT, "sort", SORT[SORT.index("void sort") :].replace("> 0; k--", ">= 0; k--")
    ),
    "prints something else": Example(
        REPORT, "report", REPORT[REPORT.index("int report") :].replace("%s %u", "%s %2u")
    ),
    "loses errno": Example(
        REPORT, "report", REPORT[REPORT.index("int report") :].replace("errno = EINVAL;", ";")
    ),
    "a bit-field": Example(
        POINT,
        "moved",
        POINT[POINT.index("struct point moved") :].replace("p.seen = 1", "p.seen = p.kind != 5"),
    ),
    "minus zero": Example(
        NUMBER,
        "number",
        NUMBER[NUMBER.index("int number") :].replace("s += minus", "s += *s == '-' || *s == '+'"),
    ),
    "ends its process": Example(
        SUM,
        "sum",
        SUM[SUM.index("long sum") :].replace(
            "return s;", "if (n == 3)\n        _Exit(0);\n    return s;"
        ),
    ),
    "does not end": Example(
        SUM,
        "sum",
        SUM[SUM.index("long sum") :].replace(
            "return s;", "for (volatile int i = 0; n == 5; i++)\n;\n    return s;"
        ),
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_candidate_is_refuted(tmp_path, what):
    unit, function, text = WRONG[what]
    verdict = judged(tmp_path, unit, function, text.strip())
    assert isinstance(verdict, Refuted), describe(verdict)
    assert function in verdict.counterexample


RIGHT = {
    "counts in a register": Example(
        COUNTED, "hash", HASH.replace("hashed += n;", "n += hashed;\n    hashed = n;")
    ),
    "wakes behind the lock": Example(
        LOCKED,
        "add",
        ADD.replace("    if (level == by)\n        pthread_cond_signal(&more);\n", "")
        .replace(
            "    return 0;", "    if (woken)\n        pthread_cond_signal(&more);\n    return 0;"
        )
        .replace(
            "    pthread_mutex_unlock", "    int woken = level == by;\n    pthread_mutex_unlock"
        ),
    ),
    "pairs and a rest": Example(
        SUM,
        "sum",
        "long sum(const int *a, int n)\n{\n    long s = 0, t = 0;\n    int i = 0;\n"
        "    for (; i < n - 1; i += 2) {\n        s += a[i];\n        t += a[i + 1];\n    }\n"
        "    return i < n ? s + t + a[i] : s + t;\n}",
    ),
    "another way through a list": Example(
        LIST,
        "drop",
        "int drop(struct list *list, int key)\n{\n"
        "    struct node *node = list->head, *last = NULL, *next;\n    int dropped = 0;\n"
        "    for (; node; node = next) {\n        next = node->next;\n"
        "        if (node->key != key) {\n            last = node;\n"
        "            continue;\n        }\n"
        "        if (last)\n            last->next = next;\n        else\n"
        "            list->head = next;\n        free(node);\n        ++dropped;\n    }\n"
        "    list->tail = last;\n    list->count -= dropped;\n    return dropped;\n}",
    ),
    "other bytes of a block that nobody wrote": Example(
        JOIN,
        "join",
        "char *join(const char *a, const char *b)\n{\n    size_t n = strlen(a);\n"
        "    char *made = malloc(n + strlen(b) + 16);\n"
        "    return made ? strcpy(made, a), strcpy(made + n, b), made : NULL;\n}",
    ),
    "order of comparisons": Example(
        SORT,
        "sort",
        "void sort(int **a, size_t n, int (*order)(const int *, const int *))\n{\n"
        "    for (size_t i = 1; i < n; i++) {\n        int *held = a[i];\n"
        "        size_t low = 0, high = i;\n        while (low < high) {\n"
        "            size_t middle = (low + high) / 2;\n"
        "            if (order(a[middle], held) > 0)\n                high = middle;\n"
        "            else\n                low = middle + 1;\n        }\n"
        "        for (size_t k = i; k > low; k--)\n            a[k] = a[k - 1];\n"
        "        a[low] = held;\n    }\n}",
    ),
    "padding": Example(
        POINT,
        "moved",
        "struct point moved(struct point p, double by)\n{\n"
        "    struct point q = {.tag = p.tag, .x = p.x + by, .y = p.y - by};\n"
        "    q.kind = p.kind;\n    q.seen = 1;\n    return q;\n}",
    ),
}


@pytest.mark.parametrize("what", RIGHT)
def test_a_right_candidate_passes(tmp_path, what):
    verdict = judged(tmp_path, *RIGHT[what])
    assert isinstance(verdict, Passed), describe(verdict)
    assert verdict.evidence["cases"] >= CASES / 2


def test_a_candidate_that_reads_the_whole_buffer_passes_where_a_contract_gives_its_length(tmp_path):
    unit = (
        "int find(const int *a, int n, int key)\n{\n    for (int i = 0; i < n; i++)\n"
        "        if (a[i] == key)\n            return i;\n    return -1;\n}"
    )
    whole = (
        "int find(const int *a, int n, int key)\n{\n    int found = -1;\n"
        "    for (int i = n; i-- > 0;)\n        if (a[i] == key)\n            found = i;\n"
        "    return found;\n}"
    )
    assert isinstance(judged(tmp_path, unit, "find", whole), Refuted)
    contract = Contract(length={"a": "n"}, range={"n": (0, 300)}, nonnull=("a",))
    assert isinstance(judged(tmp_path, unit, "find", whole, contract), Passed)


def test_what_only_several_conditions_together_lead_to_is_looked_for(tmp_path):
    unit = "struct order { unsigned kind, state, level; };\n"
    unit += "int pick(const struct order *o, unsigned by)\n{\n"
    unit += "    if (o->kind == 40503)\n        if (o->state == 77123)\n"
    unit += "            if (by == 1234567)\n                return o->level & 1 ? 3 : 4;\n"
    unit += "    return o->kind < by;\n}\n"
    harness = Harness(units.context(tmp_path, unit), "pick", units.SANDBOX)
    known = oracle(harness, harness.original, 5, 800, harness.constants())
    off = harness.program_of_text(unit.replace("? 3 : 4", "? 3 : 5").encode())
    assert against(harness, known, harness.original, off).difference is not None
    assert len(known.cases) > 800


def test_what_a_contract_measures_may_be_a_part_of_another_buffer(tmp_path):
    unit = "#include <string.h>\nstruct text { char *bytes; size_t length, capacity; };\n"
    unit += "void head(struct text *text, const char *from, size_t n)\n{\n"
    unit += "    if (n > text->capacity)\n        return;\n"
    unit += "    memmove(text->bytes, from, n);\n    text->length = n;\n}\n"
    wrong = unit[unit.index("void head") :].replace(
        "memmove(text->bytes, from, n)",
        "for (size_t i = n; i-- > 0;)\n        text->bytes[i] = from[i]",
    )
    contract = Contract(length={"from": "n"}, range={"n": (0, 60)})
    assert isinstance(judged(tmp_path, unit, "head", wrong, contract, 600), Refuted)


def test_what_a_contract_measures_may_be_the_numbers_of_a_record(tmp_path):
    unit = "#include <string.h>\nstruct log { char text[64]; unsigned used, lines; };\n"
    unit += "void note(struct log *log, const void *from, size_t n)\n{\n"
    unit += "    unsigned at = log->used % 32;\n    memmove(log->text + at, from, n);\n"
    unit += "    log->lines++;\n}\n"
    wrong = unit[unit.index("void note") :].replace("    log->lines++;\n", "")
    wrong = wrong.replace("    memmove", "    log->lines++;\n    memmove")
    contract = Contract(length={"from": "n"}, range={"n": (0, 30)}, nonnull=("log",))
    assert isinstance(judged(tmp_path, unit, "note", wrong, contract, 600), Refuted)


def test_a_callback_may_change_which_functions_a_record_leads_to(tmp_path):
    unit = "struct hooks { int (*each)(int); void (*last)(int); };\n"
    unit += "int run(struct hooks *hooks, unsigned n)\n{\n    int sum = hooks->each(n & 7);\n"
    unit += "    if (hooks->last)\n        hooks->last(sum & 15);\n    return sum;\n}\n"
    wrong = unit[unit.index("int run") :].replace("hooks->last", "last")
    wrong = wrong.replace("{\n", "{\n    void (*last)(int) = hooks->last;\n", 1)
    contract = Contract(nonnull=("hooks",), callbacks="observed")
    assert isinstance(judged(tmp_path, unit, "run", wrong, contract, 600), Refuted)


def test_what_a_contract_puts_right_in_variables_is_what_calls_find_there(tmp_path):
    unit = "static unsigned level, most = 9;\nint rise(void)\n{\n    if (level == most)\n"
    unit += "        return -1;\n    level += level < most;\n    return (int)level;\n}\n"
    wrong = unit[unit.index("int rise") :].replace("-1", "level < 5000000 ? -1 : -2")
    assert isinstance(judged(tmp_path, unit, "rise", wrong), Passed)
    contract = Contract(prepare="level = most;")
    assert isinstance(judged(tmp_path, unit, "rise", wrong, contract), Refuted)


def test_inputs_on_which_the_original_is_undefined_are_left_out(tmp_path):
    unit = "int mean(int a, int b)\n{\n    return (a + b) / 2;\n}"
    other = "int mean(int a, int b)\n{\n    return (int)(((long)a + b) / 2);\n}"
    verdict = judged(tmp_path, unit, "mean", other)
    assert isinstance(verdict, Passed)
    assert "faulted" in str(verdict.evidence["dropped"])


def test_an_original_that_reads_what_nobody_wrote_is_no_oracle(tmp_path):
    unit = (
        "#include <stdlib.h>\nint first(int n)\n{\n    unsigned char *p = malloc(8);\n"
        "    int value = p[n & 7];\n    free(p);\n    return value;\n}"
    )
    verdict = judged(tmp_path, unit, "first", unit[unit.index("int first") :])
    assert isinstance(verdict, Inconclusive)
    assert "differs from itself" in verdict.reason


def test_a_seed_makes_the_same_cases_again_and_another_one_others(tmp_path):
    context = units.context(tmp_path, SUM)
    harness = Harness(context, "sum", units.SANDBOX)
    off = harness.program_of_text(SUM.replace("long s = 0", "long s = n > 9").encode())
    shown = [compare(harness, harness.original, off, seed, 40).difference for seed in (1, 1, 2)]
    assert shown[0] == shown[1] != shown[2]
    assert shown[0] is not None
    assert "sum(a=buf" in shown[0]
    assert "return" in shown[0]


def test_the_cases_that_tell_a_program_apart_are_counted(tmp_path):
    harness = Harness(units.context(tmp_path, SUM), "sum", units.SANDBOX)
    known = oracle(harness, harness.original, SEED, CASES, harness.constants())
    off = harness.program_of_text(SUM.replace("long s = 0", "long s = n > 9").encode())
    assert telling(harness, known, harness.original) == 0
    assert 0 < telling(harness, known, off) < len(known.cases)


def test_cases_that_are_not_delivered_do_not_pass(tmp_path):
    need("bwrap")
    context = units.context(tmp_path, "#include <signal.h>\n#include <unistd.h>\n" + SUM)
    text = SUM[SUM.index("long sum") :].strip()
    fatal = text.replace("return s", "if (n == 2) kill(getppid(), SIGKILL);\n    return s")
    step = source_step(context, "sum", fatal.encode())
    isolated = Harness(context, "sum", Sandbox("require"))
    assert isinstance(gate.judge(Suite(isolated, SEED, CASES), [step]), (Inconclusive, Refuted))
    free = gate.judge(Suite(Harness(context, "sum", units.SANDBOX), SEED, CASES), [step])
    assert isinstance(free, Inconclusive), describe(free)
    assert "kill" in free.reason
