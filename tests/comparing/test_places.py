"""Which places agree: what is looked up by value is what comparing each pair finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.comparing.places import Near, Place, agree

values = st.none() | st.frozensets(st.integers(0, 4), max_size=3)
places = st.tuples(values, values, values)


@given(st.lists(places, max_size=12, unique=True), places)
def test_what_is_looked_up_is_what_comparing_each_pair_finds(some: list[Place], one: Place) -> None:
    assert Near(some).agreeing(one) == tuple(other for other in some if agree(other, one))


def test_what_is_open_agrees_with_anything_and_an_empty_set_with_nothing_stated() -> None:
    some: list[Place] = [(None, frozenset({1})), (frozenset({2}), frozenset({1, 3})), (frozenset({4}), None)]
    assert Near(some).agreeing((frozenset({2}), None)) == (some[0], some[1])
    assert Near(some).agreeing((None, frozenset({3}))) == (some[1], some[2])
    assert Near(some).agreeing((frozenset(), None)) == (some[0],)
    assert Near([]).agreeing((None, None)) == ()
