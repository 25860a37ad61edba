"""Every card and form that the bot can show, made by the real handlers in one story: to look at, and to check."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, partial
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from bot import dispatch, engine
from bot.ear import compares_here, here
from bot.house import House
from bot.mouth import Errand, Sent
from bot.play.script import Script
from bot.play.shape import buttons, plain
from bot.play.stage import Stage
from handlers import routes
from handlers.register.kinds import FILED as FILED_KINDS
from handlers.register.kinds import KINDS, Kind, Step
from handlers.vocabulary import (
    Answer,
    Archived,
    Asked,
    Attach,
    Brought,
    Button,
    ButtonPress,
    Buttons,
    Card,
    ChoiceField,
    Command,
    DateField,
    Effect,
    Form,
    HomeOpened,
    Joined,
    Left,
    Member,
    Moved,
    OpenForm,
    Person,
    Place,
    Refusal,
    Replace,
    Reply,
    Say,
    Sending,
    Share,
    ShowHome,
    Submission,
    Unarchived,
    Unshared,
    Update,
    Whereabouts,
    Whisper,
)
from storage.database import EVERYWHERE, opened
from storage.links import digest
from storage.migrate import upgrade
from storage.tables import Item

TEAM = "T0BRUGWERK"
CHANNEL, LIFE, MOVED = "C0LOKET", "C0LIFE", "C0MOVED"
CHAT = "D0OWN"
"""Somebody's own chat with the bot."""
PEOPLE = {
    "U0SANNE": ("Sanne", "supplier"),
    "U0BRAM": ("Bram", "supplier"),
    "U0NOOR": ("Noor", "supplier"),
    "U0KARIM": ("Karim", "client"),
    "U0ANJA": ("Anja", "client"),
    "U0VERA": ("Vera", "newcomer"),
    "U0FEMKE": ("Femke", "client"),
}
"""By id: what somebody is called, and the key of their organisation."""
ORGANISATIONS = {"supplier": "Brugwerk", "client": "Oeverland", "newcomer": "Lindehof"}
SUPPLIER, CLIENT, INVITED = "U0SANNE", "U0KARIM", "U0NOOR"

SAID: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "stuck": "De balie kan sinds vanochtend niets inboeken. Er wachten elf mensen en twee zijn weggelopen.",
        "normalising": "Zo'n nieuwe versie is altijd even wennen, dat trekt vanzelf bij.",
        "technical_diversion": "De webhook geeft een 504, waarschijnlijk is het de proxy.",
        "vague_deferral": "Dat nemen we mee in een volgende release.",
        "blame_shifting": "Dat valt buiten de scope, daar gaan wij niet over.",
        "impactless_complaint": "Wat een waardeloos systeem is dit geworden.",
        "impact_feedback": "Door deze fout moeten onze collega's elke aanvraag twee keer typen.",
        "good": "Ik bel je morgen om 10 uur met een datum.",
        "emergency": "De medicatielijst van een bewoner is leeg!",
        "promise": "Kenteken nog maar één keer typen bij een parkeervergunning",
        "line": "030 555 0199, dag en nacht",
        "because": "De proef met twee balies loopt tot woensdag. Daarna weten we meer.",
        "topic": "Het contract loopt eind dit jaar af. Wat willen we dan?",
        "far": "Na de overname door de buurgemeente: wat betekent dat?",
    },
    "en": {
        "stuck": "Since this morning the desk cannot book anything. Eleven people are waiting and two have walked out.",
        "normalising": "A new version always takes some getting used to, it will settle.",
        "technical_diversion": "The webhook returns a 504, it is probably the proxy.",
        "vague_deferral": "We will look at that in a future release.",
        "blame_shifting": "That is out of scope, it is not our responsibility.",
        "impactless_complaint": "What a useless system this has become.",
        "impact_feedback": "Because of this our colleagues have to type every application twice.",
        "good": "I will call you tomorrow at 10 with a date.",
        "emergency": "The medication list of a patient is empty!",
        "promise": "Type the number plate only once for a parking permit",
        "line": "020 7946 0199, day and night",
        "because": "The trial with two desks runs until Wednesday. After that we know more.",
        "topic": "The contract ends this year. What do we want then?",
        "far": "The merger with the next council: what does it mean?",
    },
}


FILED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "person": {"what": "De helpdesk is lui"},
        "feedback": {
            "what": "Een inschrijving aan de balie duurt twaalf minuten, het was vijf.",
            "who": "de balie, zes mensen, en een volle wachtkamer",
            "work": "inschrijven van nieuwe bewoners",
            "since": "sinds maandag, de hele ochtend",
            "minutes": "60",
            "people": "6",
            "good": "inschrijven in vijf minuten",
        },
        "promise": {"what": "Kenteken nog maar één keer typen", "kind": "promise"},
        "request": {
            "what": "Twee mensen van de balie die een uur meetesten",
            "why": "zij kennen het echte werk",
            "otherwise": "dan testen we zonder gebruikers, en zien we fouten pas in april",
        },
        "warning": {
            "what": "Overzetten in de week van de verkiezingen",
            "consequence": "de balie kan dan een dag niets opzoeken",
            "alternative": "een week later overzetten",
        },
        "complaint": {
            "what": "Drie keer gebeld over dezelfde storing, niemand belde terug.",
            "effect": "een middag wachten met vier mensen",
            "wanted": "één nummer waar iemand opneemt",
        },
        "escalation": {
            "what": "Storingen aan de balie zijn binnen vier uur verholpen.",
            "where": "Bijlage 3, artikel 2: https://oeverland.example/contract",
            "found": "De klok loopt alleen tijdens kantooruren.",
        },
        "improvement": {
            "what": "Eén nummer voor storingen, waar overdag iemand opneemt",
            "cost": "vier uur per week, en een telefoon",
            "benefit": "de balie hoeft niet meer te bellen en te wachten",
            "owner": "U0SANNE",
            "second": "U0KARIM",
        },
    },
    "en": {
        "person": {"what": "The help desk is lazy"},
        "feedback": {
            "what": "A registration at the desk takes twelve minutes, it used to be five.",
            "who": "the desk, six people, and a full waiting room",
            "work": "registering new residents",
            "since": "since Monday, all morning",
            "minutes": "60",
            "people": "6",
            "good": "a registration in five minutes",
        },
        "promise": {"what": "Type the number plate only once", "kind": "promise"},
        "request": {
            "what": "Two people of the desk to test with us for an hour",
            "why": "they know the real work",
            "otherwise": "then we test without users, and see mistakes only in April",
        },
        "warning": {
            "what": "Moving over in the week of the elections",
            "consequence": "the desk cannot look anything up for a day",
            "alternative": "moving over a week later",
        },
        "complaint": {
            "what": "We rang three times about the same outage, nobody rang back.",
            "effect": "an afternoon of waiting for four people",
            "wanted": "one number that somebody answers",
        },
        "escalation": {
            "what": "Outages at the desk are solved within four hours.",
            "where": "Annex 3, article 2: https://oeverland.example/contract",
            "found": "The clock runs during office hours only.",
        },
        "improvement": {
            "what": "One number for outages, answered during the day",
            "cost": "four hours a week, and a phone",
            "benefit": "the desk no longer rings and waits",
            "owner": "U0SANNE",
            "second": "U0KARIM",
        },
    },
}

USUAL = {
    "time": "14:00",
    "date": "2027-04-01",
    "system": "TOPdesk",
    "number": "M2603-0123",
    "link": "https://topdesk.example/M2603-0123",
    "file": "https://files.example/results",
    "whom": "Bram",
}
"""What is filled in wherever a step asks for it, by the name or the type of the field."""
STEPS = frozenset(step.name for kind in KINDS.values() for step in kind.steps)


@dataclass
class Story:
    """What is being told: a script in a house of its own, and what has been seen of it."""

    language: str
    script: Script
    sent: list[Sending]
    shown: dict[str, Card | Form] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """The commands, buttons and forms that were used, as `command:check`, `button:why` and so on."""
    refused: dict[str, Mapping[str, str]] = field(default_factory=dict)
    lines: int = 0

    def says(self, key: str) -> str:
        return SAID[self.language][key]

    async def play(self, **line: Any) -> list[Sending]:
        """One line of a script; returns what the bot sent."""
        self.sent.clear()
        self.lines += 1
        await self.script.play(line, self.lines)
        return list(self.sent)

    async def wait(self, until: str) -> list[Sending]:
        return await self.play(do="wait", until=until)

    async def say(self, who: str, key: str, thread: str | None = None, place: str = CHANNEL) -> None:
        text = self.says(key)
        await self.play(do="say", id=uuid4().hex, who=who, place=place, thread=thread, text=text)

    async def ask(self, event: Asked | HomeOpened) -> list[Effect]:
        """What somebody asks, a second later; returns the answers and what the bot sent besides."""
        await self.wait((self.script.stage.now + timedelta(seconds=1)).isoformat())
        self.sent.clear()
        match event:
            case Command():
                self.asked.add(f"command:{routes.words().get(event.word, 'help')}")
            case ButtonPress():
                self.asked.add(f"button:{event.button}")
            case Submission():
                self.asked.add(f"form:{event.form}")
        answers: Sequence[Answer] = await dispatch.handle(self.script.house, event)
        await engine.settle(self.script.house)
        return [*answers, *self.sent]

    async def command(self, who: str, word: str, text: str = "", place: str = CHANNEL) -> list[Effect]:
        stage = self.script.stage
        return await self.ask(Command(uuid4().hex, stage.now, _place(place), _person(who), word, text))

    async def press(
        self, who: str, on: Card | Form, button: str, answers: Mapping[str, str] | None = None, place: str = CHANNEL
    ) -> list[Effect]:
        about = next(each.about for each in buttons(on.parts) if each.name == button)
        now = self.script.stage.now
        return await self.ask(ButtonPress(uuid4().hex, now, _place(place), _person(who), button, about, answers or {}))

    async def submit(self, who: str, form: Form, /, place: str = CHANNEL, **answers: str) -> list[Effect]:
        """Send a form, filled in as it was except for these answers."""
        filled = {each.name: each.value for each in form.fields} | answers
        now = self.script.stage.now
        return await self.ask(Submission(uuid4().hex, now, _place(place), _person(who), form.name, form.about, filled))

    async def home(self, who: str) -> list[Effect]:
        return await self.ask(HomeOpened(uuid4().hex, self.script.stage.now, _place(CHANNEL), _person(who)))

    async def befall(self, kind: type[Whereabouts | Joined | Left], place: str = LIFE, **more: Any) -> list[Effect]:
        """What happens in the channel of these cards; returns what the bot sent."""
        self.sent.clear()
        now = self.script.stage.now
        await dispatch.take(self.script.house, kind(uuid4().hex, now, _place(place), **more))
        await engine.settle(self.script.house)
        return list(self.sent)

    def keep(self, name: str, effects: Sequence[Effect], kind: type[Effect]) -> Any:
        """Put the first card or form of this kind in the gallery."""
        for effect in effects:
            if not isinstance(effect, kind):
                continue
            match effect:
                case OpenForm(form=shown):
                    self.shown[name] = shown
                case Reply(card=shown) | Update(card=shown) | ShowHome(card=shown):
                    self.shown[name] = shown
                case Say(card=shown) | Whisper(card=shown) | Replace(card=shown):
                    self.shown[name] = shown
                case Refusal(reasons=reasons):
                    self.refused[name] = reasons
            return self.shown.get(name)
        raise AssertionError(f"{name} in {self.language}: no {kind.__name__} among {effects}")


@cache
def cards_and_forms(language: str) -> dict[str, Card | Form]:
    """Every card and form in nl or en, by name."""
    return tell(language).shown


@cache
def tell(language: str) -> Story:
    """The whole story in nl or en."""
    # In a thread: a test that drives a browser already has an event loop in its own.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _tell(language)).result()


async def _tell(language: str) -> Story:
    with opened("sqlite://") as database:
        upgrade(database.writing)
        stage = Stage(lambda _line: None, platform="slack", team=TEAM, language=language)
        sent: list[Sending] = []

        async def send(errand: Errand) -> Sent:
            sent.append(errand.effect)
            return Sent("sent", ref=uuid4().hex)

        async def roster(place: Place, who: Person | None) -> tuple[Member, ...]:
            return tuple(
                replace(member, organisation_name=ORGANISATIONS[member.organisation])
                for member in await stage.mouth().roster(place, who)
            )

        house = House(
            database=database,
            ear=here,
            compares=compares_here,
            mouths={"slack": replace(stage.mouth(), send=send, roster=roster)},
            now=lambda: stage.now,
            dice=lambda: 1.0,
            wake=lambda: None,
            policies={},
            language=language,
            public_url="https://samenspraak.example/",
        )
        story = Story(language, Script(stage, house), sent)
        story.script.start({"at": "2027-03-01T09:00:00+01:00"})
        await story.play(do="set", lang=language, restraint=False, holdback=False)
        await _consent(story)
        await _tips(story)
        await _before_sending(story)
        await _own_choices(story)
        await _the_project(story)
        await _filed(story)
        await _linked(story)
        await _restrained(story)
        await _met(story)
        await _leaving(story)
        await _halting(story)
        await _newcomer(story)
        await _dossier(story)
        await _ending(story)
        return story


async def _consent(story: Story) -> None:
    """The bot comes in, says why it does not listen yet, and is told yes."""
    effects = await story.play(do="join", place=CHANNEL, supplier=["U0SANNE", "U0BRAM", INVITED], client=["U0KARIM"])
    card = story.keep("consent_introduction", effects, Say)
    story.keep("home_unknown", await story.home(CLIENT), ShowHome)
    story.keep("off_unknown", await story.command("U0VERA", "off"), Reply)
    story.keep("consent_not_now", await story.press(CLIENT, card, "not_now"), Reply)
    form = story.keep("consent_form_first", await story.press(SUPPLIER, card, "join"), OpenForm)
    story.keep("consent_refused", await story.submit(SUPPLIER, form, side="", scopes="", mandate=""), Refusal)
    yes = {"role": "contract", "scopes": "hear tip registers pulses measure", "mandate": "yes"}
    effects = await story.submit(SUPPLIER, form, side="supplier", **yes)
    halfway = story.keep("consent_side_unknown", effects, Replace)
    story.keep("consent_nothing_to_stop", await story.press(CLIENT, halfway, "stop"), Reply)
    sides = story.keep("sides_form_first", await story.command(SUPPLIER, "sides"), OpenForm)
    unknown = next(each.name for each in sides.fields if each.value == "unknown")
    effects = await story.submit(SUPPLIER, sides, **{unknown: "client"})
    story.keep("consent_one_said_yes", effects, Replace)
    form = story.keep("consent_form", await story.press(CLIENT, card, "join"), OpenForm)
    effects = await story.submit(CLIENT, form, side="client", **yes)
    listening = story.keep("consent_listening", effects, Replace)
    launcher = story.keep("consent_changed_listening", effects, Say)
    story.keep("help_from_launcher", await story.press(CLIENT, launcher, "abilities"), Reply)
    story.keep("consent_form_change", await story.press(CLIENT, listening, "change"), OpenForm)
    await story.play(do="join", place=CHANNEL, client=["U0ANJA"])
    story.keep("status_listening", await story.command(CLIENT, "status"), Reply)
    story.keep("status_no_channel", await story.command(CLIENT, "status", place="C0ELSEWHERE"), Reply)
    await _alone(story, "C0SUPPLIERS", "supplier", "status_no_client")
    await _alone(story, "C0CLIENTS", "client", "status_no_supplier")


async def _alone(story: Story, place: str, side: str, name: str) -> None:
    """A channel with one side in it only."""
    who = SUPPLIER if side == "supplier" else CLIENT
    await story.play(do="join", place=place, **{side: [who]}, consent=True)
    story.keep(name, await story.command(who, "status", place=place), Reply)


async def _tips(story: Story) -> None:
    """One tip for everything that the ear recognises, and what its author can do with it."""
    patterns = ("normalising", "technical_diversion", "vague_deferral", "blame_shifting", "impactless_complaint")
    for hour, pattern in enumerate(patterns, 10):
        await story.wait(f"2027-03-01T{hour}:00:00+01:00")
        client = pattern == "impactless_complaint"
        if not client:
            await story.say(CLIENT, "stuck", thread=pattern)
        await story.say(CLIENT if client else SUPPLIER, pattern, thread=pattern)
        tip = story.keep(f"tip_{pattern}", await story.wait(f"2027-03-01T{hour}:05:00+01:00"), Whisper)
        story.keep(f"why_{pattern}", await story.press(CLIENT if client else SUPPLIER, tip, "why"), Reply)
        if pattern == "normalising":
            await _help(story, tip)
    tip = story.shown["tip_normalising"]
    for button in ("fine", "misheard", "quiet_today", "quiet_always"):
        story.keep(f"answered_{button}", await story.press(SUPPLIER, tip, button), Update)
    story.keep("home_off", await story.home(SUPPLIER), ShowHome)
    story.keep("on", await story.command(SUPPLIER, "on"), Reply)
    story.keep("tip_of_another", await story.press(CLIENT, tip, "why"), Refusal)


async def _help(story: Story, tip: Card) -> None:
    """Help with an answer, while what the other side wrote is still known."""
    form = story.keep("help_form", await story.press(SUPPLIER, tip, "help"), OpenForm)
    again = {"answer": story.says("blame_shifting")}
    story.keep("help_looked_again", await story.press(SUPPLIER, form, "look_again", again), OpenForm)
    good = {"answer": story.says("good")}
    story.keep("help_looked_again_good", await story.press(SUPPLIER, form, "look_again", good), OpenForm)
    story.keep("help_copy", await story.submit(SUPPLIER, form, answer=story.says("good")), OpenForm)
    story.keep("help_copy_noticed", await story.submit(SUPPLIER, form, answer=story.says("vague_deferral")), OpenForm)
    story.keep("help_refused", await story.submit(SUPPLIER, form, answer=" "), Refusal)


async def _before_sending(story: Story) -> None:
    """A promise instead of a deferral, and a look at a draft."""
    await story.say(CLIENT, "stuck")
    tip = story.shown["tip_vague_deferral"]
    form = story.keep("promise_form", await story.press(SUPPLIER, tip, "promise"), OpenForm)
    wrong = await story.submit(SUPPLIER, form, what="", owner="", kind="", date="2027-02-01")
    story.keep("promise_refused", wrong, Refusal)
    what = {"what": story.says("promise"), "owner": "U0BRAM", "date": "2027-03-19"}
    story.keep("promise_asked", await story.command(SUPPLIER, "promise", story.says("promise")), OpenForm)
    story.keep("promise_card", await story.submit(SUPPLIER, form, kind="promise", **what), Say)
    story.keep("promise_card_come_back", await story.submit(SUPPLIER, form, kind="come_back", **what), Say)
    form = await story.press(CLIENT, story.shown["tip_impactless_complaint"], "feedback")
    story.keep("feedback_form_from_tip", form, OpenForm)

    empty = story.keep("check_form", await story.command(SUPPLIER, "check"), OpenForm)
    for pattern in ("normalising", "technical_diversion", "vague_deferral", "blame_shifting", "good"):
        story.keep(f"check_{pattern}", await story.command(SUPPLIER, "check", story.says(pattern)), Reply)
    for pattern in ("impactless_complaint", "impact_feedback"):
        story.keep(f"check_{pattern}", await story.command(CLIENT, "check", story.says(pattern)), Reply)
    looked = await story.submit(SUPPLIER, empty, draft=story.says("technical_diversion"))
    story.keep("check_form_looked", looked, OpenForm)
    story.keep("check_form_good", await story.submit(SUPPLIER, empty, draft=story.says("good")), OpenForm)
    story.keep("check_refused", await story.submit(SUPPLIER, empty, draft=""), Refusal)
    story.keep("check_refused_unknown", await story.command("U0VERA", "check", story.says("good")), Refusal)


async def _own_choices(story: Story) -> None:
    """What people ask and choose for themselves."""
    asked = story.keep("help", await story.command(CLIENT, "help"), Reply)
    for button, kind in (("home", Reply), ("status", Reply), ("sides", OpenForm), ("setup", OpenForm)):
        story.keep(f"{button}_from_help", await story.press(CLIENT, asked, button), kind)
    story.keep("help_unknown_word", await story.command(CLIENT, "koffie"), Reply)
    home = story.keep("home", await story.home(SUPPLIER), ShowHome)
    story.keep("home_asked", await story.command(SUPPLIER, "home"), Reply)
    story.keep("home_without_tips", await story.home("U0ANJA"), ShowHome)
    story.keep("check_from_home", await story.press(SUPPLIER, home, "check"), OpenForm)
    story.keep("direct_on", await story.press(SUPPLIER, home, "direct_on"), Reply)
    home = story.keep("home_direct", await story.home(SUPPLIER), ShowHome)
    story.keep("direct_off", await story.press(SUPPLIER, home, "direct_off"), Reply)
    story.keep("off", await story.press(SUPPLIER, home, "off"), Reply)
    home = story.keep("home_off_with_tips", await story.home(SUPPLIER), ShowHome)
    await story.press(SUPPLIER, home, "on")
    await story.press(SUPPLIER, home, "privacy")
    hours = story.keep("worktime_form", await story.press(SUPPLIER, home, "worktime"), OpenForm)
    story.keep("worktime_refused", await story.submit(SUPPLIER, hours, days="", work_from="x", back="x"), Refusal)
    await story.submit(SUPPLIER, hours)
    kept = story.keep("privacy", await story.command(SUPPLIER, "privacy"), Reply)
    effects = await story.press(SUPPLIER, kept, "privacy_export")
    story.keep("privacy_sent", effects, Reply)
    assert any(isinstance(effect, Share) for effect in effects)


async def _the_project(story: Story) -> None:
    """Settings, sides, and a pause."""
    form = story.keep("setup_form", await story.command(CLIENT, "setup"), OpenForm)
    wrong = await story.submit(CLIENT, form, work_from="x", zone="x", days_off="x", language="x", role="sponsor")
    story.keep("setup_refused", wrong, Refusal)
    line = {"name": "Vergunningenloket", "emergency_line": story.says("line"), "person": "U0KARIM", "role": "service"}
    line |= {"days_off": "24-12-2027 - 31-12-2027", "days_on": "26-3-2027"}
    story.keep("setup_changed", await story.submit(CLIENT, form, **line), Say)
    terms = story.keep("terms_form", await story.press(CLIENT, story.shown["help"], "terms"), OpenForm)
    story.keep("terms_refused", await story.submit(CLIENT, terms, feedback_read="x"), Refusal)
    story.keep("terms_told", await story.submit(CLIENT, terms, feedback_read="24"), Say)
    form = story.keep("sides_form", await story.command(CLIENT, "sides"), OpenForm)
    both = {each.name: "client" for each in form.fields if each.name.startswith("organisation")}
    story.keep("sides_refused", await story.submit(CLIENT, form, **both), Refusal)
    story.keep("sides_changed", await story.submit(CLIENT, form), Say)
    story.keep("pause_refused", await story.command(CLIENT, "pause", "?"), Refusal)
    paused = story.keep("paused_from_help", await story.press(CLIENT, story.shown["help"], "pause"), Say)
    await story.press(CLIENT, paused, "resume")
    effects = await story.command(CLIENT, "pause", "4u")
    paused = story.keep("pause", effects, Say)
    story.keep("consent_paused", effects, Replace)
    story.keep("status_paused", await story.command(CLIENT, "status"), Reply)
    story.keep("pause_over", await story.press(CLIENT, paused, "resume"), Say)
    story.keep("which_project", await story.command(CLIENT, "open", place=CHAT), Reply)
    effects = await story.command(CLIENT, "feedback", " ".join([story.says("stuck")] * 30), place=CHAT)
    story.keep("which_project_cut", effects, Reply)


async def _filed(story: Story) -> None:
    """Every kind of item in every state, with every form that a step opens, and what waits for whom."""
    help_card = story.shown["help"]
    for kind in FILED_KINDS:
        who = SUPPLIER if kind.name in ("promise", "warning") else CLIENT
        form = story.keep(f"{kind.name}_form", await story.press(who, help_card, f"file_{kind.name}"), OpenForm)
        await story.command(who, kind.name)
        story.keep(f"{kind.name}_refused", await story.submit(who, form, what=""), Refusal)
        filled = {"owner": "U0BRAM", "date": "2027-03-25"} | FILED[story.language][kind.name]
        effects = await story.submit(who, form, **filled)
        story.keep(f"{kind.name}_filed", effects, Reply if kind.quiet else Say)
        if kind.name == "feedback":
            story.keep("feedback_questions", effects, Whisper)
        number = int(story.shown[f"{kind.name}_filed"].summary.partition("-")[2].partition(":")[0])
        await _stepped(story, kind, f"{kind.code}-{number}")
    # Not offered to who took it up, but still on a card that they were sent before.
    await story.press(SUPPLIER, Card("", (Buttons((Button("take_over", "", "1"),)),)), "take_over")
    await _laddered(story)
    asked = await story.submit(
        CLIENT, story.shown["feedback_form"], what=FILED[story.language]["person"]["what"], who=""
    )
    again = story.keep("feedback_asked_back", asked, OpenForm)
    for _ in range(6):
        await story.submit(CLIENT, again)
    await _alike(story)
    opened = story.keep("open", await story.command(CLIENT, "open"), Reply)
    story.keep("open_from_help", await story.press(SUPPLIER, help_card, "open"), Reply)
    story.keep("open_more", await story.press(CLIENT, opened, "open_more"), Reply)
    story.keep("open_one", await story.press(CLIENT, opened, "open_item"), Reply)
    story.keep("home_with_items", await story.home(CLIENT), ShowHome)
    story.keep("digest", await story.wait("2027-03-02T09:00:00+01:00"), Whisper)


async def _met(story: Story) -> None:
    """The rhythm of a project: planned, put on the agenda, prepared, announced, moved, held and recorded."""
    form = story.keep("rhythm_form", await story.press(SUPPLIER, story.shown["help"], "meeting"), OpenForm)
    story.keep("rhythm_refused", await story.submit(SUPPLIER, form, at="x", kinds="", first="", side="x"), Refusal)
    where = "https://meet.example/brug"
    chosen = "operational tactical demo progress"
    story.keep("rhythm_told", await story.submit(SUPPLIER, form, kinds=chosen, where=where), Say)
    topic = story.says("topic")
    placed = story.keep("agenda_topic", await story.command(CLIENT, "agenda", topic), Reply)
    story.keep("agenda_topic_moved", await story.press(CLIENT, placed, "topic_move"), Update)
    ahead = story.keep("agenda_ahead", await story.command(CLIENT, "agenda"), Reply)
    await story.press(CLIENT, story.shown["help"], "agenda")
    address = story.keep("calendar", await story.press(CLIENT, ahead, "calendar"), Reply)
    effects = await story.press(CLIENT, address, "calendar_renew")
    story.keep("calendar_renewed_told", effects, Say)
    effects = await story.press(CLIENT, address, "calendar_stop")
    story.keep("calendar_stopped", effects, Reply)
    story.keep("calendar_stopped_told", effects, Say)
    said: list[Sending] = []
    for day in range(12, 20):
        said += await story.wait(f"2027-03-{day:02}T14:00:30+01:00")
        fresh = [e.card for e in said if isinstance(e, Say) and e.key.startswith("item:")]
        if fresh and "meeting_cannot_noted" not in story.shown:
            await _cannot_come(story, fresh[-1])
    story.keep("meeting_agenda", [e for e in said if isinstance(e, Say) and e.key.startswith("item:")], Say)
    story.keep("meeting_taken_along", await story.press(CLIENT, story.shown["meeting_agenda"], "to_calendar"), Reply)
    story.keep("meeting_asked", [e for e in said if isinstance(e, Whisper) and e.key.startswith("asked:")], Whisper)
    for name in ("preparation", "meeting", "report"):
        await _stepped(story, KINDS[name], f"{KINDS[name].code}-1")
    await story.wait("2027-03-22T09:00:30+01:00")
    asked = [e for e in said if isinstance(e, Whisper) and e.key.startswith("verdict_again:")]
    story.keep("demo_asked_again", asked, Whisper)
    await _judged(story)
    missed = story.keep("agenda_topic_missed", await story.command(CLIENT, "agenda", story.says("far")), Reply)
    offered = story.keep("rhythm_form_missed", await story.press(CLIENT, missed, "meeting_add"), OpenForm)
    story.keep("agenda_topic_along", await story.submit(CLIENT, offered), Reply)
    await _around_going_live(story)
    listed = story.keep("meetings", await story.command(SUPPLIER, "meeting"), Reply)
    await story.press(SUPPLIER, listed, "meeting_add")
    form = story.keep("series_form", await story.press(SUPPLIER, listed, "series"), OpenForm)
    story.keep("series_refused", await story.submit(SUPPLIER, form, at="x", minutes="x", zone="x"), Refusal)
    story.keep("series_told", await story.submit(SUPPLIER, form, at="11:30"), Say)
    await _invited(story, ahead)
    await story.command(CLIENT, "agenda", topic)
    stopped = await story.submit(SUPPLIER, form, stop="yes")
    story.keep("series_topics_go", [e for e in stopped if isinstance(e, Say) and e.key.startswith("topics:")], Say)


async def _invited(story: Story, ahead: Card) -> None:
    """With an address for one's calendar: an agenda, and what is told of a meeting that moves or is called off."""
    await story.press(CLIENT, ahead, "calendar")
    await story.press(SUPPLIER, story.shown["series_told"], "calendar")
    said = await story.wait("2027-03-22T14:00:30+01:00")
    agenda = story.keep("meeting_agenda_with_address", [e for e in said if _offers(e, "to_calendar")], Say)
    (item,) = [each.about for each in buttons(agenda.parts) if each.url]
    for step, answers in (("postpone", {"date": "2027-03-27", "time": "14:00"}), ("call_off", {})):
        card = Card("", (Buttons((Button(step, "", item),)),))
        form = story.keep(f"meeting_{step}_again", await story.press(CLIENT, card, step), OpenForm)
        told = await story.submit(CLIENT, form, reason=story.says("topic"), **answers)
        assert any(isinstance(effect, Attach) for effect in told)
        story.keep(f"meeting_{step}_told", told, Say)


def _offers(effect: Effect, button: str) -> bool:
    return isinstance(effect, Say) and any(each.name == button for each in buttons(effect.card.parts))


async def _around_going_live(story: Story) -> None:
    """What is held because it goes live, one time more, and what falls out at the top."""
    listed = await story.command(SUPPLIER, "meeting")
    add = next(e for e in listed if isinstance(e, Reply)).card
    form = next(e for e in await story.press(SUPPLIER, add, "meeting_add") if isinstance(e, OpenForm)).form
    effects = await story.submit(SUPPLIER, form, kinds="evaluation simulation", live="2027-04-12")
    story.keep("live_too_late", effects, Reply)
    listed = story.keep("meetings_going_live", await story.command(SUPPLIER, "meeting"), Reply)
    form = story.keep("live_form", await story.press(SUPPLIER, listed, "go_live"), OpenForm)
    story.keep("live_refused", await story.submit(SUPPLIER, form, live="x"), Refusal)
    story.keep("live_told", await story.submit(SUPPLIER, form, live="2027-06-01"), Say)
    form = story.keep("extra_form", await story.press(SUPPLIER, listed, "extra"), OpenForm)
    story.keep("extra_refused", await story.submit(SUPPLIER, form, date=""), Refusal)
    extra = {"date": "2027-05-27", "reason": story.says("topic")}
    story.keep("extra_told", await story.submit(SUPPLIER, form, **extra), Say)
    headings = {f"OV-{number}": await _heading(story, f"OV-{number}") for number in range(1, 12)}
    top = next(code for code, heading in headings.items() if "Strategi" in heading)
    card = next(e for e in await story.command(SUPPLIER, "open", top) if isinstance(e, Reply)).card
    form = next(e for e in await story.press(SUPPLIER, card, "call_off") if isinstance(e, OpenForm)).form
    effects = await story.submit(SUPPLIER, form, reason=story.says("topic"))
    story.keep("fell_out", [e for e in effects if isinstance(e, Whisper) and e.key.startswith("fell_out:")], Whisper)


async def _cannot_come(story: Story, agenda: Card) -> None:
    """Somebody cannot come to a meeting and sends somebody else: who hears of that, and what they read."""
    (asked,) = [e for e in await story.press(CLIENT, agenda, "cannot") if isinstance(e, OpenForm)]
    effects = await story.submit(CLIENT, asked.form, stand_in="U0ANJA")
    story.keep("meeting_cannot_noted", effects, Reply)
    for name in ("stand_in", "cannot"):
        heard = [e for e in effects if isinstance(e, Whisper) and e.key.startswith(name)]
        story.keep(f"meeting_{name}_heard", heard, Whisper)
    again = story.keep("meeting_cannot_come", effects, Replace)
    story.keep("meeting_can_noted", await story.press(CLIENT, again, "can"), Reply)


async def _judged(story: Story) -> None:
    """A demo that is over, and what the client makes of it."""
    headings = {code: await _heading(story, code) for code in ("OV-2", "OV-3", "OV-4")}
    demo = next(code for code, heading in headings.items() if "Demo" in heading)
    over = story.keep("demo_over", await story.command(CLIENT, "open", demo), Reply)
    form = story.keep("demo_verdict_form", await story.press(CLIENT, over, "verdict"), OpenForm)
    verdicts = {each.name: "not_yet" for each in form.fields if each.name.startswith("verdict")}
    because = {name.replace("verdict", "because"): story.says("topic") for name in verdicts}
    story.keep("demo_verdict_refused", await story.submit(CLIENT, form, **verdicts), Refusal)
    await story.submit(CLIENT, form, **verdicts, **because)
    judged = story.keep("demo_judged", await story.command(CLIENT, "open", demo), Reply)
    story.keep("demo_by_impact_form", await story.press(CLIENT, judged, "by_impact"), OpenForm)
    story.keep("demo_test_round_form", await story.press(CLIENT, judged, "test_round"), OpenForm)


async def _heading(story: Story, code: str) -> str:
    return str([plain(e.card.parts[0].text) for e in await story.command(CLIENT, "open", code) if isinstance(e, Reply)])


async def _linked(story: Story) -> None:
    """The address for people who are not in the channel, from none to a new one to none, and what comes in by it."""
    story.keep("link_none_supplier", await story.command(SUPPLIER, "link"), Reply)
    story.keep("link_from_help", await story.press(SUPPLIER, story.shown["help"], "link"), Reply)
    none = story.keep("link_none_client", await story.command(CLIENT, "link"), Reply)
    effects = await story.press(CLIENT, none, "link_make")
    made = story.keep("link_made", effects, Update)
    story.keep("link_made_told", effects, Say)
    stands = story.keep("link_stands", await story.command(SUPPLIER, "link"), Reply)
    secret = plain(made.parts[1].text).rpartition("/")[2]
    filled, place = FILED[story.language]["complaint"], _place(CHANNEL)
    brought = Brought("link:1", story.script.stage.now, place, digest(secret), "complaint", filled, story.language, "1")
    story.sent.clear()
    await dispatch.handle(story.script.house, brought)
    await engine.settle(story.script.house)
    story.keep("link_filed", story.sent, Say)
    story.keep("link_renewed", await story.press(SUPPLIER, stands, "link_make"), Say)
    effects = await story.press(CLIENT, stands, "link_stop")
    story.keep("link_stopped", effects, Update)
    story.keep("link_stopped_told", effects, Say)
    story.keep("link_nothing_to_stop", await story.press(CLIENT, stands, "link_stop"), Refusal)


async def _alike(story: Story) -> None:
    """The same complaint twice, an improvement from it, and a promise that touches a warning and is asked about."""
    said = FILED[story.language]
    for _ in range(2):
        effects = await story.submit(CLIENT, story.shown["complaint_form"], **said["complaint"])
    public = next(effect.card for effect in effects if isinstance(effect, Say))
    asked = story.keep("alike_question", [effect for effect in effects if _has(effect, "same")], Whisper)
    listed = story.keep("alike_together", await story.press(CLIENT, public, "together"), Reply)
    story.keep("improvement_form_from_complaints", await story.press(CLIENT, listed, "improve"), OpenForm)
    story.keep("alike_apart", await story.press(CLIENT, asked, "not_same"), Update)
    effects = await story.press(CLIENT, asked, "same")
    story.keep("alike_merged", effects, Update)
    story.keep("alike_older", [e for e in effects if isinstance(e, Replace)][-1:], Replace)
    older = int(next(each.about for each in buttons(asked.parts)).partition(" ")[2])
    await story.script.house.database.write(EVERYWHERE, partial(_put, row=older, state="open"))
    withdraw = Card("", (Buttons((Button("withdraw", "", str(older)),)),))
    story.keep("alike_ended", await story.press(CLIENT, withdraw, "withdraw"), Whisper)
    await story.submit(SUPPLIER, story.shown["warning_form"], **said["warning"])
    form = story.keep("promise_form_touching", await story.command(CLIENT, "promise"), OpenForm)
    choices = next(each for each in form.fields if each.name == "touches")
    assert isinstance(choices, ChoiceField)
    touching = said["promise"] | {"date": "2027-03-25", "firm": "hard", "touches": choices.choices[0][0]}
    effects = await story.submit(CLIENT, form, **touching)
    story.keep("touching_told", effects, Reply)
    card = story.keep("touching_asked", effects, Whisper)
    form = story.keep("touching_form", await story.press(SUPPLIER, card, "not_like_this"), OpenForm)
    effects = await story.submit(SUPPLIER, form, reason=said["warning"]["consequence"])
    story.keep("touching_objected", effects, Whisper)


def _has(effect: Effect, button: str) -> bool:
    return isinstance(effect, Whisper) and any(each.name == button for each in buttons(effect.card.parts))


async def _stepped(story: Story, kind: Kind, code: str) -> None:
    """One item in every state that it can be in, however it came there, with the forms of its steps."""
    opened = [effect for effect in await story.command(SUPPLIER, "open", code) if isinstance(effect, Reply)]
    card = opened[0].card if kind.made else story.shown[f"{kind.name}_filed"]
    row = next(int(each.about.partition(" ")[0]) for each in buttons(card.parts) if each.name in STEPS)
    for state in [*kind.waits, *sorted({step.to for step in kind.steps if step.to} - set(kind.waits))]:
        await story.script.house.database.write(EVERYWHERE, partial(_put, row=row, state=state))
        for side, who in (("supplier", SUPPLIER), ("client", CLIENT)):
            seen = await story.command(who, "open", code)
            if any(isinstance(effect, Reply) for effect in seen):
                story.keep(f"{kind.name}_{state}_{side}", seen, Reply)
        for step in kind.steps:
            if state in step.before:
                await _pressed(story, kind, step, row, state)


async def _pressed(story: Story, kind: Kind, step: Step, row: int, state: str) -> None:
    """One step, by whichever side may take it; its form, what is refused on it, and the card afterwards."""
    for who in (SUPPLIER, CLIENT):
        await story.script.house.database.write(EVERYWHERE, partial(_put, row=row, state=state))
        shown = story.shown.get(f"{kind.name}_{state}_{'supplier' if who == SUPPLIER else 'client'}")
        if shown is None or all(button.name != step.name for button in buttons(shown.parts)):
            continue
        effects = await story.press(who, shown, step.name)
        if step.asks:
            form = story.keep(f"{kind.name}_{step.name}_form", effects, OpenForm)
            if any(blank.required for blank in step.asks):
                story.keep(f"{kind.name}_{step.name}_refused", await story.submit(who, form, **_nothing(form)), Refusal)
            usual = USUAL | {"person": "U0BRAM" if who == SUPPLIER else "U0ANJA", "text": story.says("because")}
            filled = {
                b.name: (b.choices or (usual.get(b.name, usual.get(b.type, usual["text"])),))[0] for b in step.asks
            }
            effects = await story.submit(who, form, **filled)
        if (kind.name, state, step.name) == ("preparation", "missed", "prepared"):
            # By then its meeting has begun.
            story.keep("preparation_too_late", effects, Refusal)
            continue
        files = [effect.instead for effect in effects if isinstance(effect, Share) and effect.instead is not None]
        if files:
            story.keep(f"{kind.name}_{step.name}_instead", [Reply(files[0])], Reply)
        kinds = Update | Replace | Say | Reply
        assert any(isinstance(effect, kinds) for effect in effects), (kind.name, step.name, effects)
    await story.script.house.database.write(EVERYWHERE, partial(_put, row=row, state=state))


async def _laddered(story: Story) -> None:
    """What an escalation shows on each step of the ladder, what is proposed there, and the list of a side."""
    filed = story.shown["escalation_filed"]
    row = next(int(each.about.partition(" ")[0]) for each in buttons(filed.parts) if each.name in STEPS)
    code = filed.summary.partition(":")[0]
    for rung in range(2, 7):
        await story.script.house.database.write(EVERYWHERE, partial(_put, row=row, state="open", rung=str(rung)))
        seen = story.keep(f"escalation_rung_{rung}", await story.command(CLIENT, "open", code), Reply)
        if any(button.name == "notice" for button in buttons(seen.parts)):
            form = story.keep("escalation_notice_form", await story.press(CLIENT, seen, "notice"), OpenForm)
            said = story.says("because")
            words = {each.name: "2027-04-01" if isinstance(each, DateField) else said for each in form.fields}
            story.keep("escalation_notice", await story.submit(CLIENT, form, **words), Reply)
    for proposal in ("skip", "settle"):
        asked = {"proposed": proposal, "proposed_by": "client", "because": FILED[story.language]["request"]["why"]}
        for agreed in (f"agree_{proposal}", "not_yet"):
            put = partial(_put, row=row, state="runs", rung="2", **asked)
            await story.script.house.database.write(EVERYWHERE, put)
            seen = story.keep(f"escalation_{proposal}_proposed", await story.command(SUPPLIER, "open", code), Reply)
            story.keep(f"escalation_{proposal}_{agreed}", await story.press(SUPPLIER, seen, agreed), Update)
    form = story.keep("leaving_form", await story.press(CLIENT, filed, "leaving"), OpenForm)
    story.keep("leaving_refused", await story.submit(CLIENT, form, exit_plan="perhaps"), Refusal)
    story.keep("leaving_saved", await story.submit(CLIENT, form, exit_plan="yes", data="not_yet"), Reply)


def _nothing(form: Form) -> dict[str, str]:
    return {each.name: "" for each in form.fields}


def _put(db: Session, row: int, state: str, **words: str) -> None:
    item = db.get(Item, row)
    assert item is not None
    item.state = state
    gone = ("proposed", "proposed_by", "because")
    item.words = {name: said for name, said in item.words.items() if name not in gone} | words
    if state in ("asked", "asked_first", "asked_again"):
        item.words = item.words | {"touches": "WS-1"}


async def _restrained(story: Story) -> None:
    """What is only said when the coach holds back as it should: the invitation, danger, and going quiet."""
    for hour in (9, 10, 11):
        await story.wait(f"2027-03-09T{hour:02}:00:00+01:00")
        await story.say(CLIENT, "stuck", thread=f"quiet-{hour}")
        await story.say("U0BRAM", "normalising", thread=f"quiet-{hour}")
        await story.wait(f"2027-03-09T{hour:02}:20:00+01:00")
    await story.play(do="set", restraint=True)
    story.keep("gone_quiet", await story.wait("2027-03-11T09:00:00+01:00"), Whisper)
    await story.say(CLIENT, "stuck", thread="invitation")
    await story.say(INVITED, "vague_deferral", thread="invitation")
    tip = story.keep("tip_invitation", await story.wait("2027-03-11T09:05:00+01:00"), Whisper)
    for button in ("more", "no_more"):
        story.keep(f"answered_{button}", await story.press(INVITED, tip, button), Update)
    await story.say(CLIENT, "emergency")
    story.keep("emergency", await story.wait("2027-03-11T09:10:00+01:00"), Say)


async def _leaving(story: Story) -> None:
    """An organisation comes in beside the two, one goes, and somebody is wiped out."""
    stage = story.script.stage
    newcomer = _person("U0VERA")
    stage.people["U0VERA"] = newcomer
    stage.present[CHANNEL].append(newcomer)
    await story.say("U0VERA", "good")
    status = story.keep("status_newcomer", await story.command(CLIENT, "status"), Reply)
    effects = await story.press(CLIENT, status, "stop")
    story.keep("consent_withdrawn", effects, Say)
    story.keep("consent_stopped", effects, Replace)
    kept = story.shown["privacy"]
    story.keep("privacy_erased", await story.press("U0ANJA", kept, "privacy_erase"), Reply)
    story.keep("privacy_nothing", await story.command("U0ANJA", "privacy"), Reply)


async def _halting(story: Story) -> None:
    """A channel of its own stands still, for every reason there is, and goes on."""
    await story.play(do="join", place=LIFE, supplier=[SUPPLIER, "U0BRAM"], client=[CLIENT, "U0ANJA"], consent=True)
    story.keep("halted_archived", await story.befall(Archived), Whisper)
    story.keep("halted_archived_back", await story.befall(Unarchived), Say)
    status = story.keep("status_halted", await story.command(CLIENT, "status", place=LIFE), Reply)
    story.keep("halted_resumed", await story.press(CLIENT, status, "go_on", place=LIFE), Say)
    story.keep("halted_removed", await story.befall(Left), Whisper)
    story.keep("halted_removed_back", await story.befall(Joined), Say)
    await story.press(CLIENT, status, "go_on", place=LIFE)
    effects = await story.befall(Unshared, organisation="client")
    story.keep("halted_unshared", effects, Say)
    story.keep("halted_unshared_privately", effects, Whisper)
    story.keep("halted_waits", await story.press(SUPPLIER, status, "go_on", place=LIFE), Reply)
    await story.press(CLIENT, status, "go_on", place=LIFE)
    story.keep("halted_moved", await story.befall(Moved, to=MOVED), Say)
    await story.press(CLIENT, status, "go_on", place=MOVED)


async def _newcomer(story: Story) -> None:
    """Somebody comes in, chooses a language and a clock, and goes; so does somebody with a role."""
    stage = story.script.stage
    stage.people["U0FEMKE"] = _person("U0FEMKE")
    stage.present[MOVED] = [*stage.present[LIFE], _person("U0FEMKE")]
    await story.wait((stage.now + timedelta(hours=1)).isoformat())
    welcome = story.keep("welcome", await story.befall(Joined, place=MOVED, who=_person("U0FEMKE")), Whisper)
    story.keep("locale_form", await story.command("U0FEMKE", "language", place=MOVED), OpenForm)
    story.keep("locale_language", await story.command("U0FEMKE", "language", story.language, place=MOVED), Reply)
    story.keep("locale_zone", await story.command("U0FEMKE", "zone", "Lissabon", place=MOVED), Reply)
    story.keep("locale_zone_refused", await story.command("U0FEMKE", "zone", "Mars", place=MOVED), Refusal)
    home = story.keep("home_newcomer", await story.home("U0FEMKE"), ShowHome)
    form = await story.press("U0FEMKE", home, "locale")
    wrong = story.keep("locale_form_again", form, OpenForm)
    story.keep("locale_refused", await story.submit("U0FEMKE", wrong, language="fr", zone="Mars"), Refusal)
    story.keep("welcome_off", await story.press("U0FEMKE", welcome, "off", place=MOVED), Reply)
    effects = await story.befall(Left, place=MOVED, who=_person(SUPPLIER))
    story.keep("role_vacant", effects, Say)
    await story.befall(Joined, place=MOVED, who=_person(SUPPLIER))


async def _dossier(story: Story) -> None:
    """All that is on file, by the word and by the button."""
    effects = await story.command(CLIENT, "dossier", place=MOVED)
    story.keep("dossier_sending", effects, Reply)
    (share,) = [effect for effect in effects if isinstance(effect, Share)]
    assert share.instead is not None
    story.keep("dossier_instead", [Reply(share.instead)], Reply)
    await story.press(SUPPLIER, story.shown["help"], "dossier", place=MOVED)


async def _ending(story: Story) -> None:
    """One side proposes to end it, thinks again, proposes again; the other agrees; and after a week all is gone."""
    form = story.keep("ending_form", await story.command(CLIENT, "end", place=MOVED), OpenForm)
    wrong = await story.submit(CLIENT, form, place=MOVED, days="0", mandate="")
    story.keep("ending_refused", wrong, Refusal)
    proposed = await story.submit(CLIENT, form, place=MOVED, days="7", mandate="yes")
    card = story.keep("ending_proposed", proposed, Say)
    story.keep("ending_yours", await story.command(CLIENT, "end", place=MOVED), Reply)
    agree = story.keep("ending_form_agree", await story.press(SUPPLIER, card, "end", place=MOVED), OpenForm)
    story.keep("ending_kept", await story.press(SUPPLIER, card, "end_not", place=MOVED), Say)
    story.keep("ending_changed", await story.submit(SUPPLIER, agree, place=MOVED, mandate="yes"), Refusal)
    await story.submit(CLIENT, form, place=MOVED, days="7", mandate="yes")
    story.keep("ending_ended", await story.submit(SUPPLIER, agree, place=MOVED, mandate="yes"), Say)
    story.keep("ending_over", await story.command(CLIENT, "end", place=MOVED), Reply)
    story.keep("status_ended", await story.command(CLIENT, "status", place=MOVED), Reply)
    story.keep("ending_refused_over", await story.press(SUPPLIER, card, "end_not", place=MOVED), Refusal)
    gone = await story.wait((story.script.stage.now + timedelta(days=7)).isoformat())
    story.keep("ending_erased", gone, Say)


def _person(id: str) -> Person:
    return Person("slack", PEOPLE[id][1], id)


def _place(channel: str) -> Place:
    return Place("slack", TEAM, channel, direct=channel == CHAT)
