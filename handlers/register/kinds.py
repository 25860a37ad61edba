"""Every kind of item as data: what is filled in, which steps it can take, who may take them, for whom it waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from storage.endings import OWN_AFFAIR

Who = Literal["author", "side", "other", "doer", "owner", "lead", "own_lead", "other_lead", "owners", "second"]
"""Who may do something, or for whom an item waits.

author: who filed it, or anyone of their side once they are gone or when it was filed for somebody else · side: the side
whose word it is · other: the side across from it · doer: the side that is to do something · owner: the same, and first
of all the person who said they would · lead: who may commit for that side · own_lead, other_lead: who may commit for
the side whose word it is, and for the side across from it · owners: the two who answer for it, one of each side ·
second: the author of what a promise touches, or who may commit for that side once they are gone.
"""


@dataclass(frozen=True)
class Blank:
    """Something to fill in. Its words stand in the phrasebook, under the kind (or `register.step`) and this name."""

    name: str
    type: Literal["text", "choice", "number", "date", "person"] = "text"
    required: bool = False
    lines: int = 1
    longest: int = 300
    choices: tuple[str, ...] = ()
    impact: bool = False
    """Whether it says what something costs somebody: of these at least one should be filled in."""


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
    aside: bool = False
    """Stands on no card: it is asked where it makes sense."""
    tactical: bool = False
    """From then on the item waits for the tactical meeting."""


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
    contract: bool = False
    """Says at its foot that the contract stays as it is."""

    def step(self, name: str, state: str) -> Step | None:
        """The step of this name that can be taken in a state."""
        return next((step for step in self.steps if step.name == name and state in step.before), None)


LEVELS = ("operational", "tactical", "strategic")
REASON = Blank("reason", required=True, lines=3, longest=600)
DATE = Blank("date", "date", required=True)
ELSEWHERE = (Blank("system", required=True, longest=60), Blank("number", longest=60), Blank("link", longest=500))

_BUSY = ("open", "acknowledged", "in_hand")
_ANSWERED = (
    Step("acknowledge", ("open",), "acknowledged", "doer"),
    Step("take_up", ("open", "acknowledged"), "in_hand", "doer"),
    Step("resolve", _BUSY, "resolved", "doer"),
    Step("accept", ("resolved",), "accepted", "author"),
    Step("not_right", ("resolved",), "in_hand", "author", (REASON,)),
    Step("decline", _BUSY, "declined", "doer", (REASON, Blank("alternative", required=True, lines=3, longest=600))),
    Step("agree", ("declined",), "closed", "author"),
    Step("object", ("declined",), "", "author", (REASON,), tactical=True),
    Step("reference", ("open",), "acknowledged", "doer", ELSEWHERE, menu=True),
    Step("reference", ("acknowledged", "in_hand"), "", "doer", ELSEWHERE, menu=True),
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
        Blank("risk", "choice", choices=("money", "deadline", "safety", "reputation"), impact=True),
        Blank("good", lines=2, longest=600),
        Blank("date", "date"),
        Blank("shared", longest=300),
        Blank("behalf", longest=100),
    ),
    (*_ANSWERED, Step("same", (*_BUSY, "resolved", "declined"), "merged", "author", aside=True)),
    _ANSWERING,
    answer_within=8,
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
        Step("not_like_this", ("asked", "asked_first"), "held", "second", (REASON,)),
        Step("allow", ("lead",), "proposed", "lead"),
        Step("hold", ("lead",), "held", "lead"),
        Step("confirm", ("proposed",), "confirmed", "other"),
        Step("disagree", ("proposed",), "disputed", "other", (REASON,), tactical=True),
        Step("done", ("confirmed",), "done", "owner"),
        Step("agree_done", ("done",), "kept", "other"),
        Step("not_right", ("done",), "confirmed", "other", (REASON,)),
        Step("move", ("confirmed", "disputed"), "proposed", "owner", (DATE, REASON)),
        Step("drop", ("confirmed", "proposed", "disputed"), "dropped", "owner", (REASON,), menu=True),
        Step("agree", ("dropped",), "closed", "other"),
        Step("object", ("dropped",), "", "other", (REASON,), tactical=True),
        Step("reference", ("confirmed",), "", "owner", ELSEWHERE, menu=True),
        Step("withdraw", ("asked", "asked_first", "lead"), "held", "author", menu=True),
        Step("withdraw", ("proposed", "disputed"), "withdrawn", "author", menu=True),
    ),
    {
        "asked": "second",
        "asked_first": "second",
        "lead": "lead",
        "proposed": "other",
        "confirmed": "owner",
        "disputed": "owner",
        "done": "other",
        "dropped": "other",
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
    (*_ANSWERED, Step("move", ("acknowledged", "in_hand"), "", "doer", (DATE, REASON))),
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
        Step("follow", ("open", "talk"), "followed", "doer"),
        Step("accept_risk", ("open", "talk"), "risk_accepted", "doer", (REASON,)),
        Step("talk", ("open",), "talk", "doer"),
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
        Step("withdraw", ("open", "acknowledged", "answered"), "withdrawn", "author", menu=True),
        Step("same", ("open", "acknowledged", "answered"), "merged", "author", aside=True),
    ),
    {"open": "doer", "acknowledged": "doer", "answered": "author"},
    by="client",
    answer_within=16,
)
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
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (FEEDBACK, PROMISE, REQUEST, WARNING, COMPLAINT, IMPROVEMENT)}
"""By name."""
OVER = tuple(
    (kind.name, state)
    for kind in KINDS.values()
    for state in sorted({step.to for step in kind.steps if step.to} - set(kind.waits))
)
"""The states in which nobody has anything left to do."""
UNSEEN = OWN_AFFAIR
"""States that are a side's own affair: the other side does not know that there is anything."""
MAY_COMMIT = ("sponsor", "service", "contract")
"""Roles that may commit for their side; where nobody has one of these, everyone may."""
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "feedback": ("responder", "service"),
    "complaint": ("complaints", "service"),
    "promise": ("service", "it", "contract"),
    "request": ("service", "it"),
    "warning": ("contract", "it", "sponsor"),
    "improvement": ("service", "it", "contract"),
}
"""The roles that an item of each kind waits for, on the side that is to answer; the first that is taken."""
