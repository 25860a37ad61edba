"""A project in which a lot was filed, with words that mean no good, and the dossier that is made of it."""

import json

from story import Story, form

from handlers.dossier.facts import FORMAT
from handlers.vocabulary import OpenForm, Share
from storage.tables import Project

HOSTILE = {
    "what": '=HYPERLINK("http://kwaad.example";"klik") <script>alert(\'x\')</script> & #read("/etc/passwd") $x$ *y*',
    "who": "@balie, zes mensen 😀 👩🏽\u200d💻 מרפאה وعيادة",
    "work": "مرحبا بكم في العيادة، كل شيء بطيء جدا اليوم",
    "since": "+31 dagen\tachter elkaar\r\nelke dag\u202etxt.exe",
    "minutes": "60",
    "good": "-1 klik, en niet " + "x" * 180,
}
PROMISED = {"what": "Uitzoeken in welke release dit zit", "owner": "lotte", "kind": "promise", "date": "2027-03-05"}
NOTE = "Wij zien dit anders:\nde balie had <b>toen</b> al twee dagen gemeld dat het vastliep."


async def filed(story: Story, who: str, kind: str, /, **answers: str) -> None:
    """Somebody files something, and sends the form again where it asks something back."""
    given = await story.fills_in(who, form(await story.asks(who, kind)), **answers)
    if given and isinstance(given[0], OpenForm):
        await story.fills_in(who, form(given))


async def steps(story: Story, who: str, step: str, about: str, /, **answers: str) -> None:
    """Somebody takes a step with an item, and fills in what it asks."""
    given = await story.presses(who, step, about)
    if answers:
        await story.fills_in(who, form(given), **answers)


async def much_happened(story: Story) -> None:
    """Every kind was filed, and went through something."""
    await story.agreed()
    await story.write(lambda db: setattr(db.query(Project).one(), "name", "Vergunningenloket"))
    await filed(story, "sanne", "feedback", **HOSTILE)
    await steps(story, "karim", "acknowledge", "1")
    await steps(story, "karim", "reference", "1", system="TOPdesk", number="M2603-0123", link="javascript:alert(1)")
    await steps(story, "sanne", "contest", "1", note=NOTE)
    await filed(story, "karim", "promise", **PROMISED)
    await steps(story, "sanne", "confirm", "2")
    await story.later(hours=2)
    await steps(story, "lotte", "move", "2", date="2027-03-12", reason="De testomgeving is er later")
    await steps(story, "ahmed", "confirm", "2")
    await story.later(days=1)
    await steps(story, "lotte", "move", "2", date="2027-03-19", reason="Nog een week voor de keten")
    await steps(story, "lotte", "contest", "2", note="Wij wachtten op toegang.")
    await filed(story, "karim", "request", what="Testgegevens", why="Proef", date="2027-03-08", otherwise="Uitstel")
    await filed(story, "karim", "warning", what="Versie loopt af", consequence="Geen updates", alternative="Nu over")
    await steps(story, "sanne", "accept_risk", "4", reason="De verhuizing gaat voor")
    await filed(story, "sanne", "complaint", what="Niemand belde terug", effect="Een middag", behalf="de wijkteams")
    await steps(story, "karim", "answer", "5", answer="Dat had anders gemoeten. Wij bellen voortaan binnen een uur.")
    better = {"what": "Eén nummer voor storingen", "cost": "vier uur per week", "benefit": "niemand hoeft te wachten"}
    await filed(story, "sanne", "improvement", owner="karim", second="sanne", **better)
    await story.later(minutes=5)


async def asked_for(story: Story, who: str = "sanne") -> Share:
    """Somebody asks for the dossier, and this is what they are sent."""
    await story.asks(who, "dossier")
    return next(e for e in reversed(story.sent) if isinstance(e, Share))


TINY = json.dumps(
    {
        "facts": {
            "format": FORMAT,
            "made": {"utc": "2027-03-01T08:30:00Z", "local": "2027-03-01T09:30:00+01:00"},
            "project": {
                "number": 1,
                "name": None,
                "zone": "Europe/Amsterdam",
                "began": {"utc": "2027-03-01T08:30:00Z", "local": "2027-03-01T09:30:00+01:00"},
                "agreed": None,
                "ended": None,
            },
            **{name: [] for name in ("organisations", "consents", "rules", "items", "entries")},
        },
        "language": "nl",
    }
)
"""What the smallest dossier is made of."""
