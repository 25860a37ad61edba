"""One table says who may do what with a register as a whole: the server decides by it, and the documentation too."""

from typing import Any

import pytest
from registers import has_role
from story import Story, form, refused

from docs import rights as documented
from handlers.register import rights
from handlers.vocabulary import OpenForm, Update
from prompts import phrasebook

NL = phrasebook("nl")


def test_every_right_is_documented_and_every_refusal_has_words() -> None:
    page = documented.page()
    assert [f"| {action} | {who} |" in page for action, who in rights.RIGHTS.items()] == [True] * len(rights.RIGHTS)
    assert set(rights.REFUSED) == {action for action, who in rights.RIGHTS.items() if who != "anyone"}
    assert all(NL.has(key) for key in rights.REFUSED.values())


async def test_the_first_address_is_for_the_client_as_long_as_the_table_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.agreed()
    assert refused(await story.presses("karim", "link_make", "1")) == {"": NL.say("link.refused.client")}
    monkeypatch.setitem(rights.RIGHTS, "link_make", "anyone")
    (made,) = await story.presses("karim", "link_make", "1")
    assert isinstance(made, Update)


async def test_the_answer_times_are_for_who_may_commit_as_long_as_the_table_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.agreed()
    await has_role(story, "karim", "service")
    assert refused(await story.presses("lotte", "terms", "1")) == {"": NL.say("terms.refused_role")}
    monkeypatch.setitem(rights.RIGHTS, "terms", "anyone")
    (opened,) = await story.presses("lotte", "terms", "1")
    assert isinstance(opened, OpenForm)


@pytest.mark.parametrize(
    ("giver", "person", "role", "refusal"),
    [
        ("ahmed", "lotte", "responder", {"person": "settings.refused.own_side"}),
        ("lotte", "lotte", "service", {"role": "settings.refused.lead"}),
        ("lotte", "lotte", "responder", {}),
    ],
)
async def test_a_role_is_given_by_the_own_people_and_one_that_commits_by_who_may(
    story: Story, giver: str, person: str, role: str, refusal: dict[str, Any]
) -> None:
    await story.agreed()
    opened = form(await story.asks(giver, "setup"))
    answers = await story.fills_in(giver, opened, person=person, role=role)
    assert (refused(answers) if answers else {}) == {field: NL.say(key) for field, key in refusal.items()}
