"""What is filled in for an evaluation, a simulation and an audit review: by each side before, together after."""

from collections.abc import Mapping
from typing import Literal

from handlers.register.kinds import Blank

Moment = Literal["supplier", "client", "after"]
"""The preparation of one side, or the outcome."""


def _told(name: str, *, required: bool = False) -> Blank:
    return Blank(name, required=required, lines=4, longest=1500)


def _action(side: str) -> tuple[Blank, ...]:
    """What one side is going to do: each bottleneck ends in something that somebody does before a day."""
    return (
        Blank(f"{side}_action", lines=2),
        Blank(f"{side}_owner", "person"),
        Blank(f"{side}_date", "date"),
    )


LOOKING_BACK = (_told("goals"), _told("expected"), _told("received"), _told("part"))
ACTIONS = (*_action("supplier"), *_action("client"))

TEMPLATES: Mapping[str, Mapping[Moment, tuple[Blank, ...]]] = {
    "evaluation": {
        "supplier": LOOKING_BACK,
        "client": (_told("stories", required=True), *LOOKING_BACK),
        "after": (_told("change"), _told("respond"), _told("keep", required=True), *ACTIONS),
    },
    "simulation": {
        "supplier": (
            _told("scenario", required=True),
            Blank("learn", lines=2, longest=600),
            _told("chain", required=True),
            _told("roles", required=True),
            Blank("spare", lines=2, longest=600),
            Blank("stop", longest=200),
        ),
        "client": (_told("chain", required=True), _told("roles", required=True), Blank("spare", lines=2, longest=600)),
        "after": (
            _told("happened", required=True),
            _told("stuck", required=True),
            Blank("paper", lines=2, longest=600),
            *ACTIONS,
            Blank("again", "date"),
        ),
    },
    "audit": {
        "supplier": (
            _told("examined", required=True),
            Blank("kept_back", lines=2, longest=600),
            _told("known", required=True),
            _told("findings", required=True),
            _told("ideas"),
        ),
        "client": (_told("priorities", required=True), _told("own")),
        "after": (_told("agreed", required=True), *ACTIONS),
    },
}
"""By kind. The words stand in the phrasebook at `meetings_templates`, under the kind and the moment."""
