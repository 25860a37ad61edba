"""Filing something: the form, what is asked back once, and the card that both sides see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from handlers import dates, effect, nudges, phrases
from handlers.register import alike, blanks, card, command, finding, opening, rungs, steps, timing, touching, waiting
from handlers.register.kinds import KINDS, UNSEEN, Kind
from handlers.roster import meant, typed
from handlers.turn import Turn
from handlers.vocabulary import (
    Asked,
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
        kind, text, book = KINDS[name], typed(event), phrases.reader(member)
        notes: tuple[str, ...] = ()
        message = (event.message if isinstance(event, Command) else "") or _NONE
        what, day = command.read(turn, kind, member, text) if message == _NONE else (text.strip(), None)
        values = {"what": what[: kind.blanks[0].longest]}
        if day is not None:
            values["date"] = day.isoformat()
            notes = (book.say("register.understood", day=dates.in_words(day, book.language)),)
        elif message == _NONE and (unread := command.unread(kind, text)):
            notes = (book.say("register.not_understood", day=unread),)
        source = Source(str(channel.project_id), message=message)
        yield OpenForm(form(turn, kind, member, values, source, notes))

    return ask


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
            *_foot(book, kind, member),
        ),
        about=source.written(),
    )


def _foot(book: Phrasebook, kind: Kind, member: Member) -> Iterable[Text]:
    """Who will see it, and what to do rather than write where there is danger now."""
    yield Text(book.say(f"{kind.name}.visible"), "note")
    if kind.name in ("feedback", "complaint"):
        yield Text(book.say("link.page.published"), "note")
    if kind.name == "complaint" and member.project.emergency_line:
        yield Text(book.say("link.page.emergency", line=member.project.emergency_line))


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
    yield from shown(turn, item, member, event)
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


def promised(
    turn: Turn, event: Asked, channel: Channel, member: Member, filled: Mapping[str, str], kind: str = "promise"
) -> Item:
    """A promise, or another kind of item, that was agreed elsewhere than on its own form."""
    return _add(event, turn, KINDS[kind], channel, member, filled, None, Source(str(channel.project_id)), None)


def _add(
    event: Asked,
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
    everyone = members.of(turn.db, member.project)
    mine = steps.party(member, everyone)
    whose = steps.party(owner, everyone) if owner is not None and kind.name == "promise" else mine
    # Nobody commits another organisation, not even one on their own side.
    commits = filled.get("kind") == "come_back" or steps.may_commit(member, everyone)
    commits = commits and (doer != side or whose == mine)
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
        organisation=whose,
        author=None if filled.get("behalf") else member,
        owner=owner,
        second=second,
        words=rungs.begin(kind)
        | {n: value for n, value in filled.items() if n not in ("date", "owner", "second", *own)}
        | touching.words(turn, touched),
        due_on=filled.get("date"),
        channel=channel.channel,
        thread=nudge.thread if nudge is not None else here,
        message=message if message != _NONE else None,
        now=turn.now,
    )
    if own:
        kept_apart = {name: filled[name] for name in own if name in filled}
        sheets.keep(turn.db, item.project, item, steps.whose(turn, member), "filed", kept_apart, turn.now)
    # Who is to answer feedback gets questions to begin with, and a lead is asked, both at once.
    timing.begin(item, turn.now, tell=kind.name != "feedback" and item.state not in UNSEEN)
    return item


def _begins(kind: Kind, *, commits: bool, own: bool, touches: bool) -> str:
    """How something stands when it was filed: it may first be asked about on one's own side, or with who warned."""
    if kind.name != "promise":
        # Who may commit and proposes an improvement says yes by that.
        return "backed" if kind.name == "improvement" and commits else kind.begins
    asks_lead = own and not commits
    if touches:
        return "asked_first" if asks_lead else "asked"
    return "lead" if asks_lead else kind.begins


def shown(turn: Turn, item: Item, member: Member, event: ButtonPress | Submission) -> Iterable[Effect]:
    """Show what was filed, for the first time: to everyone, or as long as that is not time, to who is asked first."""
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
