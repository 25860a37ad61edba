"""What a project can set: its name, language, hours and emergency line, the roles, and who is on which side."""

from collections.abc import Iterable

import holidays

from handlers import calendar, consent, daysoff, phrases
from handlers.hours import clock, minutes
from handlers.register import waiting
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    ChoiceField,
    Command,
    Effect,
    Form,
    OpenForm,
    PersonField,
    Refused,
    Submission,
    Text,
    TextField,
)
from handlers.worktime import DAYS
from handlers.zones import zone_named
from prompts import Phrasebook
from storage import days, members, projects

ROLES = (
    "sponsor",
    "service",
    "responder",
    "complaints",
    "it",
    "key_user",
    "product_owner",
    "quality",
    "contract",
)
SIDES = ("client", "supplier", "unknown")
PROBE = 80
"""Working hours that any project must have: how long a complaint may take."""


def setup_form(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show how the project is set."""
    channel, member = meant(turn, event)
    project, book = channel.project, phrases.reader(member)
    languages = (("nl", book.say("settings.dutch")), ("en", book.say("settings.english")))
    roles = tuple((role, book.say(f"settings.role.{role}")) for role in ROLES)
    yield OpenForm(
        Form(
            "setup",
            book.say("settings.title"),
            book.say("settings.submit"),
            book.say("settings.close"),
            (
                TextField("name", book.say("settings.name"), required=False, value=project.name or "", longest=80),
                ChoiceField("language", book.say("settings.language"), languages, value=project.language),
                TextField("zone", book.say("settings.zone"), value=project.zone, longest=60),
                TextField("country", book.say("settings.country"), value=project.country, longest=2),
                ChoiceField(
                    "work_days",
                    book.say("worktime.days"),
                    tuple((day, book.say(f"worktime.day.{day}")) for day in DAYS),
                    value=" ".join(project.work_days),
                    many=True,
                ),
                TextField("work_from", book.say("settings.work_from"), value=clock(project.work_from), longest=5),
                TextField("work_until", book.say("settings.work_until"), value=clock(project.work_until), longest=5),
                _lines("days_off", days.stretches(project.days_off), book),
                _lines("days_on", days.stretches(project.days_on), book),
                TextField(
                    "emergency_line",
                    book.say("settings.emergency_line"),
                    required=False,
                    value=project.emergency_line or "",
                    hint=book.say("settings.emergency_hint"),
                    longest=200,
                ),
                PersonField("person", book.say("settings.person"), required=False),
                ChoiceField("role", book.say("settings.person_role"), roles, required=False),
            ),
            about=str(project.id),
        )
    )


def _lines(name: str, stretches: tuple[days.Stretch, ...], book: Phrasebook) -> TextField:
    """A field with days, one or more in a row on each line."""
    label, hint = book.say(f"settings.{name}"), book.say(f"settings.{name}_hint")
    return TextField(name, label, required=False, lines=3, value=daysoff.form(stretches, book), hint=hint)


def setup(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Set the project as asked."""
    channel, member = meant(turn, event)
    project, answers, reasons, values = channel.project, event.answers, {}, {}
    work_from, work_until = minutes(answers.get("work_from", "")), minutes(answers.get("work_until", ""))
    if work_from is None:
        reasons["work_from"] = "settings.refused.time"
    if work_until is None or (work_from is not None and work_until <= work_from):
        reasons["work_until"] = "settings.refused.time"
    weekdays = "".join(day for day in DAYS if day in answers.get("work_days", " ".join(project.work_days)).split())
    if not weekdays:
        reasons["work_days"] = "worktime.refused.days"
    before = {"days_off": project.days_off, "days_on": project.days_on}
    written = {name: days.stretches(held) for name, held in before.items()}
    for name in written.keys() & answers.keys():
        try:
            written[name] = daysoff.read(answers[name], phrases.reader(member), turn.now, calendar.of_project(project))
        except daysoff.Unreadable as line:
            reasons[name], values[name] = f"settings.refused.{line.why}", {"line": str(line.number)}
    zone = zone_named(answers.get("zone", ""))
    if zone is None:
        reasons["zone"] = "settings.refused.zone"
    country = answers.get("country", "").strip().upper()
    if country not in holidays.list_supported_countries():
        reasons["country"] = "settings.refused.country"
    if answers.get("language") not in ("nl", "en"):
        reasons["language"] = "settings.refused.language"
    somebody, role = answers.get("person", ""), answers.get("role", "")
    person = next((m for m in members.of(turn.db, project) if m.person == somebody), None)
    if somebody and person is None:
        reasons["person"] = "settings.refused.person"
    if role and (role not in ROLES or not somebody):
        reasons["role"] = "settings.refused.role"
    if reasons or work_from is None or work_until is None or zone is None:
        raise Refused(reasons, values)
    project.name = answers.get("name", "").strip() or None
    project.language, project.zone, project.country = answers["language"], zone, country
    project.work_from, project.work_until, project.work_days = work_from, work_until, weekdays
    project.days_off, project.days_on = (days.kept(written[name]) or None for name in ("days_off", "days_on"))
    try:
        calendar.after_working_hours(calendar.of_project(project), turn.now, PROBE)
    except calendar.NoWorkingTime:
        raise Refused({"work_days": "settings.refused.no_work"}) from None
    project.emergency_line = answers.get("emergency_line", "").strip() or None
    if person is not None:
        waiting.gives(turn, person, role or None)
    if before == {"days_off": project.days_off, "days_on": project.days_on}:
        yield from consent.announce(turn, channel, "settings.changed")
        return
    book = phrases.everyone(project)
    told = {name: daysoff.told(stretches, book) or book.say("settings.no_days") for name, stretches in written.items()}
    yield from consent.announce(turn, channel, "settings.days_changed", **told)


def sides_form(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show who is on which side."""
    channel, member = meant(turn, event)
    book = phrases.reader(member)
    sides = tuple((side, book.say(f"consent.side.{side}")) for side in SIDES)
    organisations = tuple(
        ChoiceField(f"organisation_{o.id}", o.name, sides, value=o.side or "unknown")
        for o in projects.organisations(turn.db, channel.project)
    )
    yield OpenForm(
        Form(
            "sides",
            book.say("settings.sides_title"),
            book.say("settings.submit"),
            book.say("settings.close"),
            (
                Text(book.say("settings.sides_intro")),
                *organisations,
                PersonField("person", book.say("settings.exception"), required=False),
                ChoiceField("person_side", book.say("settings.exception_side"), sides[:2], required=False),
            ),
            about=str(channel.project_id),
        )
    )


def sides(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Put organisations, or one person apart from theirs, on the right side. All see that it changed."""
    channel, _ = meant(turn, event)
    project, answers = channel.project, event.answers
    for organisation in projects.organisations(turn.db, project):
        side = answers.get(f"organisation_{organisation.id}", organisation.side or "unknown")
        if side in SIDES:
            organisation.side = None if side == "unknown" else side
    somebody, side = answers.get("person", ""), answers.get("person_side", "")
    if somebody:
        person = next((m for m in members.of(turn.db, project) if m.person == somebody), None)
        if person is None:
            raise Refused({"person": "settings.refused.person"})
        person.own_side = side if side in ("client", "supplier") and side != person.organisation.side else None
    consent.weigh(turn, project)
    yield from consent.announce(turn, channel, "settings.sides_changed")
