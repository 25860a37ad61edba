"""What a button in Teams carries is found back when it is pressed; what somebody made of it does no harm."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.pack import Filled, button_data, form_data, pressed, submitted
from handlers.vocabulary import ChoiceField, Form, Place, TextField

PLACE = Place("teams", "tenant-1", "19:loket@thread.tacv2", "1772441000001")
DAYS = ChoiceField("days", "Days", (("mon", "Monday"), ("tue", "Tuesday")), many=True)
FORM = Form("worktime", "Your hours", "Save", "Close", (DAYS, TextField("back", "Back on")), "member-4")

_words = st.text(max_size=60)
_name = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
_value = st.text("abcdefghijklmnopqrstuvwxyz0123456789:-_", min_size=1, max_size=12)
_places = st.builds(
    Place,
    st.just("teams"),
    st.just("tenant-1"),
    st.text(min_size=1, max_size=40),
    st.none() | st.text(min_size=1, max_size=20),
    st.booleans(),
)
_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)


def through_teams(data: dict[str, Any], **inputs: str) -> Any:
    """What Teams hands back when the button is pressed: its data, and everything filled in on the card."""
    return json.loads(json.dumps(data | inputs))


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    data = through_teams(form_data(FORM, PLACE), days="mon,tue", back="on Monday, or later")
    answers = {"days": "mon tue", "back": "on Monday, or later"}
    assert submitted(data, "tenant-1") == Filled("worktime", "member-4", PLACE, answers)
    assert pressed(data) is None


def test_what_was_left_open_is_an_empty_answer() -> None:
    found = submitted(form_data(FORM, PLACE), "tenant-1")
    assert found is not None
    assert found.answers == {"days": "", "back": ""}


def test_only_the_fields_of_the_form_are_answers() -> None:
    found = submitted(through_teams(form_data(FORM, PLACE), mandate="yes"), "tenant-1")
    assert found is not None
    assert "mandate" not in found.answers


def test_a_button_on_a_form_brings_what_was_filled_in() -> None:
    data = through_teams(form_data(FORM, PLACE, button="look_again"), back="soon")
    assert pressed(data) == ("look_again", "member-4")
    found = submitted(data, "tenant-1")
    assert found is not None
    assert (found.form, found.answers["back"]) == ("worktime", "soon")
    assert pressed(form_data(FORM, PLACE, button="look_again", about="9")) == ("look_again", "9")


def test_the_tenant_is_the_one_that_teams_vouches_for() -> None:
    found = submitted(form_data(FORM, PLACE), "tenant-2")
    assert found is not None
    assert found.place.tenant == "teams:tenant-2"


def test_only_a_button_that_opens_a_form_asks_teams_for_one() -> None:
    assert button_data("promise", "7", opens=True)["msteams"] == {"type": "task/fetch"}
    assert "msteams" not in button_data("fine", "7")
    assert "msteams" not in form_data(FORM, PLACE)


@given(_name, _words, st.booleans())
def test_any_button_comes_back(name: str, about: str, opens: bool) -> None:
    data = through_teams(button_data(name, about, opens=opens))
    assert pressed(data) == (name, about)
    assert submitted(data, "tenant-1") is None


@given(_name, _words, _places, st.dictionaries(_name, _words, max_size=5), st.lists(_value, max_size=4, unique=True))
def test_any_form_comes_back(form: str, about: str, place: Place, answers: dict[str, str], chosen: list[str]) -> None:
    several = "of several"
    parts = (*(TextField(name, name) for name in answers), ChoiceField(several, "", (), many=True))
    data = form_data(Form(form, "", "", "", parts, about), place)
    found = submitted(through_teams(data, **answers, **{several: ",".join(chosen)}), place.team)
    assert found == Filled(form, about, place, answers | {several: " ".join(chosen)})


@settings(max_examples=300)
@given(_json | st.dictionaries(st.sampled_from(["samenspraak", "days", "msteams"]), _json, max_size=3))
def test_any_other_data_is_no_button_and_no_form_of_ours(data: Any) -> None:
    assert pressed(data) is None
    assert submitted(data, "tenant-1") is None


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["form", "about", "channel", "thread", "direct", "fields", "many", "button", "purpose"]), _json
    )
)
def test_whatever_is_made_of_it_every_answer_is_text(kept: dict[str, Any]) -> None:
    data = {"samenspraak": kept, "days": ["mon"], "back": 3}
    button = pressed(data)
    assert button is None or all(isinstance(each, str) for each in button)
    found = submitted(data, "tenant-1")
    if found is not None:
        assert found.place.team == "tenant-1"
        assert found.place.channel
        assert all(isinstance(each, str) for each in (*found.answers, *found.answers.values()))
