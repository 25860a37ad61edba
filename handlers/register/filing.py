"""Filing something: the form, what is asked back once, and the card that both sides see."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers import calendar, dates, effect, nudges, phrases
from handlers.register import alike, blanks, card, finding, opening, rungs, steps, timing, touching, waiting
from handlers.register.kinds import KINDS, UNSEEN, Kind
from handlers.roster import meant
from handlers.turn import Turn
from handlers.vocabulary import (
    ButtonPress,
    Command,
    Effect,
    Form,
    OpenForm,
    Refused,
    Reply,
    Say,
    Submission,
    Text,
)
from prompts import Phrasebook
from storage import items, members, projects, recent, sheets
from storage import nudges as kept
from storage.tables import Channel, Item, Member, Nudge

HAPPENED = {"promise": "promised"}
"""What is noted of a tip that something was filed from; otherwise: reported."""
DAY_WORDS = 7
"""So many words at the end of a command may name a day."""
MEANT_AS_A_DAY = re.compile(r"[0-9]{1,4}([-/.][0-9]{1,4}){1,2}")
_NONE = "-"


@dataclass(frozen=True)
class Source:
    """What a form was opened from. It travels with the form, and is not trusted when it comes back."""

    project: str
    nudge: str = _NONE
    message: str = _NONE
    asked_back: str = _NONE

    def written(self) -> str:
        """As it stands in a form."""
        return " ".join((self.project, self.nudge, self.message, self.asked_back))


def _source(about: str) -> Source:
    parts = about.split(" ")
    return Source(*parts) if len(parts) == 4 else Source(parts[0])


def asked(name: str) -> Callable[[Command | ButtonPress, Turn], Iterable[Effect]]:
    """What opens the form of a kind: a command, the menu of a message, a button."""

    def ask(event: Command | ButtonPress, turn: Turn) -> Iterable[Effect]:
        channel, member = meant(turn, event)
        called = finding.named(event.text) if isinstance(event, Command) else None
        if isinstance(event, Command) and called is not None and called[0].name == name:
            yield Reply(card.own(turn, finding.item(turn, member, event.text), member))
            return
        allowed(turn, KINDS[name], member)
        kind, values, message = KINDS[name], {}, _NONE
        notes: tuple[str, ...] = ()
        if isinstance(event, Command):
            values = {"what": event.text.strip()[: kind.blanks[0].longest]}
            message = event.message or _NONE
            found = _day_at_the_end(turn, kind, member, event.text) if message == _NONE else None
            if found is not None:
                what, day = found
                values = {"what": what[: kind.blanks[0].longest], "date": day.isoformat()}
                book = phrases.reader(member)
                notes = (book.say("register.understood", day=dates.in_words(day, book.language)),)
            elif message == _NONE and (unread := _no_day_at_the_end(kind, event.text)):
                notes = (phrases.reader(member).say("register.not_understood", day=unread),)
        source = Source(str(channel.project_id), message=message)
        yield OpenForm(form(turn, kind, member, values, source, notes))

    return ask


def _day_at_the_end(turn: Turn, kind: Kind, member: Member, text: str) -> tuple[str, date] | None:
    """What is asked with a command, and the day that it ends with; None where no day is sure."""
    words, book = text.split(), phrases.reader(member)
    if all(blank.name != "date" for blank in kind.blanks):
        return None
    for first in range(max(0, len(words) - DAY_WORDS), len(words)):
        works = calendar.of_member(member)
        day = dates.understand(" ".join(words[first:]), book.language, turn.now, works)
        if day is not None:
            before = book.list("register.before_a_day")
            what = words[: first - 1] if first and words[first - 1].casefold() in before else words[:first]
            return " ".join(what).rstrip(" ,;:"), day
    return None


def _no_day_at_the_end(kind: Kind, text: str) -> str:
    """What a command ends with that was meant as a day and is none, where one must be named; empty otherwise."""
    last = text.split()[-1] if text.split() else ""
    needed = any(blank.name == "date" and blank.required for blank in kind.blanks)
    return last if needed and MEANT_AS_A_DAY.fullmatch(last) else ""


def from_tip(name: str) -> Callable[[ButtonPress, Turn], Iterable[Effect]]:
    """What opens the form of a kind from a tip, with what was written where that is the beginning of it."""

    def ask(event: ButtonPress, turn: Turn) -> Iterable[Effect]:
        nudge, member = nudges.own(event, turn)
        allowed(turn, KINDS[name], member)
        channel = projects.channel(turn.db, nudge.tenant, nudge.channel)
        said = recent.find(turn.db, channel, nudge.message) if channel is not None and nudge.message else None
        values = {"what": said.text} if said is not None and name == "feedback" else {}
        yield OpenForm(form(turn, KINDS[name], member, values, Source(str(nudge.project_id), nudge=str(nudge.id))))

    return ask


def allowed(turn: Turn, kind: Kind, member: Member) -> None:
    """Refused where not everyone agreed to keeping a register, and to a side that does not file this."""
    steps.check_keeping(turn, member.project)
    if kind.by not in ("anyone", member.side):
        raise Refused({"": f"register.refused.only_{kind.by}"})


def form(
    turn: Turn, kind: Kind, member: Member, values: Mapping[str, str], source: Source, notes: tuple[str, ...] = ()
) -> Form:
    """The form of a kind, with what is known already filled in."""
    book = phrases.reader(member)
    before = {"owner": member.person, "kind": "promise"} if kind.name in ("promise", "improvement") else {}
    return Form(
        kind.name,
        book.say(f"{kind.name}.title"),
        book.say("register.submit"),
        book.say("register.close"),
        (
            *(Text(note) for note in notes),
            *blanks.fields(book, kind.name, kind.blanks, before | dict(values)),
            *touching.field(turn, book, kind, member, values),
            Text(book.say(f"{kind.name}.visible"), "note"),
        ),
        about=source.written(),
    )


def filed(event: Submission, turn: Turn) -> Iterable[Effect]:
    """Take in what was filled in: with a number, as a card for both sides, and told to whom it waits for."""
    kind, source = KINDS[event.form], _source(event.about)
    nudge, channel, member = _from(event, turn, source)
    allowed(turn, kind, member)
    filled = blanks.read(kind.blanks, event.answers)
    reasons = blanks.refusals(turn, member, kind.blanks, filled)
    if kind.name == "improvement" and not reasons:
        reasons = _one_per_side(turn, member, filled)
    if reasons:
        raise Refused(reasons)
    touched = touching.chosen(turn, kind, member, event.answers)
    book = phrases.reader(member)
    found = missing(book, kind, filled) if source.asked_back == _NONE else ()
    if found:
        notes = tuple(book.say(f"register.asked_back.{each}") for each in found)
        kept_choice = {"touches": str(touched.id)} if touched is not None else {}
        yield OpenForm(form(turn, kind, member, filled | kept_choice, replace(source, asked_back="yes"), notes))
        return
    item = _add(event, turn, kind, channel, member, filled, nudge, source, touched)
    if nudge is not None:
        kept.happened(turn.db, nudge, HAPPENED.get(kind.name, "reported"), turn.now)
    if kind.name in ("promise", "feedback"):
        effect.filed(turn, member, channel)
    yield from _show(turn, item, member, event)
    yield from alike.suggested(turn, item, member)


def _one_per_side(turn: Turn, member: Member, filled: Mapping[str, str]) -> dict[str, str]:
    """Who answer for an improvement are of both sides, so that neither does it alone."""
    sides = {found.side for name in ("owner", "second") if (found := blanks.somebody(turn, member, filled[name]))}
    return {} if len(sides) == 2 else {"second": "register.refused.one_side"}


def _from(event: Submission, turn: Turn, source: Source) -> tuple[Nudge | None, Channel, Member]:
    if source.nudge == _NONE:
        return None, *meant(turn, event)
    nudge, member = nudges.own(replace(event, about=source.nudge), turn)
    channel = projects.channel(turn.db, nudge.tenant, nudge.channel)
    if channel is None:
        raise Refused({"": "register.refused.gone"})
    return nudge, channel, member


def missing(book: Phrasebook, kind: Kind, filled: Mapping[str, str]) -> tuple[str, ...]:
    """What is pointed out once before it is filed as it is: an impact that is not there, words about a person."""
    notes = []
    costs = [blank.name for blank in kind.blanks if blank.impact]
    if costs and not any(filled.get(name) for name in costs):
        notes.append("impact")
    said = " ".join(filled.values()).casefold()
    words = " ".join("".join(letter if letter.isalnum() else " " for letter in said).split())
    if any(f" {each} " in f" {words} " for each in book.list("register.about_a_person")):
        notes.append("person")
    return tuple(notes)


def _add(
    event: Submission,
    turn: Turn,
    kind: Kind,
    channel: Channel,
    member: Member,
    filled: Mapping[str, str],
    nudge: Nudge | None,
    source: Source,
    touched: Item | None,
) -> Item:
    owner = blanks.somebody(turn, member, filled.get("owner", ""))
    side = str(member.side)
    doer = str(owner.side) if owner is not None else steps.ACROSS[side]
    own = [blank.name for blank in kind.blanks if blank.private]
    commits = steps.may_commit(member, members.of(turn.db, member.project))
    second = blanks.somebody(turn, member, filled.get("second", ""))
    # Nobody is asked about their own word.
    asks = touched is not None and touched.author_id != member.id
    if asks and touched is not None and touched.author_id is not None:
        second = members.by_id(turn.db, touched.tenant, touched.author_id)
    here = event.place.thread if event.place.channel == channel.channel else None
    message = nudge.message if nudge is not None else source.message
    item = items.add(
        turn.db,
        channel.project,
        kind.name,
        state=_begins(kind, commits=commits, own=doer == side, touches=asks),
        side=side,
        doer=doer,
        author=None if filled.get("behalf") else member,
        owner=owner,
        second=second,
        words=rungs.begin(kind)
        | {n: value for n, value in filled.items() if n not in ("date", "owner", "second", *own)}
        | touching.words(touched),
        due_on=filled.get("date"),
        channel=channel.channel,
        thread=nudge.thread if nudge is not None else here,
        message=message if message != _NONE else None,
        now=turn.now,
    )
    if own:
        sheets.keep(turn.db, item.project, item, side, "filed", {n: filled[n] for n in own if n in filled}, turn.now)
    # Who is to answer feedback gets questions to begin with, and a lead is asked, both at once.
    timing.begin(item, turn.now, tell=kind.name != "feedback" and item.state not in UNSEEN)
    return item


def _begins(kind: Kind, *, commits: bool, own: bool, touches: bool) -> str:
    """How something stands when it was filed: it may first be asked about on one's own side, or with who warned."""
    if kind.name == "improvement":
        # Who may commit and proposes it says yes by that.
        return "backed" if commits else kind.begins
    if kind.name != "promise":
        return kind.begins
    asks_lead = own and not commits
    if touches:
        return "asked_first" if asks_lead else "asked"
    return "lead" if asks_lead else kind.begins


def _show(turn: Turn, item: Item, member: Member, event: Submission) -> Iterable[Effect]:
    book = phrases.reader(member)
    if item.state == "lead":
        yield from waiting.at_once(turn, item, "register.ask_lead")
        yield Reply(phrases.note(book, "register.lead_asked", code=card.code(item)))
        return
    if KINDS[item.kind].quiet:
        yield Reply(card.own(turn, item, member))
        yield from waiting.tell(turn, item)
        return
    if item.state in UNSEEN:
        yield from touching.asked(turn, item)
        yield Reply(phrases.note(book, "register.second_asked", code=card.code(item), touched=item.words["touches"]))
        return
    yield said(turn, item)
    yield from opening.questions(turn, item)
    yield from waiting.tell(turn, item)
    if event.place.direct:
        yield Reply(card.own(turn, item, member))


def said(turn: Turn, item: Item) -> Say:
    """The card in the channel, for the first time."""
    return Say(card.place(item), card.public(turn, item), card.key(item), about=item.message)
