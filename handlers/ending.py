"""A project ends when both sides say so: each gets what is theirs, and on the agreed day everything is erased."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers import certificate, consent, phrases
from handlers.roster import meant, spokespeople
from handlers.turn import Turn
from handlers.vocabulary import (
    Button,
    ButtonPress,
    Buttons,
    Card,
    ChoiceField,
    Command,
    Due,
    Effect,
    Form,
    NumberField,
    OpenForm,
    Refused,
    Reply,
    Say,
    Share,
    Submission,
    Text,
)
from prompts import Phrasebook
from storage import barred, members, outbox, projects
from storage.tables import Channel, Member, Project

DAYS, FEWEST_DAYS, MOST_DAYS = 30, 7, 365
"""How long everything is kept after the end, unless agreed otherwise; at least, so that all can take what is theirs."""


def ask(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
    """Somebody wants the project to end, or agrees with who wants that: ask whether they may decide it, and when."""
    _, member = meant(turn, event)
    project, book = member.project, phrases.reader(member)
    if project.ended_at is not None:
        yield Reply(phrases.note(book, "ending.over", day=_last_day(book, project)))
    elif _theirs(turn, member):
        yield Reply(_card(book, "ending.yours", project, (_keep(book, project),)))
    else:
        yield OpenForm(_form(book, project))


def _theirs(turn: Turn, member: Member) -> bool:
    """Whether it was somebody's own side that proposed to end the project."""
    by = [each for each in projects.organisations(turn.db, member.project) if each.id == member.project.ending_by]
    return any(member.organisation_id == each.id or member.side == each.side for each in by)


def _form(book: Phrasebook, project: Project) -> Form:
    proposed = project.ending_by is not None
    intro = book.say("ending.form.agree" if proposed else "ending.form.propose", days=project.ending_days or DAYS)
    days = NumberField("days", book.say("ending.form.days"), value=str(DAYS), hint=book.say("ending.form.days_hint"))
    may = ChoiceField(
        "mandate",
        book.say("consent.form.mandate"),
        (("yes", book.say("consent.form.mandate_yes")),),
        many=True,
        hint=book.say("consent.form.mandate_hint"),
    )
    which = Text(project.name or book.say("home.project"), "heading")
    return Form(
        "end",
        book.say("ending.form.title"),
        book.say("ending.form.submit"),
        book.say("ending.form.close"),
        (which, Text(intro), Text(book.say("ending.form.what"), "note"), *(() if proposed else (days,)), may),
        about=_proposal(project),
    )


def _proposal(project: Project) -> str:
    """What somebody sees when they decide: that it is still the same is checked when they have."""
    return f"{project.id} {project.ending_by or 0} {project.ending_days or DAYS}"


def decide(event: Submission, turn: Turn) -> Iterable[Effect]:
    """One side proposes to end the project; when the other side agrees, it has ended."""
    channel, member = meant(turn, event)
    project = channel.project
    if project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    if event.about != _proposal(project) or _theirs(turn, member):
        raise Refused({"": "ending.refused.changed"})
    proposed, days = project.ending_by is not None, event.answers.get("days", "").strip()
    reasons = {}
    if event.answers.get("mandate") != "yes":
        reasons["mandate"] = "consent.refused.mandate"
    if not proposed and not (days.isdecimal() and len(days) <= 3 and FEWEST_DAYS <= int(days) <= MOST_DAYS):
        reasons["days"] = "ending.refused.days"
    if reasons:
        raise Refused(reasons)
    if not proposed:
        project.ending_by, project.ending_days = member.organisation_id, int(days)
    if proposed or not {other.side for other in members.of(turn.db, project)} - {member.side, None}:
        yield from _end(turn, channel, member, event.id)
    else:
        yield from _propose(turn, project, member, event.id)


def _propose(turn: Turn, project: Project, member: Member, event_id: str) -> Iterable[Effect]:
    book = phrases.everyone(project)
    agree = Button("end", book.say("ending.buttons.agree"), str(project.id))
    days = str(project.ending_days)
    said = book.parts("ending.proposed", who=phrases.person(member), organisation=member.organisation.name, days=days)
    summary = book.say("ending.proposed_summary", organisation=member.organisation.name)
    text = Text(book.say("ending.form.what"), "note")
    for channel in projects.channels(turn.db, project):
        card = Card(summary, (Text(said), text, Buttons((agree, _keep(book, project)))))
        yield Say(consent.place_of(channel), card, f"ending:{channel.id}:{event_id}")


def keep(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
    """A proposal to end the project is taken back, or not agreed to: it goes on as it was."""
    _, member = meant(turn, event)
    project = member.project
    if project.ended_at is not None:
        raise Refused({"": "ending.refused.over"})
    if project.ending_by is None:
        return
    project.ending_by = project.ending_days = None
    said = phrases.note(phrases.everyone(project), "ending.kept", organisation=member.organisation.name)
    for channel in projects.channels(turn.db, project):
        yield Say(consent.place_of(channel), said, f"ending:{channel.id}:{event.id}")


def _end(turn: Turn, channel: Channel, member: Member, event_id: str) -> Iterable[Effect]:
    """It is over: nothing is heard any more, all read when it will be erased, and each side gets what is theirs."""
    project = channel.project
    project.ended_at = turn.now
    project.erase_at = turn.now + timedelta(days=project.ending_days or DAYS)
    consent.weigh(turn, project)
    yield from consent.announce(turn, channel)
    said = _card(phrases.everyone(project), "ending.ended", project)
    for each in projects.channels(turn.db, project):
        yield Say(consent.place_of(each), said, f"ending:{each.id}:{event_id}")
    people = spokespeople(turn, project)
    for person in people if member in people else [*people, member]:
        name, content = certificate.theirs(turn, project, person)
        key = f"ended:{event_id}:{person.id}"
        yield Share(consent.place_of(channel), phrases.person(person), name, content, key)


def _card(book: Phrasebook, key: str, project: Project, buttons: tuple[Button, ...] = ()) -> Card:
    said = book.say(key, day=_last_day(book, project))
    lines = (Text(said), Text(book.say(f"{key}_more"), "note"))
    return Card(said, (*lines, Buttons(buttons)) if buttons else lines)


def _keep(book: Phrasebook, project: Project) -> Button:
    return Button("end_not", book.say("ending.buttons.keep"), str(project.id))


def _last_day(book: Phrasebook, project: Project) -> str:
    """The day on which everything is erased, where that is known."""
    return phrases.day(book, project.erase_at, ZoneInfo(project.zone)) if project.erase_at is not None else ""


def erase(event: Due, turn: Turn) -> Iterable[Effect]:
    """The day has come: everything goes, and both sides get it in writing."""
    project = projects.by_id(turn.db, event.tenant, event.row)
    if project is None or project.erase_at is None or project.erase_at > turn.now:
        return
    channels = projects.channels(turn.db, project, left=True)
    places = [consent.place_of(channel) for channel in channels]
    there = [place for place, channel in zip(places, channels, strict=True) if channel.left_at is None]
    people = [(phrases.person(each), phrases.reader(each)) for each in spokespeople(turn, project)]
    everyone = phrases.everyone(project)
    done = certificate.erased(turn, project)
    key = f"{outbox.LAST_WORDS}{done.seal[:16]}"
    if barred.is_uninstalled(turn.db, event.tenant):
        return  # last words would wait for a door that stays closed, with the names of whom they are for
    for number, (who, book) in enumerate(people):
        yield Share(places[0], who, book.say("ending.certificate.file"), done.certificate(book), f"{key}:{number}")
    for number, place in enumerate(there, len(people)):
        yield Say(place, phrases.note(everyone, "ending.erased"), f"{key}:{number}")
