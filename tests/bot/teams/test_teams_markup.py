"""HTML that no editor writes is still read, and never an error."""

from html.parser import HTMLParser

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


@pytest.mark.parametrize("never_ends", ["<a ", '<a "', '<a x="', "<!--", "<p"])
def test_tags_that_never_end_are_words_and_are_not_looked_for_again_and_again(
    never_ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    find = HTMLParser.check_for_whole_start_tag  # type: ignore[attr-defined]
    monkeypatch.setattr(
        HTMLParser, "check_for_whole_start_tag", lambda self, i: (looked.append(i), find(self, i))[1], raising=True
    )
    said = plain("<p>hello</p>" + never_ends * 2000)
    assert said.startswith("hello\n" + never_ends.strip())
    assert len(looked) <= 1
