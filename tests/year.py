"""A year of projects that meet, with a machine that dies, sleeps and starts again, and a ledger of what was said.

Everything goes the way it goes in use: dispatch, the real database, the outbox and the senders. Only time is made, and
the platform; it keeps what it was given, and finds it back by our mark.
"""

import asyncio
import random
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot import dispatch, engine
from bot.house import House
from bot.mouth import Errand, Mouth, Sent
from handlers import calendar
from handlers.meetings import planning
from handlers.meetings.kinds import KINDS
from handlers.meetings.moments import POSTS, moments
from handlers.meetings.rhythm import Occurrence
from handlers.meetings.starting import USUAL
from handlers.register.card import code
from handlers.turn import Hearing, Listen, Policy, Turn
from handlers.vocabulary import Member, Person, Place, Refusal, Say, Submission, Whisper
from storage import consents, due, meetings, members, projects, retention
from storage.database import EVERYWHERE, Database
from storage.tables import Item, Meeting, Series

PLATFORM = "year"
PLACES = (
    ("Europe/Amsterdam", "NL"),
    ("Europe/London", "GB"),
    ("America/New_York", "US"),
    ("Asia/Tokyo", "JP"),
    ("Australia/Sydney", "AU"),
    ("Europe/Berlin", "DE"),
)
_POLICY = Policy()
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Raised(Exception):
    """A statement failed."""


class Died(BaseException):
    """The machine went off here and now; whatever was not committed is gone."""


@dataclass(frozen=True)
class Said:
    """Something that arrived at the platform."""

    at: datetime
    tenant: str
    key: str
    mark: int
    private: bool
    ends: bool
    """It would be worthless after some moment, as an agenda is once its meeting begins."""


@dataclass(frozen=True)
class Change:
    """Somebody moved a meeting, or called it off."""

    at: datetime
    tried: int
    """How often the machine had done its work before that."""
    starts: datetime | None
    """None where it was called off."""


@dataclass
class Nemesis:
    """What goes wrong: the chance of it at each statement, each sending, and each moment at which something is due."""

    dice: random.Random
    dies_in_statement: float = 0.0
    raises_in_statement: float = 0.0
    dies_while_sending: float = 0.0
    refuses: float = 0.0
    sleeps: float = 0.0
    """The machine is off over what is due next."""
    longest: timedelta = timedelta(days=3)
    armed: bool = True
    struck: Counter[str] = field(default_factory=Counter)

    def strikes(self, what: str, chance: float) -> bool:
        """Whether it goes wrong now."""
        hit = self.armed and chance > 0 and self.dice.random() < chance
        self.struck[what] += hit
        return hit

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Nothing goes wrong for a while."""
        armed, self.armed = self.armed, False
        yield
        self.armed = armed

    def off(self) -> timedelta:
        """How long the machine stays off: mostly minutes or hours, now and then days."""
        return min(timedelta(minutes=3 * 10 ** self.dice.uniform(0, 3.2)), self.longest)


@dataclass
class Year:
    """Some projects, the machine that looks after them, and all that is known of what happened."""

    database: Database
    nemesis: Nemesis
    seed: int
    second: Database | None = None
    """Another replica, on the same database."""
    begin: datetime = datetime(2027, 1, 4, 6, tzinfo=UTC)
    now: datetime = field(init=False)
    said: list[Said] = field(default_factory=list)
    changes: dict[int, list[Change]] = field(default_factory=lambda: defaultdict(list))
    """By the row id of the meeting."""
    tried: list[datetime] = field(default_factory=list)
    """When the machine was on and did what it could."""
    settled: list[tuple[int, datetime]] = field(default_factory=list)
    """When all that was due had been decided, and all that was to be said had arrived; and how often it had tried."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _at_platform: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = self.begin

    # --- the machine and the platform

    def house(self, database: Database) -> House:
        """The machine as it starts: it remembers nothing."""

        async def send(errand: Errand) -> Sent:
            if self.nemesis.strikes("died before sending", self.nemesis.dies_while_sending):
                raise Died
            if self.nemesis.strikes("refused", self.nemesis.refuses):
                return Sent("retry", seconds=self.nemesis.dice.uniform(0, 20))
            effect = errand.effect
            if isinstance(effect, Say | Whisper):
                place = effect.place
                tenant = f"{place.platform}:{place.team}"
                private, ends = isinstance(effect, Whisper), effect.until is not None
                self.said.append(Said(self.now, tenant, effect.key, errand.mark, private, ends))
                self._at_platform[tenant, errand.mark] = f"ref{errand.mark}"
            if self.nemesis.strikes("died after sending", self.nemesis.dies_while_sending):
                raise Died
            return Sent("sent", ref=self._at_platform.get((f"{PLATFORM}:{effect.place.team}", errand.mark), "ref"))

        async def find(errand: Errand) -> str | None:
            place = errand.effect.place
            return self._at_platform.get((f"{place.platform}:{place.team}", errand.mark))

        async def roster(_place: Place, _who: Person | None) -> tuple[Member, ...]:
            return ()

        async def ear(_listen: Listen) -> Hearing:
            return Hearing("none", 0.9)

        return House(
            database=database,
            ear=ear,
            mouths={PLATFORM: Mouth(send, find, roster)},
            now=lambda: self.now,
            dice=lambda: 0.5,
            wake=lambda: None,
            policies={},
        )

    # --- projects

    async def begins(self, number: int) -> None:
        """So many projects get the usual rhythm, each in an installation, a country and at an hour of its own."""
        # Some at a time: one transaction for all of them would be as large as the year.
        for first in range(0, number, 50):
            await self.database.write(EVERYWHERE, lambda db, first=first: self._begin(db, first, number))  # type: ignore[misc]

    def _begin(self, db: Session, first: int, number: int) -> None:
        for n in range(first, min(first + 50, number)):
            zone, country = PLACES[n % len(PLACES)]
            tenant = f"{PLATFORM}:T{n}"
            channel = projects.start(db, tenant, "C", language="nl", zone=zone, country=country, now=self.now)
            project = channel.project
            if n % 4 == 1:
                project.days_off = "2027-07-26/2027-08-06 zomer"
            for side, person, role in (("supplier", "karim", "service"), ("client", "sanne", "it")):
                organisation, _ = projects.add_organisation(db, project, side, side.title())
                organisation.side = side
                members.add(db, project, organisation, side, person).role = role
                consents.give(db, organisation, {"registers"}, team=side, person=person, role="contract", now=self.now)
            turn = Turn(db, self.now, _POLICY, lambda: 0.5)
            for kind in USUAL:
                usual = KINDS[kind]
                series = meetings.start(
                    db,
                    project,
                    kind,
                    channel="C",
                    side="supplier",
                    first_on=self.begin.date().isoformat(),
                    rule=usual.rule,
                    at=8 * 60 + 15 * (n % 32),
                    minutes=usual.minutes,
                    zone=zone,
                    on_holiday=usual.on_holiday,
                    where=None,
                    agenda=None,
                    uid=f"{self.seed}-{n}-{kind}",
                    now=self.now,
                )
                planning.plan(turn, series)

    # --- time

    async def passes(
        self, until: datetime, by_hand: int, tell: Callable[[], None] = lambda: None, every: timedelta = timedelta.max
    ) -> None:
        """Time passes, from one moment at which something is due to the next; people interfere so often meanwhile.

        `every` so often `tell` is called.
        """
        dice = self.nemesis.dice
        span = until - self.now
        hands = sorted(self.now + span * dice.random() for _ in range(by_hand))
        tidy = told = self.now
        with self._statements():
            while True:
                upcoming = await self._settles()
                moments = [moment for moment in (upcoming, *hands[:1]) if moment is not None]
                if not moments or min(moments) > until:
                    break
                # The clock ticks once a second.
                self.now = max(self.now, min(moments)) + timedelta(seconds=dice.random())
                if hands and hands[0] <= self.now:
                    hands.pop(0)
                    with self.nemesis.elsewhere():
                        await self._by_hand()
                if self.nemesis.strikes("slept", self.nemesis.sleeps):
                    self.now += self.nemesis.off()
                if self.now - told > every:
                    told = self.now
                    tell()
                if self.now - tidy > timedelta(days=7):
                    tidy = self.now
                    await self._tidies()
            self.nemesis.armed = False
            self.now = until
            await self._settles()

    async def _settles(self) -> datetime | None:
        """All that can be done at this moment is done, however often the machine dies of it; when it goes on."""
        while True:
            houses = [self.house(self.database)]
            if self.second is not None:
                houses.append(self.house(self.second))
            self.tried.append(self.now)
            work = [asyncio.ensure_future(engine.settle(house)) for house in houses]
            results = await asyncio.gather(*work, return_exceptions=True)
            problems = [each for each in results if isinstance(each, BaseException)]
            for problem in problems:
                if not isinstance(problem, Died | Raised):
                    raise problem
            if any(isinstance(each, Died) for each in problems):
                await _nothing_runs()
                # It is started again: at once, or after a weekend.
                self.now += self.nemesis.off()
                continue
            # What somebody else had in hands is seen by who looks last.
            with self.nemesis.elsewhere():
                left = await self.database.read(EVERYWHERE, due.upcoming)
            if left.moment is None or left.moment > self.now:
                if left.leaving is None:
                    self.settled.append((len(self.tried), self.now))
                return left.moment
            self.now += timedelta(seconds=1)

    async def _tidies(self) -> None:
        with self.nemesis.elsewhere():
            await self.database.write(EVERYWHERE, lambda db: retention.forget(db, self.now))

    @contextmanager
    def _statements(self) -> Iterator[None]:
        """Any statement may fail, or be the last one before the machine dies."""

        def before(*_args: Any) -> None:
            if self.nemesis.strikes("died", self.nemesis.dies_in_statement):
                raise Died
            if self.nemesis.strikes("raised", self.nemesis.raises_in_statement):
                raise Raised("the disk does not answer")

        engines = [each.writing for each in (self.database, self.second) if each is not None]
        for each in engines:
            event.listen(each, "before_cursor_execute", before)
            event.listen(each, "commit", before)
        yield
        for each in engines:
            event.remove(each, "before_cursor_execute", before)
            event.remove(each, "commit", before)

    def settled_after(self, moment: datetime, tried: int, end: int) -> datetime | None:
        """When all was settled first, at a moment or later, between its so manieth and so manieth try."""
        first = max(
            bisect_left(self.settled, moment, key=lambda each: each[1]), bisect_left(self.settled, (tried + 1,))
        )
        return next((when for number, when in self.settled[first : first + 1] if number <= end), None)

    def tried_between(self, first: datetime, last: datetime, tried: int, end: int) -> bool:
        """Whether the machine did what it could between two moments, the first included, and between two tries."""
        return max(bisect_left(self.tried, first), tried) < min(bisect_left(self.tried, last), end)

    # --- what people do by hand

    async def _by_hand(self) -> None:
        """Somebody moves a meeting, calls one off, or writes down what came of one; the machine is on then."""
        await self._settles()
        dice = self.nemesis.dice
        what = dice.choice(("postpone", "postpone", "call_off", "record", "record"))
        found = await self.database.read(EVERYWHERE, lambda db: _one(db, dice, what, self.now))
        if found is not None:
            row, item, tenant, zone = found
            answers = {"reason": "Dan kan iedereen", "right": "yes"}
            starts = None
            if what == "postpone":
                local = (self.now + timedelta(hours=dice.uniform(2, 24 * 9))).astimezone(zone)
                answers |= {"date": local.date().isoformat(), "time": f"{local:%H:%M}"}
                starts = calendar.at_in(zone.key, local.date(), local.hour * 60 + local.minute)
            where = Place(PLATFORM, tenant.partition(":")[2], "C")
            who = Person(PLATFORM, "supplier", "karim")
            said = await dispatch.handle(
                self.house(self.database),
                Submission(f"e{next(self.numbers)}", self.now, where, who, "step", f"{item} {what}", answers),
            )
            refused = [each.reasons for each in said if isinstance(each, Refusal)]
            if what == "postpone" and [set(reasons) for reasons in refused] == [{"date"}]:
                # Another meeting of the same series is on that day: whoever moves one chooses a day again.
                return
            assert not refused, (what, refused)
            self.nemesis.struck[f"by hand: {what}"] += 1
            if what == "postpone":
                self.changes[row].append(Change(self.now, len(self.tried), starts))
            elif what == "call_off":
                self.changes[row].append(Change(self.now, len(self.tried), None))


def hasty(database: Database) -> None:
    """A database that need not survive a power cut: in these tests only the machine dies, and its disk does not."""

    def connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(database.writing, "connect", connected)
    database.writing.dispose()


async def _nothing_runs() -> None:
    """Whatever was still going on in a machine that died comes to nothing."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _one(db: Session, dice: random.Random, what: str, now: datetime) -> tuple[int, int, str, ZoneInfo] | None:
    """A meeting with which something can be done by hand now, whichever comes to hand."""
    state, soon = ("over", Meeting.ends_at <= now) if what == "record" else ("planned", Meeting.starts_at > now)
    last = db.scalar(select(func.max(Meeting.id))) or 0
    able = select(Meeting).join(Meeting.item).where(Item.state == state, Item.kind == "meeting", soon)
    found = db.scalar(able.where(Meeting.id >= dice.randint(1, max(1, last))).order_by(Meeting.id).limit(1))
    return (found.id, found.item_id, found.tenant, ZoneInfo(found.series.zone)) if found is not None else None


# --- the ledger


@dataclass(frozen=True)
class Found:
    """What a year came to."""

    meetings: int
    posts: int
    dropped: int
    """Agendas that came due while the machine was off, and were no longer of use when it was on again."""
    preparations: int
    late: tuple[timedelta, ...]
    """How late each agenda was that was still owed, counted from when it came due, however long the machine was off."""
    broken: tuple[str, ...]
    """The promises that were not kept."""


@dataclass(frozen=True)
class Owed:
    """What had to be said of one meeting, or may have been."""

    posts: tuple[tuple[datetime, datetime], ...]
    """Each within these two moments: when it came due, and when all was settled after that."""
    at_most: int
    asked: frozenset[str]
    """The sides that had to be asked to prepare."""
    perhaps: frozenset[str]
    starts: datetime
    """The last moment at which it began; nothing of it was said from then on."""
    missed: int


def checked(year: Year, db: Session) -> Found:
    """Hold what was said, and what is in the database, to the promises."""
    broken: list[str] = []
    broken += _each_once(year)
    broken += _numbers(db)
    broken += _all_planned(year, db)
    said = defaultdict(list)
    for each in year.said:
        if not each.private and each.ends and each.key.startswith("item:"):
            said[int(each.key.split(":")[1])].append(each.at)
    tasks = defaultdict(list)
    for item in db.scalars(select(Item).where(Item.kind == "preparation")):
        named = re.search(r"[A-Z]+-\d+", item.words["what"])
        tasks[item.tenant, named[0] if named else ""].append(item.doer)
    given: dict[int, dict[str, datetime]] = {}
    posts = dropped = 0
    late: list[timedelta] = []
    rows = list(db.scalars(select(Meeting).join(Meeting.item).where(Item.kind == "meeting").order_by(Meeting.id)))
    for meeting in rows:
        item, series = meeting.item, meeting.series
        if series.id not in given:
            given[series.id] = {
                each.ruled.isoformat(): each.starts.astimezone(UTC) for each in _given(year, db, series)
            }
        heard, name = said[item.id], f"{item.tenant} {code(item)} ({series.kind}, ruled {meeting.ruled})"
        if meeting.ruled not in given[series.id]:
            continue
        owed = _owed(year, meeting, given[series.id], heard)
        posts, dropped = posts + len(heard), dropped + owed.missed
        if any(at >= owed.starts for at in heard):
            broken.append(f"{name}: said after it began at {owed.starts}: {heard}")
        for first, last in owed.posts:
            late += [at - first for at in heard if first <= at <= last][:1]
            if not any(first <= at <= last for at in heard):
                broken.append(f"{name}: its agenda of {first} was not said before {last}, only {heard}")
        if len(heard) > owed.at_most:
            broken.append(f"{name}: said {len(heard)} times for {owed.at_most}: {heard}")
        sides = Counter(tasks[item.tenant, code(item)])
        if not owed.asked <= set(sides) <= owed.asked | owed.perhaps or any(n > 1 for n in sides.values()):
            broken.append(f"{name}: asked {dict(sides)}, not {set(owed.asked)}, perhaps {set(owed.perhaps)}")
        if item.state == "planned" and meeting.ends_at <= year.settled[-1][1]:
            broken.append(f"{name}: it is over and nobody noticed")
    return Found(len(rows), posts, dropped, sum(map(len, tasks.values())), tuple(late), tuple(broken))


def _each_once(year: Year) -> Iterator[str]:
    """Nothing arrives twice: what is for everyone is found back by its mark, what is private is never repeated."""
    for (tenant, key, private), times in Counter((each.tenant, each.key, each.private) for each in year.said).items():
        if times > 1:
            yield f"{tenant} {key}: {times} times{', in private' if private else ''}"


def _numbers(db: Session) -> Iterator[str]:
    """Of each kind they count up, and none is given out twice or left out."""
    rows = db.execute(
        select(
            Item.project_id, Item.kind, func.count(), func.count(Item.number.distinct()), func.max(Item.number)
        ).group_by(Item.project_id, Item.kind)
    )
    for project, kind, items, numbers, last in rows:
        if not items == numbers == last:
            yield f"project {project}: {items} of {kind} have {numbers} numbers up to {last}"


def _all_planned(year: Year, db: Session) -> Iterator[str]:
    """Each time that the rule gives is planned once, unless the machine was off until it began; and no other time."""
    planned = defaultdict(set)
    for series, ruled in db.execute(select(Meeting.series_id, Meeting.ruled)):
        planned[series].add(ruled)
    moments = [moment for _, moment in year.settled]
    for series in db.scalars(select(Series).order_by(Series.id)):
        given = _given(year, db, series)
        known = {each.ruled.isoformat() for each in given}
        if extra := planned[series.id] - known:
            yield f"series {series.id} ({series.kind}): {sorted(extra)} are not in its rule"
        for each in given:
            first = bisect_left(moments, each.starts - planning.AHEAD)
            could = first < len(moments) and moments[first] < each.starts and year.begin < each.starts < year.now
            if could and each.ruled.isoformat() not in planned[series.id]:
                yield f"series {series.id} ({series.kind}): {each.ruled} was never planned"


def _given(year: Year, db: Session, series: Series) -> list[Occurrence]:
    """The times that the rule of a series gives in the year, and in what is planned ahead.

    That is far where people called off one next time after the other: there is always one planned.
    """
    planned = db.scalar(select(func.max(Meeting.ruled)).where(Meeting.series_id == series.id))
    last = max(date.fromisoformat(planned), year.now.date()) if planned else year.now.date()
    return planning.times(series, year.begin.date(), last + timedelta(days=30))


def _owed(year: Year, meeting: Meeting, given: Mapping[str, datetime], heard: Sequence[datetime]) -> Owed:
    """What was owed, from when it took place at each time, and when the machine was on; nothing else."""
    kind, works = KINDS[meeting.series.kind], planning.calendar_of(meeting.series)
    length = meeting.ends_at - meeting.starts_at
    lives = [Change(meeting.item.created_at, 0, given[meeting.ruled]), *year.changes.get(meeting.id, [])]
    ends = [*(each.tried for each in lives[1:]), len(year.tried)]
    posts: list[tuple[datetime, datetime]] = []
    at_most = missed = 0
    asked: set[str] = set()
    perhaps: set[str] = set()
    starts = lives[0].starts
    for life, end in zip(lives, ends, strict=True):
        if life.starts is None:
            break
        starts, before = life.starts, sum(at < life.at for at in heard)
        all_of_them = moments(kind, starts, starts + length, works)
        # Of what was said before it moved, that much need not be said again.
        said_before = [each for each in all_of_them if each.what in POSTS and each.at <= life.at][:before]
        last = max((at for at in heard if at < life.at), default=life.at)
        for each in all_of_them:
            moment = max(each.at, life.at)
            settled = year.settled_after(moment, life.tried, end)
            in_time = settled is not None and settled < starts
            attempted = year.tried_between(moment, starts, life.tried, end)
            if each.what.startswith("prepare_"):
                side = each.what.removeprefix("prepare_")
                perhaps |= {side} if attempted else set()
                asked |= {side} if in_time else set()
            elif each in said_before:
                # It was moved to where the moment of that agenda lay between what was said last and now: once more.
                at_most += attempted and each.at > last
            elif each.what in POSTS and not (each.what == "draft" and before):
                at_most += attempted
                missed += not attempted and starts <= year.now
                if in_time and settled is not None and not said_before and settled not in [last for _, last in posts]:
                    posts.append((moment, settled))
    assert starts is not None
    return Owed(tuple(posts), at_most, frozenset(asked), frozenset(perhaps), starts, missed)
