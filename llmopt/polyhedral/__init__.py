"""Loop nests as integer sets: from C text to a model, to another order that keeps every dependence,
and back to C text. Sets and code generation are isl's (S. Verdoolaege, ICMS 2010).
"""
