"""What is kept of somebody: see it, take it along, have it erased."""

import json

from story import (
    BLAME,
    CHAT,
    NORMALISING,
    Story,
    names,
    reply,
)

from handlers.vocabulary import Share
from prompts import phrasebook
from storage.tables import Consent, Inbox, Nudge, Outcome, Recent

NL = phrasebook("nl")


async def lived(story: Story) -> None:
    """Karim spoke for his organisation, wrote something, got a tip and looked at his page."""
    await story.agreed()
    await story.says("karim", NORMALISING, thread="t1")
    await story.later(minutes=2)
    await story.presses("karim", "why")
    await story.opens_home("karim")
    await story.says("lotte", CHAT)


async def test_it_says_in_words_what_is_kept_and_for_how_long(story: Story) -> None:
    await lived(story)
    told = reply(await story.asks("karim", "privacy"))
    for table, amount in (("member", 1), ("consent", 5), ("recent", 1), ("nudge", 1)):
        assert NL.say(f"privacy.kept.{table}", count=str(amount)) in told
    for rule in NL.list("privacy.rules"):
        assert rule in told
    assert names(story.answers[-1].card) == ["privacy_export", "privacy_erase"]  # type: ignore[union-attr]


async def test_erasing_asks_first(story: Story) -> None:
    await lived(story)
    await story.asks("karim", "privacy")
    assert story.button("privacy_erase").confirm


async def test_of_a_stranger_nothing_is_kept_and_it_says_so(story: Story) -> None:
    await lived(story)
    told = reply(await story.asks("stranger", "privacy"))
    assert told.startswith(NL.say("privacy.nothing"))
    assert names(story.answers[-1].card) == []  # type: ignore[union-attr]


async def test_the_export_is_a_file_for_them_alone_with_everything_that_is_theirs(story: Story) -> None:
    await lived(story)
    await story.presses("karim", "privacy_export", about="")
    (share,) = [e for e in story.sent if isinstance(e, Share)]
    assert share.who == story.person("karim")
    kept = json.loads(share.content)
    assert [row["text"] for row in kept["recent"]] == [NORMALISING]
    assert [row["kind"] for row in kept["outcome"]] == ["why"]
    assert {row["given_by"] for row in kept["consent"]} == {"karim"}
    assert {row["pattern"] for row in kept["nudge"]} == {"normalising"}
    assert "lotte" not in share.content
    assert "sanne" not in share.content
    assert CHAT not in share.content


async def test_after_erasing_nothing_points_to_the_person_any_more(story: Story) -> None:
    await lived(story)
    assert "karim" in await story.everything()
    assert reply(await story.presses("karim", "privacy_erase", about="")) == NL.say("privacy.erased")
    everything = await story.everything()
    assert "karim" not in everything
    assert "wennen" not in everything
    assert await story.member("karim") is None
    assert [(n.member_id, n.message, n.thread) for n in await story.rows(Nudge)] == [(None, None, None)]


async def test_after_erasing_the_others_are_still_there(story: Story) -> None:
    await lived(story)
    await story.presses("karim", "privacy_erase", about="")
    assert [row.text for row in await story.rows(Recent)] == [CHAT]
    assert await story.member("sanne") is not None
    assert len([c for c in await story.rows(Consent) if c.withdrawn_at is None]) == 10
    assert await story.listens()


async def test_what_was_about_to_be_said_to_them_is_not_said_any_more(story: Story) -> None:
    await story.agreed()
    await story.says("karim", NORMALISING)
    story.down = True
    await story.later(minutes=1)
    await story.presses("karim", "privacy_erase", about="")
    story.down = False
    await story.later(minutes=3)
    assert story.tips == []
    assert "wennen" not in await story.everything()


async def test_an_event_that_is_delivered_again_brings_nothing_back(story: Story) -> None:
    await story.agreed()
    story.numbers = iter([7_001, 7_002, 7_001])
    await story.says("karim", NORMALISING, message="m1")
    await story.presses("karim", "privacy_erase", about="")
    await story.says("karim", NORMALISING, message="m1")
    assert "karim" not in await story.everything()


async def test_the_card_does_not_name_somebody_who_is_erased(story: Story) -> None:
    await lived(story)
    await story.presses("karim", "privacy_erase", about="")
    assert "karim" not in reply(await story.asks("sanne", "status"))


async def test_somebody_who_was_erased_has_nothing_left_to_show(story: Story) -> None:
    await lived(story)
    await story.presses("karim", "privacy_erase", about="")
    assert reply(await story.asks("karim", "privacy")).startswith(NL.say("privacy.nothing"))


async def test_a_tip_of_somebody_who_was_erased_belongs_to_nobody(story: Story) -> None:
    await lived(story)
    about = story.button("why").about
    await story.presses("karim", "privacy_erase", about="")
    await story.presses("karim", "fine", about=about)
    assert [row.kind for row in await story.rows(Outcome)] == ["why"]


async def test_an_inbox_row_has_no_body_once_decided(story: Story) -> None:
    await lived(story)
    await story.says("lotte", BLAME)
    assert {row.body for row in await story.rows(Inbox)} == {None}
