"""Somebody's own working hours and leave: a shift, part-time, a holiday."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from handlers import home, hours, phrases
from handlers.hours import clock, minutes
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    ChoiceField,
    DateField,
    Effect,
    Form,
    OpenForm,
    Refused,
    Submission,
    Text,
    TextField,
)
from storage import members

DAYS = "1234567"
"""ISO weekdays, Monday first."""


def form(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show somebody's hours as they are now."""
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    if not everywhere:
        raise Refused({"": "choices.unknown"})
    member, book = everywhere[0], phrases.reader(everywhere[0])
    project = member.project
    begins = project.work_from if member.work_from is None else member.work_from
    ends = project.work_until if member.work_until is None else member.work_until
    away = member.away_until is not None and member.away_until > turn.now
    back = member.away_until.astimezone(phrases.zone_of(member)).date() if away and member.away_until else None
    yield OpenForm(
        Form(
            "worktime",
            book.say("worktime.title"),
            book.say("worktime.submit"),
            book.say("worktime.close"),
            (
                Text(book.say("worktime.intro")),
                ChoiceField(
                    "days",
                    book.say("worktime.days"),
                    tuple((day, book.say(f"worktime.day.{day}")) for day in DAYS),
                    value=" ".join(member.work_days or project.work_days),
                    many=True,
                ),
                TextField("work_from", book.say("settings.work_from"), value=clock(begins), longest=5),
                TextField("work_until", book.say("settings.work_until"), value=clock(ends), longest=5),
                DateField("back", book.say("worktime.back"), required=False, value=back.isoformat() if back else ""),
            ),
        )
    )


def save(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Take over the hours as filled in; what is the same as the project's follows the project."""
    everywhere = members.anywhere(turn.db, event.place.tenant, event.who.id)
    if not everywhere:
        raise Refused({"": "choices.unknown"})
    answers, reasons = event.answers, {}
    begins, ends = minutes(answers.get("work_from", "")), minutes(answers.get("work_until", ""))
    days = "".join(day for day in DAYS if day in answers.get("days", "").split())
    back = answers.get("back", "")
    if begins is None:
        reasons["work_from"] = "worktime.refused.time"
    if ends is None or ends == begins:
        reasons["work_until"] = "worktime.refused.time"
    if not days:
        reasons["days"] = "worktime.refused.days"
    until = _day(back)
    if back and until is None:
        reasons["back"] = "worktime.refused.back"
    if reasons:
        raise Refused(reasons)
    for member in everywhere:
        project, zone = member.project, phrases.zone_of(member)
        member.work_days = None if days == project.work_days else days
        member.work_from = None if begins == project.work_from else begins
        member.work_until = None if ends == project.work_until else ends
        member.away_until = None
        if until is not None and timedelta(0) < until - turn.now.astimezone(zone).date() <= timedelta(days=366):
            member.away_until = datetime(until.year, until.month, until.day, tzinfo=zone)
        if member.digest_at is not None:
            # What waits for their morning waits for the first one that they now have.
            member.digest_at = hours.digest(turn.now, member)
    yield home.page(turn, event.who, event.place)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
