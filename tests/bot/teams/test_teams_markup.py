"""HTML that no editor writes is still read, and never an error."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.teams.markup import plain

_PIECES = st.lists(
    st.sampled_from(["<", ">", "!", "[", "]", "/", "-", "&", ";", "#x", "p", "a b='", '"', " ", "\n", "ü"])
)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<![x[ y ]]>after", "after"),
        ("<![if x]>between<![endif]> after", "between after"),
        ("<![CDATA[ y ]]>after", "after"),
        ("a <b c", "a <b c"),
    ],
)
def test_marked_sections_are_left_out(html, words):
    assert plain(html) == words


@given(_PIECES.map("".join))
@example("<![x[")
def test_whatever_the_html_it_is_read(html):
    assert isinstance(plain(html), str)
