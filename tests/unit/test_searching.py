"""Folded texts: what is typed finds what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.domain import searching


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller-Straße", "muller-strasse"),
        ("  Zoë   Łukasz ", "zoe lukasz"),
        ("ÅNGSTRÖM Øre", "angstrom ore"),
        ("İstanbul", "istanbul"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert searching.fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert searching.fold(searching.fold(text)) == searching.fold(text)


@given(st.text(max_size=40))
def test_a_text_is_found_by_itself_and_by_its_words(text: str) -> None:
    within = searching.search_text((text,))
    for query in (text, text.upper(), text.casefold(), *text.split()):
        if searching.number_part(query) is None and not any(c.isdigit() for c in query):
            assert all(term in within for term in searching.terms(query)), query


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("anna Müller", ["anna", "muller"]),
        ("0221 / 828-299.70", ["022182829970"]),
        ("0049 (221) 8", ["+492218"]),
        ("+49 221", ["+49221"]),
        ("12", ["12"]),
        ("haus 12", ["haus", "12"]),
        (" ", []),
        ("()", ["()"]),
    ],
)
def test_terms(query: str, terms: list[str]) -> None:
    assert searching.terms(query) == terms


@pytest.mark.parametrize(
    ("term", "part"),
    [
        ("022182", "22182"),
        ("+49221", "49221"),
        ("haus", None),
        ("t-1", None),
        ("0", None),
        ("+", None),
    ],
)
def test_the_part_of_a_number(term: str, part: str | None) -> None:
    assert searching.number_part(term) == part


def test_of_a_long_query_the_first_words_count() -> None:
    words = [f"w{i}" for i in range(50)]
    assert searching.terms(" ".join(words * 2)) == words[: searching.MOST_TERMS]
