"""C text for an order: isl makes the loops, and here the tiles get their bodies.

A loop that runs over nothing but tiles that write the same elements keeps those in variables: the
compiler could not, where it does not know that nothing else lies there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import islpy as isl

from llmopt.errors import NotApplicable
from llmopt.polyhedral.bodies import Body, Vectors
from llmopt.polyhedral.order import Order, Tiles

# The stubs of islpy's enumerations know neither names that are Python's own nor that isl answers
# with their values.
#: What the counters of loops are named; all other names are the function's own.
TIME = "llmopt_t"
_Op: Any = isl.ast_expr_op_type
_Expression: Any = isl.ast_expr_type
_Node: Any = isl.ast_node_type
_OPERATORS = {
    _Op.and_: "&&",
    _Op.or_: "||",
    _Op.add: "+",
    _Op.sub: "-",
    _Op.mul: "*",
    _Op.div: "/",
    _Op.pdiv_q: "/",
    _Op.pdiv_r: "%",
    _Op.zdiv_r: "%",
    _Op.eq: "==",
    _Op.le: "<=",
    _Op.lt: "<",
    _Op.ge: ">=",
    _Op.gt: ">",
}


def loops(order: Order, context: isl.Set, vectors: Vectors) -> str:
    """The statements of C that execute a model in an order, where the context holds.

    Raises NotApplicable where a tile cannot be written.
    """
    build = isl.AstBuild.from_context(context)
    names = [f"{TIME}{n}" for n in range(order.length)]
    space = f"[{', '.join(names)}]"
    all_levels = f"separate[{TIME}] : 0 <= {TIME} < {order.length}"
    build = build.set_options(
        isl.UnionMap(f"{order.model.prefix} -> {{ {space} -> {all_levels} }}")
    )
    ids = isl.IdList.alloc(isl.DEFAULT_CONTEXT, order.length)
    for name in names:
        ids = ids.add(isl.Id(name))
    build = build.set_iterators(ids)
    node = build.node_from_schedule_map(order.schedule)
    return _Writer(order, vectors).node(node, 1)


def expression(made: isl.AstExpr) -> str:
    """An expression of isl's as C, in `long`."""
    kind = made.get_type()
    if kind == _Expression.id:
        name = str(made.get_id().get_name())
        return name if name.startswith(TIME) else f"(long){name}"
    if kind == _Expression.int:
        return str(made.get_val().to_str())
    operator = made.get_op_type()
    operands = [expression(made.get_op_arg(n)) for n in range(made.get_op_n_arg())]
    if operator in _OPERATORS:
        return f"({f' {_OPERATORS[operator]} '.join(operands)})"
    if operator == _Op.minus:
        return f"(-{operands[0]})"
    if operator in (_Op.max, _Op.min):
        sign = ">" if operator == _Op.max else "<"
        found = operands[0]
        for other in operands[1:]:
            found = f"({found} {sign} {other} ? {found} : {other})"
        return found
    if operator == _Op.fdiv_q:
        a, b = operands
        return f"({a} / {b} - ({a} % {b} < 0))"
    if operator in (_Op.cond, _Op.select):
        return f"({operands[0]} ? {operands[1]} : {operands[2]})"
    raise NotApplicable(f"isl writes an operator of another kind: {made.to_C_str()}")


@dataclass
class _Writer:
    order: Order
    vectors: Vectors
    #: Loops around the place that is written, as their C names.
    around: list[str] = field(default_factory=list)

    def node(self, node: isl.AstNode, depth: int) -> str:
        kind = node.get_type()
        if kind == _Node.block:
            children = node.block_get_children()
            return "".join(
                self.node(children.get_at(n), depth) for n in range(children.n_ast_node())
            )
        if kind == _Node.if_:
            return self.choice(node, depth)
        if kind == _Node.for_:
            return self.loop(node, depth)
        if kind == _Node.user:
            body = self.body(node)
            return _lines(body.at_once(), depth)
        raise NotApplicable("isl writes a node of another kind")

    def choice(self, node: isl.AstNode, depth: int) -> str:
        pad = "    " * depth
        text = f"{pad}if {_in_parentheses(expression(node.if_get_cond()))} {{\n"
        text += self.node(node.if_get_then_node(), depth + 1) + f"{pad}}}\n"
        if node.if_has_else_node():
            other = self.node(node.if_get_else_node(), depth + 1)
            text = f"{text[:-1]} else {{\n{other}{pad}}}\n"
        return text

    def loop(self, node: isl.AstNode, depth: int) -> str:
        pad = "    " * depth
        name = expression(node.for_get_iterator())
        first = expression(node.for_get_init())
        inner = node.for_get_body()
        if node.for_is_degenerate():
            text = f"{pad}{{\n{pad}    const long {name} = {first};\n"
            return text + self.node(inner, depth + 1) + f"{pad}}}\n"
        condition = expression(node.for_get_cond())
        step = expression(node.for_get_inc())
        if inner.get_type() == _Node.user:
            body = self.body(inner)
            if body.keeps(name):
                # Entered once at most, and not where the inner loop would run over nothing.
                return (
                    f"{pad}for (long {name} = {first}; {condition};) {{\n"
                    + _lines(body.before(), depth + 1)
                    + f"{pad}    do {{\n"
                    + _lines(body.within(), depth + 2)
                    + f"{pad}        {name} += {step};\n{pad}    }} while ({condition});\n"
                    + _lines(body.behind(), depth + 1)
                    + f"{pad}}}\n"
                )
        text = f"{pad}for (long {name} = {first}; {condition}; {name} += {step}) {{\n"
        return text + self.node(inner, depth + 1) + f"{pad}}}\n"

    def body(self, node: isl.AstNode) -> Body:
        made = node.user_get_expr()
        name = made.get_op_arg(0).get_id().get_name()
        tiles: Tiles = self.order.tiles[name]
        values = [expression(made.get_op_arg(n)) for n in range(1, made.get_op_n_arg())]
        at: Mapping[str, str] = dict(zip(tiles.plan.statement.iterators, values, strict=True))
        return Body(self.order.model, tiles, at, self.vectors)


def _in_parentheses(text: str) -> str:
    """Two pairs around a comparison would be warned of."""
    depth = 0
    for number, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and number < len(text) - 1:
            return f"({text})"
    return text


def _lines(lines: list[str], depth: int) -> str:
    return "".join("    " * depth + line + "\n" for line in lines)
