"""From installation to the first private tip, and feedback, in the real Microsoft 365 Agents Playground."""

from on_agents_playground import CHANNEL, CHAT, KARIM, NOOR, SANNE, AgentsPlayground, agreed, stands
from sheets import passes
from teams_driver import actions, card_of, inputs, words
from test_stories import IMPACT, NORMALISING


async def test_from_installation_to_a_private_tip(playground: AgentsPlayground) -> None:
    await agreed(playground, "supplier", "client")

    # A week later tips are welcome.
    await playground.does(SANNE, "message", text="<at>Samenspraak</at> aan", entities=[
        {"type": "mention", "text": "<at>Samenspraak</at>",
         "mentioned": {"id": "28:5a3e0f44-0c1b-4f6e-9a5e-1f2d3c4b5a69"}},
    ])  # fmt: skip
    await passes(playground, days=7, hours=1)  # type: ignore[arg-type]
    await playground.does(KARIM, "message", id="1700", textFormat="plain", text=IMPACT)
    await passes(playground, minutes=2)  # type: ignore[arg-type]
    await playground.does(SANNE, "message", id="1701", textFormat="plain", text=NORMALISING)
    await passes(playground, seconds=61)  # type: ignore[arg-type]
    tip = await playground.sees(CHAT, lambda shown: "misheard" in actions(card_of(shown)))
    assert "even wennen" in words(card_of(tip))
    assert "Alleen jij ziet dit" in words(card_of(tip))
    assert not any("misheard" in str(shown) for where, shown in playground.shown if where == CHANNEL)

    await playground.presses(CHAT, tip, "misheard")
    await playground.sees(CHAT, lambda shown: "verkeerd begreep" in words(card_of(shown)))


async def test_feedback_is_filed_once_answered_by_the_other_side_and_accepted_by_who_reported_it(
    playground: AgentsPlayground,
) -> None:
    await agreed(playground, "client", "supplier")
    await playground.types("feedback Een bon duurt twintig minuten")
    form = await playground.sees(CHAT, lambda shown: "minutes" in inputs(card_of(shown)))
    assert inputs(card_of(form))["what"]["value"] == "Een bon duurt twintig minuten"

    # The first time nothing tells what it costs; then she presses twice, and what she sent comes once more as it was.
    await playground.presses(CHAT, form, "")
    asked_back = await playground.sees(CHAT, lambda shown: "wie merkt dit" in words(card_of(shown)))
    told = {"who": "negen chauffeurs", "minutes": "15", "people": "9"}
    for _ in range(2):
        sent = await playground.presses(CHAT, asked_back, "", **told)
    for _ in range(2):
        await playground.does(SANNE, "message", id="f:again", value=sent, where=CHAT)
    feedback = await playground.sees(CHANNEL, lambda shown: "FB-1" in words(card_of(shown)))
    assert "negen chauffeurs" in words(card_of(feedback))
    assert "Gemeld door: Sanne" in words(card_of(feedback))
    assert not any("FB-2" in str(shown) for _, shown in playground.shown)

    # It is for the other side to answer.
    await playground.presses(CHANNEL, feedback, "acknowledge")
    await playground.sees(CHAT, lambda shown: "aan de kant die het oppakt" in words(card_of(shown)))
    for button, state in (("acknowledge", "begrepen"), ("resolve", "klaar")):
        await playground.does(
            KARIM, "message", value=actions(card_of(feedback))[button], replyToId=feedback["messageId"]
        )
        feedback = await playground.sees(CHANNEL, stands(feedback, state))

    # And for who reported it to say that it is right; what others are told stands in their own chats.
    accepting = actions(card_of(feedback))["accept"]
    before = len(playground.shown)
    for who in (KARIM, NOOR):
        await playground.does(who, "message", value=accepting, replyToId=feedback["messageId"])
    assert not any(where == CHANNEL for where, _ in playground.shown[before:])
    await playground.presses(CHANNEL, feedback, "accept")
    done = await playground.sees(CHANNEL, stands(feedback, "akkoord van de melder"))
    assert "accept" not in actions(card_of(done))
