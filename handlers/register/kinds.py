"""Every kind of item as data: what is filled in, which steps it can take, who may take them, for whom it waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from storage.endings import OWN_AFFAIR

Who = Literal[
    "author", "side", "other", "doer", "owner", "lead", "both", "either", "answering", "own_lead", "other_lead",
    "owners", "second", "client", "arranger", "receiver",
    "disagreed",
]  # fmt: skip
"""Who may do something, or for whom an item waits.

author: who filed it, or anyone of their side once they are gone or when it was filed for somebody else · side: the side
whose word it is · other: the side across from it · doer: the side that is to do something, and first
of all who took it up · owner: the same, and first
of all the person who said they would · lead: who may commit for that side · both: anyone of either side · either: the
same, while nothing is proposed · answering: the side across from the one that proposed something · own_lead,
other_lead: who may commit for the side whose word it is, and for the side across from it · owners: the two who answer
for it, one of each side · client: anyone of that side · second: the author of what a promise touches, or who may
commit once they are gone · receiver: the side that something is done for, across from the one that does it, whoever
wrote it down · disagreed: the side that did not agree with what was proposed · arranger: on either side who has a role
for that kind of meeting, or may commit; where nobody there has one of these, anyone.
"""


@dataclass(frozen=True)
class Blank:
    """Something to fill in. Its words stand in the phrasebook, under the kind (or `register.step`) and this name."""

    name: str
    type: Literal["text", "choice", "number", "date", "person", "time", "moment", "lines", "ticks"] = "text"
    """A time is one of a day, a moment is both; lines are shown as they are, one below the other; of what is there,
    ticks are the row ids, and nothing is asked where there is none.
    """
    required: bool = False
    lines: int = 1
    longest: int = 300
    choices: tuple[str, ...] = ()
    impact: bool = False
    """Whether it says what something costs somebody: of these at least one should be filled in."""
    private: bool = False
    """Only the side of who filled it in ever sees it."""
    least: int = 0
    """Of a day: so many working days away at least."""
    each: str = ""
    """Asked for every line of this word of the item: its name then has the number of the line behind it."""


@dataclass(frozen=True)
class Step:
    """What somebody can do with an item: its button has this name. `to` is the state afterwards; "" leaves it."""

    name: str
    before: tuple[str, ...]
    to: str
    who: Who
    asks: tuple[Blank, ...] = ()
    """What a form asks first."""
    menu: bool = False
    """Done seldom: hides behind "…"."""
    elsewhere: bool = False
    """Stands on no card: it is asked where it makes sense."""
    tactical: bool = False
    """From then on the item waits for the tactical meeting."""
    aside: bool = False
    """Adds a line to the history, and changes nothing for anybody: whom it waits for, and until when, stays."""
    rungs: tuple[int, ...] = ()
    """Of an escalation: where on the ladder it can be taken; empty where it can everywhere."""
    commits: bool = False
    """Only for who may commit for the side whose it is; what its author began they also withdraw."""
    told: bool = False
    """Whose word it is hears that the other side took it, though it asks nothing of them."""
    only: tuple[str, ...] = ()
    """Of a meeting: the kinds of meeting that have this step; empty where all have it."""

    @property
    def private(self) -> bool:
        """Whether it is a side's own affair: it changes nothing that the other side can see, not even the history."""
        return bool(self.asks) and not self.to and all(blank.private for blank in self.asks)


@dataclass(frozen=True)
class Kind:
    """A kind of item; its name is that of the ability, its command and its file in the phrasebook."""

    name: str
    code: str
    blanks: tuple[Blank, ...]
    steps: tuple[Step, ...]
    waits: Mapping[str, Who]
    """For whom it waits in each state; in a state that is not named here it is over."""
    begins: str = "open"
    by: Literal["anyone", "supplier", "client"] = "anyone"
    """The side that can file it."""
    answer_within: int | None = None
    """Working hours within which the other side says that it has read it."""
    solve_within: int | None = None
    """Working hours within which it is solved or answered, where no day was named."""
    contract: bool = False
    """Says at its foot that the contract stays as it is."""
    passes: Mapping[str, str] = field(default_factory=dict)
    """The states that time ends once the item's day is over, with the state that it is in then."""
    quiet: bool = False
    """Has no card in the channel: people see it in their own lists, and are told of it in private."""
    made: bool = False
    """Comes of a meeting that is planned, which also ends its states in time; nobody files it."""
    ahead: tuple[str, ...] = ()
    """States in which it only has to become time: it stands in no list of what is open."""

    def step(self, name: str, state: str) -> Step | None:
        """The step of this name that can be taken in a state."""
        return next((step for step in self.steps if step.name == name and state in step.before), None)


LEVELS = ("operational", "tactical", "strategic")
REASON = Blank("reason", required=True, lines=3, longest=600)
DATE = Blank("date", "date", required=True)
ELSEWHERE = (Blank("system", required=True, longest=60), Blank("number", longest=60), Blank("link", longest=500))


def _noted(states: tuple[str, ...], who: Who) -> Step:
    """Noting where something runs elsewhere while others have to say something to it: they are asked on."""
    return Step("reference", states, "", who, ELSEWHERE, menu=True, aside=True)


def _their_own(*states: str) -> Step:
    """The side that something is done for notes under which number it knows it; that stops no reminder."""
    return Step("own_reference", states, "", "receiver", ELSEWHERE, menu=True, aside=True)


_BUSY = ("open", "acknowledged", "in_hand")
_ANSWERED = (
    Step("acknowledge", ("open",), "acknowledged", "doer"),
    Step("take_up", ("open", "acknowledged"), "in_hand", "doer"),
    Step("take_over", ("in_hand",), "", "doer", menu=True),
    Step("resolve", _BUSY, "resolved", "doer"),
    Step("accept", ("resolved",), "accepted", "author"),
    Step("not_right", ("resolved",), "in_hand", "author", (REASON,)),
    Step("decline", _BUSY, "declined", "doer", (REASON, Blank("alternative", required=True, lines=3, longest=600))),
    Step("agree", ("declined",), "closed", "author"),
    Step("object", ("declined",), "acknowledged", "author", (REASON,), tactical=True),
    Step("reference", ("open",), "acknowledged", "doer", ELSEWHERE, menu=True),
    Step("reference", ("acknowledged", "in_hand"), "", "doer", ELSEWHERE, menu=True),
    _noted(("resolved", "declined"), "doer"),
    _their_own(*_BUSY, "resolved", "declined"),
    Step("withdraw", (*_BUSY, "resolved", "declined"), "withdrawn", "author", menu=True),
)
"""What is brought to the other side is taken in, done, and judged by who brought it; an honest no is an answer too."""
_ANSWERING: Mapping[str, Who] = {
    "open": "doer",
    "acknowledged": "doer",
    "in_hand": "doer",
    "resolved": "author",
    "declined": "author",
}

FEEDBACK = Kind(
    "feedback",
    "FB",
    (
        Blank("what", required=True, lines=3, longest=1500),
        Blank("who", impact=True),
        Blank("work", impact=True),
        Blank("since", longest=200),
        Blank("minutes", "choice", choices=("5", "15", "30", "60", "120"), impact=True),
        Blank("people", "number"),
        Blank("amount", longest=100, impact=True),
        Blank("risk", "choice", choices=("money", "deadline", "safety", "reputation"), impact=True),
        Blank("good", lines=2, longest=600),
        Blank("date", "date"),
        Blank("shared", longest=300),
        Blank("behalf", longest=100),
    ),
    (*_ANSWERED, Step("same", (*_BUSY, "resolved", "declined"), "merged", "author", elsewhere=True)),
    _ANSWERING,
    answer_within=8,
    solve_within=40,
)
PROMISE = Kind(
    "promise",
    "TZ",
    (
        Blank("what", required=True, lines=2),
        Blank("owner", "person", required=True),
        Blank("kind", "choice", required=True, choices=("promise", "come_back")),
        DATE,
        Blank("firm", "choice", choices=("aim", "hard")),
    ),
    (
        Step("go_ahead", ("asked",), "proposed", "second"),
        Step("go_ahead", ("asked_first",), "lead", "second"),
        Step("go_ahead", ("asked_again",), "proposed", "second"),
        Step("not_like_this", ("asked", "asked_first"), "held", "second", (REASON,)),
        Step("not_like_this", ("asked_again",), "disputed", "second", (REASON,)),
        Step("allow", ("lead",), "proposed", "lead"),
        Step("hold", ("lead",), "held", "lead"),
        Step("confirm", ("proposed",), "confirmed", "other"),
        Step("disagree", ("proposed",), "disputed", "other", (REASON,), tactical=True, told=True),
        Step("confirm", ("disputed",), "confirmed", "disagreed"),
        Step("done", ("confirmed", "disputed"), "done", "owner"),
        Step("agree_done", ("done",), "kept", "receiver"),
        Step("not_right", ("done",), "confirmed", "receiver", (REASON,)),
        Step("move", ("confirmed", "disputed"), "proposed", "owner", (DATE, REASON)),
        # The same to a day that touches somebody else's word.
        Step("move", ("confirmed", "disputed"), "asked_again", "owner", (DATE, REASON), elsewhere=True),
        Step("drop", ("confirmed", "proposed", "disputed", "asked_again"), "dropped", "owner", (REASON,), menu=True),
        Step("agree", ("dropped",), "closed", "receiver"),
        Step("object", ("dropped",), "disputed", "receiver", (REASON,), tactical=True),
        Step("reference", ("confirmed",), "", "owner", ELSEWHERE, menu=True),
        _noted(("proposed", "disputed", "done", "dropped"), "owner"),
        _their_own("proposed", "confirmed", "disputed", "done", "dropped"),
        Step("withdraw", ("asked", "asked_first", "lead"), "held", "author", menu=True),
        Step("withdraw", ("proposed", "disputed"), "withdrawn", "author", menu=True),
    ),
    {
        "asked": "second",
        "asked_first": "second",
        "asked_again": "second",
        "lead": "lead",
        "proposed": "other",
        "confirmed": "owner",
        "disputed": "owner",
        "done": "receiver",
        "dropped": "receiver",
    },
    begins="proposed",
    contract=True,
)
REQUEST = Kind(
    "request",
    "VZ",
    (
        Blank("what", required=True, lines=2, longest=600),
        Blank("why", required=True, lines=2, longest=600),
        DATE,
        Blank("otherwise", required=True, lines=2, longest=600),
    ),
    (*_ANSWERED, Step("move", ("acknowledged", "in_hand"), "", "doer", (DATE, REASON), told=True)),
    _ANSWERING,
)
WARNING = Kind(
    "warning",
    "WS",
    (
        Blank("what", required=True, lines=3, longest=1500),
        Blank("consequence", required=True, lines=3, longest=1500),
        Blank("alternative", required=True, lines=3, longest=1500),
    ),
    (
        Step("follow", ("open", "talk"), "followed", "lead"),
        Step("accept_risk", ("open", "talk"), "risk_accepted", "lead", (REASON,)),
        Step("talk", ("open",), "talk", "doer", told=True),
        # It stops reminders, so it is for who may accept the risk, and who warned hears of it.
        Step("reference", ("open", "talk"), "", "lead", ELSEWHERE, menu=True, told=True),
        _their_own("open", "talk"),
        Step("withdraw", ("open", "talk"), "withdrawn", "author", menu=True),
    ),
    {"open": "doer", "talk": "doer"},
    by="supplier",
    answer_within=16,
)
COMPLAINT = Kind(
    "complaint",
    "KD",
    (
        Blank("what", required=True, lines=3, longest=1500),
        Blank("effect", lines=2, longest=600, impact=True),
        Blank("wanted", lines=2, longest=600),
        Blank("behalf", longest=100),
    ),
    (
        Step("acknowledge", ("open",), "acknowledged", "doer"),
        Step("take_over", ("acknowledged",), "", "doer", menu=True),
        Step(
            "answer",
            ("open", "acknowledged"),
            "answered",
            "doer",
            (Blank("answer", required=True, lines=4, longest=1500),),
        ),
        Step(
            "rate",
            ("answered",),
            "closed",
            "author",
            (Blank("rating", "choice", required=True, choices=("1", "2", "3", "4", "5")), Blank("remark", lines=2)),
        ),
        Step("not_right", ("answered",), "acknowledged", "author", (REASON,)),
        Step("reference", ("open",), "acknowledged", "doer", ELSEWHERE, menu=True),
        Step("reference", ("acknowledged",), "", "doer", ELSEWHERE, menu=True),
        _noted(("answered",), "doer"),
        _their_own("open", "acknowledged", "answered"),
        Step("withdraw", ("open", "acknowledged", "answered"), "withdrawn", "author", menu=True),
        Step("same", ("open", "acknowledged", "answered"), "merged", "author", elsewhere=True),
    ),
    {"open": "doer", "acknowledged": "doer", "answered": "author"},
    by="client",
    answer_within=16,
    solve_within=80,
)
_TALK = ("open", "told", "runs")
_CLIMBING = (*_TALK, "over")
_OWN_DAY = Blank("date", "date", required=True, private=True, least=2)
_WITH = Blank("whom", required=True, longest=100, private=True)
_CALL_DAY = Blank("date", "date", required=True, private=True)
_CALL_TIME = Blank("time", "time", private=True)
_OUTCOME = Blank("outcome", required=True, lines=3, longest=600)
_RECOVERY = Blank("date", "date", required=True, least=2)
_BELOW_THE_TOP = (1, 2, 3, 4, 5)


def _own(name: str, longest: int = 600) -> Blank:
    return Blank(name, required=True, lines=3, longest=longest, private=True)


ESCALATION = Kind(
    "escalation",
    "OP",
    (
        Blank("what", required=True, lines=3, longest=600),
        Blank("where", required=True, longest=500),
        _own("found"),
    ),
    (
        Step("sheet", ("call",), "", "side", (_own("agreed"), _own("wrong"), _own("expected"), _OWN_DAY)),
        Step("plan_call", ("call",), "", "side", (_WITH, _CALL_DAY, _CALL_TIME)),
        Step("outcome", ("call", "open"), "told", "side", (_OUTCOME, _RECOVERY)),
        Step("own_outcome", ("told",), "runs", "other", (_OUTCOME,)),
        Step(
            "notice",
            ("open",),
            "",
            "side",
            (_own("shortfall"), _own("expected"), _own("consequence"), _OWN_DAY),
            rungs=(4,),
        ),
        Step("climb", ("over",), "open", "side", rungs=_BELOW_THE_TOP, commits=True),
        Step("agree_skip", _TALK, "open", "answering", rungs=_BELOW_THE_TOP, commits=True),
        Step("agree_settle", _CLIMBING, "settled", "answering", commits=True),
        Step("not_yet", _CLIMBING, "", "answering"),
        Step("settle", _CLIMBING, "", "either", commits=True),
        Step("skip", _TALK, "", "either", (REASON,), menu=True, rungs=_BELOW_THE_TOP, commits=True),
        Step("withdraw", ("call",), "let_be", "side", menu=True, commits=True),
        Step("reference", _CLIMBING, "", "side", ELSEWHERE, menu=True),
        Step("withdraw", _CLIMBING, "withdrawn", "side", menu=True, commits=True),
    ),
    {"call": "author", "open": "side", "told": "other", "runs": "doer", "over": "side"},
    begins="call",
    passes={"told": "over", "runs": "over"},
    quiet=True,
)
"""A ladder of six steps; on which of them it stands is in its words (see `rungs`). The call comes before all else."""
IMPROVEMENT = Kind(
    "improvement",
    "VB",
    (
        Blank("what", required=True, lines=2, longest=600),
        Blank("cost", required=True, lines=2),
        Blank("benefit", required=True, lines=2),
        Blank("owner", "person", required=True),
        Blank("second", "person", required=True),
    ),
    (
        Step("decide_yes", ("proposed",), "backed", "own_lead"),
        Step("decide_yes", ("backed",), "decided", "other_lead"),
        Step("decide_no", ("proposed",), "refused", "own_lead", (REASON,)),
        Step("decide_no", ("backed",), "refused", "other_lead", (REASON,)),
        Step("decide_later", ("proposed",), "later", "own_lead", (DATE, REASON)),
        Step("decide_later", ("backed",), "later", "other_lead", (DATE, REASON)),
        Step("reconsider", ("later",), "proposed", "side"),
        Step("begin", ("decided",), "under_way", "owners"),
        Step("done", ("under_way",), "done", "owners"),
        Step("agree_done", ("done",), "closed", "author"),
        Step("not_right", ("done",), "under_way", "author", (REASON,)),
        Step("drop", ("decided", "under_way"), "dropped", "owners", (REASON,), menu=True),
        Step("reference", ("decided", "under_way"), "", "owners", ELSEWHERE, menu=True),
        _noted(("proposed", "backed", "later", "done"), "owners"),
        Step("withdraw", ("proposed", "backed", "later"), "withdrawn", "author", menu=True),
    ),
    {
        "proposed": "own_lead",
        "backed": "other_lead",
        "later": "side",
        "decided": "owners",
        "under_way": "owners",
        "done": "author",
    },
    begins="proposed",
    contract=True,
)
_ACTIONS = tuple(
    blank
    for number in ("1", "2", "3")
    for blank in (
        Blank(f"action{number}", lines=2),
        Blank(f"owner{number}", "person"),
        Blank(f"date{number}", "date"),
    )
)
_POSTPONED = (DATE, Blank("time", "time", required=True), REASON)
_FOR_DEMOS = ("demo",)
MEETING = Kind(
    "meeting",
    "OV",
    (
        Blank("what", required=True),
        Blank("starts", "moment", required=True),
        Blank("where", longest=500),
        Blank("missing", longest=600),
        Blank("preparing", longest=600),
        Blank("agenda", "lines", longest=6000),
        Blank("criteria", "lines", longest=3000),
        Blank("verdict", "lines", longest=6000),
        Blank("wishes", "lines", longest=1500),
        Blank("decisions", "lines", longest=1500),
        Blank("actions", longest=200),
        Blank("parking", "lines", longest=600),
        Blank("struck", "lines", longest=6000),
        Blank("right", "choice", choices=("yes", "level", "people")),
    ),
    (
        Step("postpone", ("planned",), "", "arranger", _POSTPONED, menu=True),
        Step("call_off", ("planned",), "called_off", "arranger", (REASON,), menu=True),
        Step("cannot", ("planned",), "", "both", (Blank("stand_in", "person"),), menu=True, aside=True),
        Step("can", ("planned",), "", "both", menu=True, aside=True),
        Step(
            "record",
            ("over",),
            "recorded",
            "either",
            (
                Blank("decisions", lines=4, longest=1500),
                *_ACTIONS,
                Blank("parking", lines=3, longest=600),
                Blank("struck", "ticks"),
                Blank("right", "choice", required=True, choices=("yes", "level", "people")),
            ),
        ),
        Step("more_actions", ("recorded",), "", "either", _ACTIONS, aside=True),
        Step("fell_out", ("over",), "fallen", "either", (REASON,), menu=True),
        Step(
            "verdict",
            ("over", "recorded"),
            "",
            "client",
            (
                Blank("verdict", "choice", required=True, choices=("accepted", "not_yet"), each="criteria"),
                Blank("because", lines=2, each="criteria"),
                Blank("wishes", lines=3, longest=1500),
            ),
            aside=True,
            only=_FOR_DEMOS,
        ),
        Step(
            "test_round",
            ("over", "recorded"),
            "",
            "both",
            (
                Blank("testers", required=True, longest=200),
                Blank("tested", required=True, lines=2),
                Blank("until", "date", required=True),
                Blank("help", lines=2),
            ),
            aside=True,
            only=_FOR_DEMOS,
        ),
    ),
    {"planned": "side", "over": "side"},
    begins="planned",
    passes={"planned": "over"},
    contract=True,
    made=True,
    ahead=("planned",),
)
"""One time that a meeting takes place; its own row says when time brings something."""
_HANDED_IN = (Blank("result", required=True, lines=6, longest=3000), Blank("file", longest=500))
PREPARATION = Kind(
    "preparation",
    "VW",
    (
        Blank("what", required=True),
        Blank("result", "lines", longest=3000),
        Blank("file", longest=500),
    ),
    (
        Step("prepared", ("open",), "done", "doer", _HANDED_IN),
        Step("prepare_again", ("done",), "", "doer", _HANDED_IN, menu=True, aside=True),
        # Once the meeting has begun it is refused.
        Step("prepared", ("missed",), "done", "doer", _HANDED_IN, menu=True),
        Step("not_prepared", ("open",), "missed", "doer", (REASON,), menu=True),
    ),
    {"open": "doer"},
    made=True,
    quiet=True,
)
"""What a side prepares for a meeting. Both sides can read it."""
SECTIONS = (
    Blank("in_short", "lines", required=True, lines=4, longest=600),
    *(
        Blank(name, "lines", lines=5, longest=1500)
        for name in ("done", "next", "not_feasible", "risks", "changed_scope", "needed")
    ),
)
"""Of a progress report, as on its agenda."""
REPORT = Kind(
    "report",
    "VR",
    (Blank("what", required=True), *SECTIONS, Blank("reply", "lines", longest=1500)),
    (
        Step("postpone", ("planned",), "", "arranger", _POSTPONED, menu=True),
        Step("call_off", ("planned",), "called_off", "arranger", (REASON,), menu=True),
        Step("send", ("draft",), "sent", "side", SECTIONS),
        Step("not_this_time", ("draft",), "lapsed", "side", menu=True),
        Step("reply", ("sent",), "answered", "other", (Blank("reply", required=True, lines=4, longest=1500),)),
    ),
    {"planned": "side", "draft": "side", "sent": "other"},
    begins="planned",
    passes={"planned": "draft", "draft": "lapsed", "sent": "unanswered"},
    made=True,
    ahead=("planned",),
)
"""A progress report: drafted from the registers, and nobody's but the supplier's until somebody there sends it."""
UNSEEN = OWN_AFFAIR
"""States that are a side's own affair: the other side does not know that there is anything."""


def ends(kind: Kind) -> set[str]:
    """The states that a step or time leads to."""
    return {step.to for step in kind.steps if step.to} | set(kind.passes.values())


def _contested(kind: Kind) -> Kind:
    """The same kind; on what both sides can see, either can note what it sees otherwise, however it stands."""
    states = {kind.begins, *kind.waits, *ends(kind)} - set(UNSEEN)
    note = Blank("note", required=True, lines=4, longest=1500)
    contest = Step("contest", tuple(sorted(states)), "", "both", (note,), menu=True, aside=True)
    return replace(kind, steps=(*kind.steps, contest))


KINDS: Mapping[str, Kind] = {
    kind.name: _contested(kind)
    for kind in (FEEDBACK, PROMISE, REQUEST, WARNING, COMPLAINT, ESCALATION, IMPROVEMENT, MEETING, PREPARATION, REPORT)
}
"""By name."""
FILED = tuple(kind for kind in KINDS.values() if not kind.made)
"""What people file."""
OVER = tuple((kind.name, state) for kind in KINDS.values() for state in sorted(ends(kind) - set(kind.waits)))
"""The states in which nobody has anything left to do."""
AHEAD = tuple((kind.name, state) for kind in KINDS.values() for state in kind.ahead)
"""The states in which something only has to become time."""
GOING_ON = tuple((kind.name, state) for kind in KINDS.values() for state in sorted({kind.begins, *kind.waits}))
"""The states in which it is somebody's turn, or only has to become time."""
WAITING = tuple(each for each in GOING_ON if each not in AHEAD)
"""The states in which it is somebody's turn."""
MAY_COMMIT = ("service", "contract", "sponsor")
"""Roles that may commit for their side, in the order in which they are asked; where nobody has one, everyone may."""
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "feedback": ("responder", "service"),
    "complaint": ("complaints", "service"),
    "promise": ("service", "it", "contract"),
    "request": ("service", "it"),
    "warning": ("contract", "sponsor", "service", "it"),
    "escalation": ("service", "contract", "sponsor"),
    "improvement": ("service", "it", "contract"),
    "meeting": ("service", "it", "contract"),
    "preparation": ("service", "it", "contract"),
    "report": ("service", "it", "contract"),
}
"""The roles that an item of each kind waits for, on the side that is to answer; the first that is taken."""
ARRANGES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "operational": {"supplier": ("service",), "client": ("it", "key_user")},
    "tactical": {"supplier": ("service",), "client": ("contract", "it")},
    "strategic": {"supplier": ("sponsor",), "client": ("sponsor",)},
    "demo": {"supplier": ("responder", "service"), "client": ("product_owner", "key_user")},
    "progress": {"supplier": ("service",), "client": ("it",)},
    "evaluation": {"supplier": ("service",), "client": ("key_user", "it", "contract")},
    "simulation": {"supplier": ("responder", "service"), "client": ("key_user",)},
    "audit": {"supplier": ("quality", "service"), "client": ("quality",)},
}
"""Who arranges each kind of meeting beside who may commit: the roles that must be there, of each side."""
