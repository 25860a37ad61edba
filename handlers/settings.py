"""What a project can set: its name, language, hours and emergency line, the roles, and who is on which side."""

from collections.abc import Iterable
from uuid import uuid4

import holidays

from handlers import calendar, consent, daysoff, phrases
from handlers.hours import clock, minutes
from handlers.meetings import changing
from handlers.register import rights, waiting
from handlers.register.kinds import MAY_COMMIT
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    ChoiceField,
    Command,
    Effect,
    Form,
    OpenForm,
    Person,
    PersonField,
    Refused,
    Say,
    Submission,
    Text,
    TextField,
)
from handlers.worktime import DAYS
from handlers.zones import zone_named
from prompts import Phrasebook
from storage import consents, days, members, projects
from storage.tables import Member, Project

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
    elif person is not None:
        reasons |= _not_to_give(turn, member, person, role)
    if reasons or work_from is None or work_until is None or zone is None:
        raise Refused(reasons, values)
    works_before, zone_before = calendar.of_project(project), project.zone
    known = changing.known(turn, project)
    project.name = answers.get("name", "").strip() or None
    project.language, project.zone, project.country = answers["language"], zone, country
    project.work_from, project.work_until, project.work_days = work_from, work_until, weekdays
    project.days_off, project.days_on = (days.kept(written[name]) or None for name in ("days_off", "days_on"))
    try:
        calendar.after_working_hours(calendar.of_project(project), turn.now, PROBE)
    except calendar.NoWorkingTime:
        raise Refused({"work_days": "settings.refused.no_work"}) from None
    project.emergency_line = answers.get("emergency_line", "").strip() or None
    had = person.role if person is not None else None
    if person is not None:
        waiting.gives(turn, person, role or None)
    if before == {"days_off": project.days_off, "days_on": project.days_on}:
        yield from consent.announce(turn, channel, "settings.changed")
    else:
        book = phrases.everyone(project)
        told = {name: daysoff.told(each, book) or book.say("settings.no_days") for name, each in written.items()}
        yield from consent.announce(turn, channel, "settings.days_changed", **told)
    yield from _role_told(turn, member, person, had)
    if calendar.of_project(project) != works_before:
        waiting.recount(turn, project)
        yield from changing.follow(turn, channel, zone_before, known)


def _not_to_give(turn: Turn, member: Member, person: Member, role: str) -> dict[str, str]:
    """Why somebody may not give (or take) a role: each side decides who speaks for it, and of who commits, they do."""
    if person.role == (role or None):
        return {}
    if not rights.may(turn, "role", member, person):
        return {"person": rights.REFUSED["role"]}
    commits = role in MAY_COMMIT or person.role in MAY_COMMIT
    refused = commits and not rights.may(turn, "role_commits", member, person)
    return {"role": rights.REFUSED["role_commits"]} if refused else {}


def _role_told(turn: Turn, member: Member, person: Member | None, had: str | None) -> Iterable[Effect]:
    """Everybody hears who speaks for a side from now on, and by whom that was decided."""
    if person is None or person.role == had:
        return
    name = phrases.everyone(member.project).say(f"settings.role.{person.role or had}")
    key = "settings.role_given" if person.role else "settings.role_taken"
    who, whom = phrases.person(member), phrases.person(person)
    yield from _tell(turn, member.project, key, who=who, person=whom, role=name)


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
    """Put organisations, or one person apart from theirs, on the right side. All see who changed what."""
    channel, member = meant(turn, event)
    project, answers, reasons = channel.project, event.answers, {}
    organisations = projects.organisations(turn.db, project)
    settled = _settled(turn, project)
    wanted = {each: answers.get(f"organisation_{each.id}", each.side or "unknown") for each in organisations}
    moved = {each: side for each, side in wanted.items() if side in SIDES and side != (each.side or "unknown")}
    for each, side in moved.items():
        own = each.id == member.organisation_id and member.own_side is None
        clients = [other for other in organisations if moved.get(other, other.side) == "client"]
        if each.id in settled and each.side is not None and not own:
            reasons[f"organisation_{each.id}"] = "settings.refused.own_organisation"
        elif each.id in settled and side == "client" and len(clients) > 1:
            reasons[f"organisation_{each.id}"] = "consent.refused.two_clients"
    somebody, side = answers.get("person", ""), answers.get("person_side", "")
    person = next((m for m in members.of(turn.db, project) if m.person == somebody), None) if somebody else None
    if somebody and person is None:
        reasons["person"] = "settings.refused.person"
    elif person is not None and person.organisation_id in settled:
        reasons |= _not_to_move(member, person, side)
    if reasons:
        raise Refused(reasons)
    for each, side_of in moved.items():
        each.side = None if side_of == "unknown" else side_of
    before = person.own_side if person is not None else None
    if person is not None:
        person.own_side = side if side in ("client", "supplier") and side != person.organisation.side else None
    consent.weigh(turn, project)
    yield from consent.announce(turn, channel, "settings.sides_changed")
    changed: list[tuple[str | Person, str | None]] = [(each.name, each.side) for each in moved]
    if person is not None and person.own_side != before:
        changed.append((phrases.person(person), person.side))
    book, who = phrases.everyone(project), phrases.person(member)
    for what, where in changed:
        name = book.say(f"consent.side.{where or 'unknown'}")
        yield from _tell(turn, project, "settings.side_told", who=who, what=what, side=name)


def _settled(turn: Turn, project: Project) -> set[int]:
    """The organisations that are on their side for good, unless they say so: who agreed, once it has begun."""
    begun = project.agreed_at is not None or "registers" in consents.agreed(turn.db, project)
    return {each.organisation_id for each in consents.ever(turn.db, project)} if begun else set()


def _not_to_move(member: Member, person: Member, side: str) -> dict[str, str]:
    """Why somebody may not change the side of a person: the side that takes them in says so, or theirs takes them back.

    So nobody can send a colleague across, to answer there for the other side.
    """
    home = person.organisation.side
    goes = side if side in ("client", "supplier") else home
    if home is None or goes == person.side:
        return {}
    if goes == home:
        back = member.organisation_id == person.organisation_id and member.side == home
        return {} if back else {"person": "settings.refused.own_organisation"}
    if member.side != goes:
        return {"person": "settings.refused.their_side"}
    return {"person": "settings.refused.has_role"} if person.role is not None else {}


def _tell(turn: Turn, project: Project, key: str, **values: str | Person) -> Iterable[Effect]:
    """Say in a line, everywhere in a project, who changed what."""
    said = phrases.note(phrases.everyone(project), key, **values)
    for each in projects.channels(turn.db, project):
        yield Say(consent.place_of(each), said, f"told:{each.id}:{uuid4().hex}")
