"""The secret address: who can make one, who sees that there is one, and that it is told once and kept nowhere."""

from story import MONDAY, Story, names, refused, reply

from handlers.vocabulary import Update
from prompts import phrasebook
from storage import links
from storage.tables import Link, Outbox

NL = phrasebook("nl")


def address(told: str) -> str:
    """The address in what somebody was told."""
    return next(line for line in told.splitlines() if line.startswith("https://") and not line.endswith("/poster"))


async def made(story: Story, who: str = "sanne") -> str:
    """Somebody makes an address; the secret in it."""
    await story.asks(who, "link")
    return address(reply(await story.presses(who, "link_make"))).rpartition("/")[2]


async def test_the_client_makes_an_address_and_is_shown_it_once(story: Story) -> None:
    await story.agreed()
    assert NL.say("link.none_client") in reply(await story.asks("sanne", "link"))
    told = reply(await story.presses("sanne", "link_make"))
    secret = address(told).removeprefix("https://samenspraak.example/f/")
    assert len(secret) == 32
    assert f"https://samenspraak.example/f/{secret}/poster" in told.splitlines()
    for who in ("sanne", "karim"):
        again = reply(await story.asks(who, "link"))
        assert NL.say("link.since", day="1 maart 2027") in again
        assert NL.say("link.not_again") in again
        assert secret not in again


async def test_all_see_who_made_one_and_nobody_reads_the_address(story: Story) -> None:
    await story.agreed()
    secret = await made(story)
    assert story.said == ["sanne heeft een link gemaakt. Ook mensen buiten dit kanaal kunnen nu iets melden."]
    assert secret not in await story.everything()
    (row,) = await story.rows(Link)
    assert row.digest == links.digest(secret)
    assert [each.body for each in await story.rows(Outbox)] == [None] * len(await story.rows(Outbox))


async def test_the_supplier_sees_that_there_is_none_and_makes_no_first_one(story: Story) -> None:
    await story.agreed()
    answers = await story.asks("karim", "link")
    assert NL.say("link.none_supplier") in reply(answers)
    assert "link_make" not in names(answers[0].card)  # type: ignore[union-attr]
    assert refused(await story.presses("karim", "link_make", about="")) == {"": NL.say("link.refused.client")}
    assert await story.rows(Link) == []


async def test_either_side_makes_a_new_one_and_the_old_stops(story: Story) -> None:
    await story.agreed()
    first = await made(story)
    await story.later(days=1)
    second = await made(story, "karim")
    (row,) = await story.rows(Link)
    assert row.digest == links.digest(second) != links.digest(first)
    assert row.made_at > MONDAY
    assert "karim heeft een nieuwe link gemaakt" in story.said[-1]


async def test_either_side_stops_it_and_who_presses_again_is_told(story: Story) -> None:
    await story.agreed()
    await made(story)
    assert reply(await story.presses("karim", "link_stop", about="")) == NL.say("link.stopped_reply")
    assert "karim heeft de link gestopt" in story.said[-1]
    assert await story.rows(Link) == []
    assert refused(await story.presses("sanne", "link_stop", about="")) == {"": NL.say("link.refused.none")}


async def test_where_the_operator_set_no_address_it_says_what_to_set(story: Story) -> None:
    await story.agreed()
    story.public_url = None
    assert "SAMENSPRAAK_PUBLIC_URL" in reply(await story.asks("sanne", "link"))
    assert "SAMENSPRAAK_PUBLIC_URL" in refused(await story.presses("sanne", "link_make", about=""))[""]


async def test_a_stranger_makes_and_stops_nothing(story: Story) -> None:
    await story.agreed()
    await made(story)
    before = [row.digest for row in await story.rows(Link)]
    for button in ("link", "link_make", "link_stop"):
        assert refused(await story.presses("stranger", button, about="1")) == {"": NL.say("choices.unknown")}
    assert [row.digest for row in await story.rows(Link)] == before


async def test_without_a_register_there_is_no_address(story: Story) -> None:
    await story.agreed(scopes="hear tip")
    assert refused(await story.asks("sanne", "link")) == {"": NL.say("register.refused.scope")}
    assert refused(await story.presses("sanne", "link_make", about="")) == {"": NL.say("register.refused.scope")}


async def test_what_is_erased_takes_the_address_along(story: Story) -> None:
    await story.agreed()
    await made(story)
    form = (await story.asks("karim", "einde"))[0].form  # type: ignore[union-attr]
    await story.fills_in("karim", form, days="7", mandate="yes")
    form = (await story.presses("sanne", "end"))[0].form  # type: ignore[union-attr]
    await story.fills_in("sanne", form, mandate="yes")
    await story.later(days=8)
    assert await story.rows(Link) == []


async def test_the_new_address_takes_the_place_of_the_card_that_said_there_was_none(story: Story) -> None:
    await story.agreed()
    await story.asks("sanne", "link")
    assert [type(answer) for answer in await story.presses("sanne", "link_make")] == [Update]
