def edit(p):
    global s,path; path=p; s=open(p).read()
def sub(a,b,c=1):
    global s
    assert s.count(a)==c,(a,s.count(a)); s=s.replace(a,b)
def done(): open(path,'w').write(s)
edit('llmopt/polyhedral/bodies.py')
sub('''        """Whether there are operands of which an operation has no value."""
        if made in self.always or made.kind in _FLOATING:
            return False
        return made.name in _PARTIAL or made.name.startswith("(")''','''        """Whether there are operands of which an operation has no value, traps or sets `errno`."""
        if made in self.always:
            return False
        if made.name == "/" or made.name[0].isalpha():
            return True
        return made.kind not in _FLOATING and (
            made.name in _PARTIAL or made.name.startswith("(")
        )''')
done()
edit('llmopt/polyhedral/reading.py')
sub('''    parameters: dict[str, None] = field(default_factory=dict)''','''    #: With the bytes of each.
    parameters: dict[str, int] = field(default_factory=dict)''')
sub('''        self.parameters.setdefault(name)
        return Linear.of({name: 1})''','''        self.parameters[name] = declared.type.get_size()
        return Linear.of({name: 1})''')
sub('''            self.parameters.setdefault(inside)
''','''            self.parameters[inside] = given[inside]
''')
sub('''        given = {
            argument.spelling
            for''','''        given = {
            argument.spelling: argument.type.get_size()
            for''')
done()
edit('llmopt/polyhedral/extract.py')
sub('''        used_behind=_named(tail),''','''        used_behind=_named(tail),
        wide=tuple(sorted(n for n, size in reader.parameters.items() if size > SIZES["int"])),''')
done()
edit('llmopt/polyhedral/model.py')
sub('''    nests. Variables of the head that are `idle` were used by what the model replaces.''','''    nests. Variables of the head that are `idle` were used by what the model replaces. Parameters
    that are `wide` have more values than `int`.''')
sub('''    used_behind: frozenset[str] = frozenset()
''','''    used_behind: frozenset[str] = frozenset()
    wide: tuple[str, ...] = ()
''')
done()
edit('llmopt/polyhedral/guard.py')
sub('''    return " & ".join(found)
''','''    text = " & ".join(found)
    # Sums of large values could overflow: they are asked of the lower halves, and these to be all.
    for name in model.wide if text else ():
        text = re.sub(rf"\\(long\\){name}\\b", f"(long)(int){name}", text)
        text = f"((long){name} == (int){name}) & {text}"
    return text
''')
sub('''from itertools import combinations
''','''import re
from itertools import combinations
''')
done()
edit('llmopt/agents/nests.py')
sub('''def nest_move(''','''#: Where sums wrap, or constants and roundings are not what the text says.
_UNSAFE_OPTIONS = re.compile(
    r"-fwrapv|-ftrapv|-fno-strict-overflow|-fsingle-precision-constant|-mfpmath=|-mno-"
)


def nest_move(''')
sub('''    try:
        text = context.preprocessed
''','''    for option in context.unit.command.arguments(CODE + NEUTRAL):
        if _UNSAFE_OPTIONS.match(option):
            raise NotApplicable(f"the unit has an arithmetic of its own: {option}")
    try:
        text = context.preprocessed
''')
sub('''from functools import lru_cache
''','''import re
from functools import lru_cache
''')
sub('''from llmopt.values.step import Step
''','''from llmopt.values.command import CODE, NEUTRAL
from llmopt.values.step import Step
''')
done()
