"""Digests: the encoding is what was stored, and no two lists of fields share one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmopt.values.digest import _encode, content_digest, digest

fields = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


def typed(field: object) -> object:
    """A field with its type, so that 1, True and "1" differ."""
    if isinstance(field, list):
        return [typed(item) for item in field]
    return (type(field).__name__, field)


def decode(data: bytes) -> tuple[object, bytes]:
    """The field at the start of an encoding, and what follows it."""
    tag, rest = data[:1], data[1:]
    if tag in b"ntf":
        return typed({b"n": None, b"t": True, b"f": False}[tag]), rest
    count, _, rest = rest.partition(b":")
    if tag == b"l":
        items = []
        for _ in range(int(count)):
            item, rest = decode(rest)
            items.append(item)
        return items, rest
    content, rest = rest[: int(count)], rest[int(count) :]
    value = {b"i": int, b"s": bytes.decode, b"b": bytes}[tag](content)
    return typed(value), rest


@pytest.mark.parametrize(
    ("given_fields", "known"),
    [
        (
            ("function", "-I -O2"),
            "c4bbd2283c30f63cbfdc2f775ce9eda371772b053e3354bcce7dd8303cb5a7e2",
        ),
        (
            ("recipe", None, "", b"", 0, True, ["a", ["b"]]),
            "6fbf794919c80aec33dbc7d6135097b0d4b4207c239d3c401219eb2958befe4a",
        ),
    ],
)
def test_a_digest_is_the_one_that_was_stored(given_fields: tuple, known: str) -> None:
    assert digest(*given_fields) == known


def test_the_encoding_is_the_documented_one() -> None:
    encoded = b"l4:i1:1s8:functions2:-Is3:-O2"
    assert digest("function", "-I", "-O2") == hashlib.blake2b(encoded, digest_size=32).hexdigest()


def test_the_digest_of_a_file_is_plain_blake2b() -> None:
    empty = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
    assert content_digest(b"") == empty


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["-I", "-O2"], ["-I-O2"]),
        (["-I -O2"], ["-I", "-O2"]),
        ([None], [""]),
        ([""], []),
        ([""], [b""]),
        ([True], [1]),
        ([False], [None]),
        ([1], ["1"]),
        ([["a"], "b"], [["a", "b"]]),
        ([["a", "b"]], ["a", "b"]),
        ([[]], []),
        (["a", "b"], ["b", "a"]),
        (["s1:a"], ["a"]),
    ],
)
def test_what_is_delimited_otherwise_digests_otherwise(one: list, other: list) -> None:
    assert digest("d", *one) != digest("d", *other)


def test_the_domain_separates_keys() -> None:
    assert digest("function", "a") != digest("unit", "a")
    assert digest("function", "a") != digest("functio", "na")


def test_a_tuple_and_a_list_are_the_same_field() -> None:
    assert digest("d", ("a", "b")) == digest("d", ["a", "b"])


def test_undecodable_bytes_of_a_path_count() -> None:
    assert digest("d", "a\udcff") != digest("d", "a")


@given(st.lists(fields, max_size=5))
@example([["", [""]], "", [None, [True, 1, "1", b"1"]]])
def test_an_encoding_has_exactly_one_reading(given_fields: list) -> None:
    """What can be read back is injective: different fields never share an encoding."""
    assert decode(_encode(given_fields)) == (typed(given_fields), b"")


@given(st.lists(fields, max_size=3), st.lists(fields, max_size=3))
def test_digests_are_equal_exactly_where_the_fields_are(one: list, other: list) -> None:
    assert (digest("d", *one) == digest("d", *other)) == (typed(one) == typed(other))
