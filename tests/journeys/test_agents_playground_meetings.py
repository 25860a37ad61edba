"""From the rhythm of a project to a promise that came of a meeting, in the real Microsoft 365 Agents Playground."""

from collections.abc import Callable

from on_agents_playground import CHANNEL, CHAT, KARIM, SANNE, AgentsPlayground, Json, agreed, stands
from sheets import until
from sqlalchemy import select
from teams_driver import actions, card_of, inputs, words

from storage.database import EVERYWHERE
from storage.tables import Item, Series

START = "2027-03-08"
STRANGER = {"id": "29:stranger", "name": "Vreemd", "aadObjectId": "00000000-0000-4000-8000-0000000000ff"}


def asks(name: str) -> Callable[[Json], bool]:
    """Whether there is a field of this name on a card."""
    return lambda shown: name in inputs(card_of(shown))


def holds(name: str, value: str) -> Callable[[Json], bool]:
    """Whether this is filled in on a form."""
    return lambda shown: inputs(card_of(shown)).get(name, {}).get("value") == value


def offers(name: str) -> Callable[[Json], bool]:
    """Whether there is a button of this name on a card."""
    return lambda shown: name in actions(card_of(shown))


def says(*said: str) -> Callable[[Json], bool]:
    """Whether all this stands on a card."""
    return lambda shown: all(each in words(card_of(shown)) for each in said)


async def kinds(playground: AgentsPlayground) -> list[str]:
    """What is on record, by its kind; of the series too."""
    return await playground.database.read(
        EVERYWHERE, lambda db: [*db.scalars(select(Series.kind)), *db.scalars(select(Item.kind).order_by(Item.id))]
    )


async def test_from_the_rhythm_to_a_promise_that_came_of_it(playground: AgentsPlayground) -> None:
    await agreed(playground, "supplier", "client")

    # A form comes to her own chat, as there are no dialogs here. She presses twice, and what she sent comes once more.
    await playground.types("overleg")
    form = await playground.sees(CHAT, asks("kinds"))
    chosen = {"kinds": "operational", "first": START, "at": "10:00"}
    for _ in range(2):
        sent = await playground.presses(CHAT, form, "", **chosen)
    await playground.does(SANNE, "message", id="f:once-more", value=sent, where=CHAT)
    await playground.sees(CHANNEL, says("het ritme van dit project", "werkoverleg: dinsdag 9 maart 2027, 10:00"))
    assert (await kinds(playground)).count("operational") == 1

    await playground.types("agenda De nieuwe printer")
    await playground.sees(CHAT, says("Je onderwerp staat op deze agenda", "De nieuwe printer"))
    await playground.types("overleg")
    await playground.sees(CHAT, offers("series"))

    # She prepares: asked for it on the Friday before, in her own chat.
    await until(playground, "2027-03-05T09:30")  # type: ignore[arg-type]
    asked = await playground.sees(CHAT, offers("prepared"))
    await playground.presses(CHAT, asked, "prepared")
    form = await playground.sees(CHAT, asks("result"))
    await playground.presses(CHAT, form, "", result="Maandag gaat de koppeling aan")

    # The agenda stands in the channel, for both.
    await until(playground, "2027-03-08T14:00")  # type: ignore[arg-type]
    agenda = await playground.sees(CHANNEL, offers("postpone"))
    assert says("Maandag gaat de koppeling aan", "De nieuwe printer")(agenda)

    # He cannot come. His dialog asks what hers does; the Playground passes on what it sends, and shows none.
    await playground.presses(CHANNEL, agenda, "cannot")
    form = await playground.sees(CHAT, asks("stand_in"))
    data = actions(card_of(agenda))["cannot"]
    await playground.does(KARIM, "invoke", name="task/fetch", value={"data": data}, replyToId=agenda["messageId"])
    filled = actions(card_of(form))[""] | {"stand_in": ""}
    for who in (STRANGER, KARIM):
        await playground.does(who, "invoke", name="task/submit", value={"data": filled}, replyToId=agenda["messageId"])
    away = await playground.sees(CHANNEL, says("OV-1", "Kan niet"))
    assert "Kan niet: Karim" in words(card_of(away))

    # An outsider calls nothing off, whatever button or form they send.
    await playground.presses(CHANNEL, agenda, "call_off")
    form = await playground.sees(CHAT, lambda shown: inputs(card_of(shown)).keys() == {"reason"})
    filled = actions(card_of(form))[""] | {"reason": "Zomaar"}
    before = len(playground.shown)
    await playground.does(STRANGER, "message", value=actions(card_of(agenda))["call_off"])
    await playground.does(STRANGER, "message", value=filled)
    await playground.does(STRANGER, "invoke", name="task/submit", value={"data": filled})
    assert not any(where == CHANNEL for where, _ in playground.shown[before:])

    # Afterwards she is asked what came of it; twice sent, it stands once.
    await until(playground, "2027-03-09T10:46")  # type: ignore[arg-type]
    asked = await playground.sees(CHAT, offers("record"))
    await playground.presses(CHAT, asked, "record")
    form = await playground.sees(CHAT, asks("decisions"))
    outcome = {"decisions": "De storing gaat voor", "action1": "De koppeling werkt weer", "right": "yes"}
    await playground.presses(CHAT, form, "", **outcome)
    again = await playground.sees(CHAT, holds("action1", "De koppeling werkt weer"))
    for _ in range(2):
        sent = await playground.presses(CHAT, again, "", owner1=SANNE["aadObjectId"], date1="2027-03-26")
    await playground.does(SANNE, "message", id="f:minutes-again", value=sent, where=CHAT)
    await playground.sees(CHANNEL, says("OV-1", "verslag staat vast", "De storing gaat voor", "TZ-1"))
    promise = await playground.sees(CHANNEL, offers("confirm"))
    assert (await kinds(playground)).count("promise") == 1

    # It counts once the other side confirms it.
    await playground.presses(CHANNEL, promise, "confirm")
    assert not any(stands(promise, "bevestigd")(shown) for _, shown in playground.shown if shown.get("attachments"))
    await playground.does(KARIM, "message", value=actions(card_of(promise))["confirm"], replyToId=promise["messageId"])
    await playground.sees(CHANNEL, stands(promise, "bevestigd"))
