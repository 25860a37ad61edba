"""Whatever can be asked, pressed or sent finds its handler, and nobody can ask for what is not theirs."""

import inspect

import pytest
from registers import files, sees_every_step
from story import BLAME, CAST, COMPLAINT, DEFERRAL, IMPACT, MONDAY, NORMALISING, Story, form, names

from handlers import routes
from handlers.register.kinds import KINDS
from handlers.vocabulary import (
    Archived,
    Asked,
    ButtonPress,
    Command,
    Edited,
    Form,
    Joined,
    Message,
    OpenForm,
    Person,
    Place,
    Submission,
    Unarchived,
)
from prompts import LANGUAGES, phrasebook
from storage.tables import Consent, Member, Outcome

WHO, WHERE = Person("story", "t", "p"), Place("story", "t", "c")


def asked(kind: type[Asked], name: str) -> Asked:
    """Somebody asks something by name."""
    if kind is Command:
        return Command("1", MONDAY, WHERE, WHO, name, "")
    if kind is ButtonPress:
        return ButtonPress("1", MONDAY, WHERE, WHO, name, "")
    return Submission("1", MONDAY, WHERE, WHO, name, "", {})


def test_every_word_names_one_ability_in_whatever_language() -> None:
    named: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for ability, spoken in phrasebook(language).table("commands.words").items():
            for word in spoken:
                named.setdefault(word, set()).add(ability)
                assert word == word.casefold().strip()
    assert {word: abilities for word, abilities in named.items() if len(abilities) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ability_has_a_word_in_every_language_and_every_word_an_ability(language: str) -> None:
    assert set(phrasebook(language).table("commands.words")) == set(routes.COMMANDS)


@pytest.mark.parametrize("word", ["check", "Nakijken", "KANTEN", "sides", "pauze", "off"])
def test_words_of_both_languages_work_in_any_case(word: str) -> None:
    found = routes.find(asked(Command, word))
    assert found is not None
    assert found is not routes.COMMANDS["help"]


def test_which_buttons_open_a_form_is_known_before_they_are_pressed() -> None:
    opening = {name for name, route in routes.BUTTONS.items() if "OpenForm(" in inspect.getsource(route.handler)}
    # On a form it is shown again in place of what was there; of the steps of items only some ask first.
    at_once = {step.name for kind in KINDS.values() for step in kind.steps if not step.asks}
    assert {name for name, route in routes.BUTTONS.items() if route.opens} == opening - {"look_again"} - at_once
    assert {step.name for kind in KINDS.values() for step in kind.steps if step.asks}.isdisjoint(at_once)


def test_an_unknown_word_gets_help_and_an_unknown_button_or_form_nothing() -> None:
    assert routes.find(asked(Command, "…")) is routes.COMMANDS["help"]
    assert routes.find(asked(ButtonPress, "feedback_old")) is None
    assert routes.find(asked(Submission, "feedback_old")) is None


@pytest.mark.parametrize("kind", [Message, Edited])
def test_what_people_write_has_a_handler(kind: type[Message | Edited]) -> None:
    assert routes.find(kind("1", MONDAY, WHERE, WHO, "m", "Hoi")) is routes.HAPPENED[kind]


def test_who_is_in_the_place_is_found_out_only_where_it_is_needed() -> None:
    assert routes.HAPPENED[Joined].roster
    assert not routes.HAPPENED[Message].roster


async def everything_shown(story: Story) -> tuple[set[str], dict[str, Form]]:
    """Go through all that can be shown; the names of all buttons, and all forms by name."""
    await story.joins()
    buttons = {name for effect in story.sent for name in names(effect.card)}  # type: ignore[union-attr]
    forms = [form(await story.presses("karim", "join"))]
    await story.agreed()
    await story.presses("karim", "stop", about="")
    await story.agrees("karim", "supplier")
    await story.says("sanne", IMPACT)
    await story.later(minutes=2)
    await story.says("karim", DEFERRAL)
    await story.later(minutes=2)
    forms += [form(await story.presses("karim", "promise"))]
    forms += [form(await story.presses("karim", "help", about=story.button("why").about))]
    forms += [form(await story.asks("karim", word)) for word in ("check", "sides", "setup", "zone", "end")]
    forms.append(form(await story.presses("karim", "worktime", about="")))
    for word in ("status", "privacy", "help", "uit"):
        await story.asks("karim", word)
    await story.asks("sanne", "link")
    await story.presses("sanne", "link_make")
    await story.asks("sanne", "link")
    await story.presses("karim", "terms", "1")
    await sees_every_step(story)
    for _ in range(6):
        await files(story, KINDS["request"])
    await story.opens_home("karim")
    await story.presses("karim", "direct_on")
    await story.asks("karim", "pauze")
    await story.opens_home("karim")
    await story.presses("karim", "resume")
    await story.asks("karim", "aan")
    await story.befalls(Archived)
    await story.befalls(Unarchived)
    await story.presses("karim", "go_on")
    await story.fills_in("karim", forms[-2], mandate="yes")
    await story.presses("sanne", "end_not")
    await story.later(days=1)
    await story.says("lotte", NORMALISING)
    await story.later(hours=2)
    await story.says("ahmed", COMPLAINT)
    await story.later(minutes=2)
    cards = [card for e in [*story.sent, *story.answers] if (card := getattr(e, "card", None)) is not None]
    forms += [e.form for e in story.answers if isinstance(e, OpenForm)]
    buttons |= {name for shown in [*cards, *forms] for name in names(shown)}
    return buttons, {shown.name: shown for shown in forms}


async def test_every_button_and_form_that_can_be_shown_has_a_route_and_the_other_way_round(story: Story) -> None:
    buttons, forms = await everything_shown(story)
    invitation = {"more", "no_more"}
    assert buttons | invitation == set(routes.BUTTONS)
    assert set(forms) == set(routes.FORMS)


async def test_no_button_or_form_breaks_on_what_a_stranger_makes_of_it(story: Story) -> None:
    await story.agreed()
    before = {(m.person, m.off, m.tips, m.own_side) for m in await story.rows(Member)}
    given = [(c.id, c.withdrawn_at) for c in await story.rows(Consent)]
    for about in ("", "1", "nonsense"):
        for button in routes.BUTTONS:
            await story.presses("stranger", button, about=about, answer=BLAME, draft=BLAME)
        for name in routes.FORMS:
            await story.sends("stranger", name, {"side": "client", "mandate": "yes", "what": "x", "draft": "y"}, about)
    for word in routes.words():
        await story.asks("stranger", word, "4u")
    assert {(m.person, m.off, m.tips, m.own_side) for m in await story.rows(Member)} == before
    assert [(c.id, c.withdrawn_at) for c in await story.rows(Consent)] == given
    assert await story.rows(Outcome) == []
    assert story.said == []
    assert "stranger" not in await story.everything()


async def test_no_form_breaks_on_empty_or_senseless_answers(story: Story) -> None:
    await story.agreed()
    await story.says("karim", DEFERRAL)
    await story.later(minutes=2)
    about = story.button("why").about
    fields = ("side", "role", "scopes", "mandate", "draft", "answer", "what", "owner", "kind", "date", "zone", "person")
    for name in routes.FORMS:
        await story.sends("karim", name, {}, about)
        await story.sends("karim", name, dict.fromkeys(fields, "\x00' ; -- 🙂" * 40), about)
    assert await story.listens()
    assert len(await story.rows(Member)) == len(CAST)
