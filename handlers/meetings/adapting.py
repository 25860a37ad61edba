"""One series, changed: the form that shows how it is, what is refused of it, and what everyone is told."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, get_args

from handlers import calendar, dates, hours, phrases
from handlers.meetings import (
    agenda,
    changing,
    feed,
    listing,
    planning,
    recurring,
    rights,
    roles,
    rule,
    together,
    topics,
    writing,
)
from handlers.meetings.kinds import KINDS
from handlers.meetings.recurring import Chosen
from handlers.meetings.rhythm import OnHoliday
from handlers.register import blanks, steps
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    Card,
    ChoiceField,
    DateField,
    Effect,
    Form,
    FormPart,
    NumberField,
    OpenForm,
    Refused,
    Reply,
    Submission,
    Text,
    TextField,
)
from handlers.zones import zone_named
from prompts import Phrasebook
from storage import meetings
from storage.tables import Member, Series

LONGEST = 8 * 60
"""Minutes that a meeting can take."""
FURTHEST = timedelta(days=366)
"""How far ahead it can begin to be different."""
WEEKDAYS = rule.WEEKDAYS


def asked(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Show how a series is, to be changed."""
    channel, member, series = listing.meant_series(turn, event)
    rights.check(turn, "series", member, (series.kind,))
    book = phrases.reader(member)
    yield OpenForm(
        Form(
            "series",
            phrases.titled(book.say(f"meetings.kind.{series.kind}")),
            book.say("meetings.series.submit"),
            book.say("register.close"),
            tuple(_parts(turn, book, series)),
            about=f"{channel.project_id} {series.id}",
        )
    )


def _parts(turn: Turn, book: Phrasebook, series: Series) -> Iterable[FormPart]:
    chosen = recurring.chosen(series.rule)
    items = _items(book, series)

    def label(name: str) -> str:
        return book.say(f"meetings.series.{name}")

    def choices(name: str, values: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((value, book.say(f"meetings.choose.{name}.{value}")) for value in values)

    weekdays = tuple((day, book.say(f"worktime.day.{number}")) for number, day in enumerate(WEEKDAYS, 1))
    sides = tuple((side, book.say(f"consent.side.{side}")) for side in ("supplier", "client"))
    # What is chosen of one way of coming back is there too when somebody turns to another.
    usual = recurring.chosen(KINDS[series.kind].rule)
    yield ChoiceField("often", label("often"), choices("often", recurring.OFTEN), value=chosen.often)
    yield ChoiceField("weekday", label("weekday"), weekdays, value=chosen.weekday or usual.weekday)
    yield ChoiceField("week", label("week"), choices("week", recurring.WEEKS), value=chosen.week or "1")
    yield TextField("rule", label("rule"), False, value=chosen.own, hint=label("rule_hint"), longest=rule.LONGEST)
    yield DateField("first", label("first"), value=series.first_on, hint=label("first_hint"))
    yield TextField("at", label("at"), value=hours.clock(series.at), longest=hours.LONGEST)
    yield NumberField("minutes", label("minutes"), value=str(series.minutes))
    yield TextField("zone", book.say("settings.zone"), value=series.zone, longest=60)
    yield ChoiceField(
        "on_holiday", label("on_holiday"), choices("on_holiday", get_args(OnHoliday)), value=series.on_holiday
    )
    yield TextField(
        "where",
        label("where"),
        False,
        value=series.where or "",
        hint=book.say("meetings.rhythm.where_hint"),
        longest=500,
    )
    yield ChoiceField("side", label("side"), sides, value=series.side)
    yield from roles.fields(turn, book, series)
    yield TextField(
        writing.FIELD,
        book.say("meetings.agenda.field"),
        False,
        lines=10,
        value=writing.written(book, items, KINDS[series.kind]),
        hint=label("agenda_hint"),
        longest=3000,
    )
    yield Text(writing.explained(book), "note")
    if tells := writing.hint(book, items, series.minutes):
        yield Text(tells, "note")
    yield ChoiceField("stop", label("stop"), choices("stop", ("yes",)), required=False, many=True)


def _items(book: Phrasebook, series: Series) -> tuple[agenda.AgendaItem, ...]:
    """The agenda of a series in the words of the reader."""
    kind = KINDS[series.kind]
    if series.agenda is None:
        return agenda.standard(book, kind)
    return agenda.translated(book, kind, writing.read(phrases.everyone(series.project), kind, series.agenda))


# --- What was filled in


def adapted(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Change a series as asked, let what was planned follow, and tell everyone."""
    channel, member, series = listing.meant_series(turn, event)
    rights.check(turn, "series", member, (series.kind,))
    book, name = phrases.everyone(series.project), f"meetings.kind.{series.kind}"
    who, known = phrases.person(member), feed.ahead(turn, [series])
    if event.answers.get("stop", "") == "yes":
        yield from changing.stop(turn, series)
        yield from changing.said(
            turn, channel, [series], known, "meetings.changed.stopped", who=who, name=book.say(name)
        )
        yield from topics.passed_on(turn, series)
        return
    before, calendar_before, where_before = told(book, series), _timing(series), series.where
    for field, value in _read(turn, member, series, event.answers).items():
        setattr(series, field, value)
    changes = [line for (line, is_now), (_, was) in zip(told(book, series), before, strict=True) if is_now != was]
    if not changes:
        yield Reply(phrases.note(phrases.reader(member), "meetings.changed.nothing"))
        return
    series.revision += 1
    _tell_meetings(turn, series)
    if _timing(series) != calendar_before:
        if next(planning.ahead(series, turn.now), None) is None:
            raise Refused({"often" if event.answers.get("often") != "own" else "rule": "meetings.refused.no_day"})
        yield from changing.replan(turn, series).effects
    moved = _timing(series) != calendar_before or series.where != where_before
    clashes = together.first_of_each(turn, meetings.series(turn.db, series.project))
    beside = together.lines(book, (each for each in clashes if series in each.series))
    yield from changing.said(
        turn,
        channel,
        [series],
        known if moved else None,
        "meetings.changed.told",
        who=who,
        name=book.say(name),
        changes="\n".join(changes),
        next="\n".join((changing.coming(turn, book, series), *beside)),
    )
    own = phrases.reader(member)
    if tells := writing.hint(own, _items(own, series), series.minutes):
        yield Reply(Card(tells, (Text(tells),)))


def _timing(series: Series) -> tuple[Any, ...]:
    """All that decides when a series takes place."""
    return series.rule, series.first_on, series.at, series.minutes, series.zone, series.on_holiday


def _tell_meetings(turn: Turn, series: Series) -> None:
    """What is planned takes over where it is, and who organises it."""
    asked = " ".join(planning.roles_of(series, series.side))
    for row in meetings.still_ahead(turn.db, series, turn.now, "9999"):
        if row.item.state == "planned":
            kept = {name: said for name, said in row.item.words.items() if name != "where"}
            row.item.words = {**kept, "roles": asked} | ({"where": series.where} if series.where else {})
            row.item.side = row.item.doer = series.side


def told(book: Phrasebook, series: Series) -> list[tuple[str, object]]:
    """How a series is: a line for each thing that people can change about it, and what it tells of."""

    def line(name: str, value: str) -> str:
        return f"{book.say(f'meetings.series.{name}').removesuffix('?')}: {value}"

    whose = "own" if series.agenda else "standard"
    agenda_line = f"{book.say('meetings.agenda.field')}: {book.say(f'meetings.series.{whose}_agenda')}"
    return [
        (line("often", recurring.in_words(book, series.rule)), series.rule),
        (line("first", dates.in_words(date.fromisoformat(series.first_on), book.language)), series.first_on),
        (line("at", listing.at(book, series, series.project.zone)), (series.at, series.minutes, series.zone)),
        (line("on_holiday", book.say(f"meetings.choose.on_holiday.{series.on_holiday}")), series.on_holiday),
        (line("where", series.where or "–"), series.where),
        (line("side", book.say(f"consent.side.{series.side}")), series.side),
        *roles.told(book, series),
        (agenda_line, series.agenda),
    ]


def _read(turn: Turn, member: Member, series: Series, answers: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a series as they were filled in. Raises Refused with all that is wrong."""
    said = {name: value.strip() for name, value in answers.items()}
    reasons: dict[str, str] = {}
    values: dict[str, Mapping[str, str]] = {}
    today = calendar.day_of(calendar.of_project(series.project), turn.now)
    first = blanks.day_written(said.get("first", ""))
    if first is None or (first.isoformat() != series.first_on and not today <= first <= today + FURTHEST):
        reasons["first"] = "meetings.refused.first"
    at, minutes = hours.minutes(said.get("at", "")), said.get("minutes", "")
    if at is None or at >= 24 * 60:
        reasons["at"] = "register.refused.time"
    if not (minutes.isascii() and minutes.isdecimal() and 1 <= int(minutes[:4]) <= LONGEST and len(minutes) < 4):
        reasons["minutes"] = "meetings.refused.length"
    zone = zone_named(said.get("zone", ""))
    if zone is None:
        reasons["zone"] = "settings.refused.zone"
    on_holiday, side = said.get("on_holiday", ""), said.get("side", "")
    if on_holiday not in get_args(OnHoliday):
        reasons["on_holiday"] = "register.refused.choice"
    if side not in steps.ACROSS:
        reasons["side"] = "register.refused.choice"
    if len(said.get("where", "")) > 500:
        reasons["where"] = "register.refused.long"
    try:
        rrule = _rule(said, first)
    except Refused as refusal:
        reasons |= refusal.reasons
        values |= refusal.values
    own: str | None = None
    try:
        own = _agenda(phrases.reader(member), phrases.everyone(series.project), series, said.get(writing.FIELD, ""))
    except Refused as refusal:
        reasons |= refusal.reasons
        values |= refusal.values
    there = roles.read(turn, phrases.reader(member), series, said, reasons)
    if reasons:
        raise Refused(reasons, values)
    # The last working day is only that when what is no working day moves it to the day before.
    on_holiday = "before" if recurring.chosen(rrule).often == "last_working_day" else on_holiday
    return {
        "rule": rrule,
        "first_on": str(first),
        "at": at,
        "minutes": int(minutes),
        "zone": zone,
        "on_holiday": on_holiday,
        "where": said.get("where") or None,
        "side": side,
        "agenda": own,
        **there,
    }


def _rule(said: Mapping[str, str], first: date | None) -> str:
    """The rule that was chosen. Raises Refused, with the reason at its field."""
    picked = Chosen(said.get("often", ""), said.get("weekday", ""), said.get("week", ""), said.get("rule", ""))
    wrong = {
        "often": picked.often not in recurring.OFTEN,
        "weekday": picked.often in recurring.PERIODS and picked.weekday not in WEEKDAYS,
        "week": picked.often in recurring.PERIODS and picked.week not in recurring.WEEKS,
    }
    if picked.often == "own" and not picked.own:
        raise Refused({"rule": "meetings.rule.empty"})
    if any(wrong.values()):
        raise Refused({name: "register.refused.choice" for name, is_wrong in wrong.items() if is_wrong})
    try:
        rrule = recurring.ruled(picked)
        if first is not None and not rule.ever(rrule, first):
            raise rule.BadRule("never")
    except rule.BadRule as bad:
        raise Refused({"rule": f"meetings.rule.{bad.key}"}, {"rule": {"part": bad.part}}) from None
    return rrule


def _agenda(book: Phrasebook, all_read: Phrasebook, series: Series, text: str) -> str | None:
    """The agenda as it is kept, in the language of the project; None for the standard one, and for no text."""
    kind = KINDS[series.kind]
    items = writing.read(book, kind, text)
    if not items or items == agenda.standard(book, kind):
        return None
    return writing.written(all_read, agenda.translated(all_read, kind, items), kind)
