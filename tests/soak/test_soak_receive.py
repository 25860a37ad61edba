"""Whatever a signed request holds, translating it gives an event, nothing, or Unreadable: never another error."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import wire
from bot.slack.payload import Unreadable
from bot.slack.receive import translate
from tests.bot.slack.slack_payloads import NAMES, payload

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "20000"))
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.characters()
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a payload."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, inner in steps for path in paths(inner, (*at, key)))]


def put(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = other
    return value


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A payload of Slack's in which some places hold something else, or something from another place."""
    whole = payload(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 4))):
        places = paths(whole)
        other = draw(ANYTHING | st.sampled_from(places))
        path = draw(st.sampled_from(places[1:]))
        if isinstance(other, tuple):
            found = whole
            for step in other:
                found = found[step]
            other = json.loads(json.dumps(found))
        whole = put(whole, path, other)
    return whole


def check(body: Any) -> None:
    try:
        event = translate(body, NOW)
    except Unreadable:
        return
    if event is not None:
        assert wire.loads(wire.dumps(event)) == event
        wire.dumps(event).encode()


@pytest.mark.soak
@given(spoiled())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_spoiled_payload_is_an_event_nothing_or_unreadable(body: Any) -> None:
    check(body)


@pytest.mark.soak
@given(st.dictionaries(st.sampled_from(["type", "event", "command", "team_id", "view", "actions"]), ANYTHING))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_anything_at_all_is_an_event_nothing_or_unreadable(body: Any) -> None:
    check(body)


@given(spoiled())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_few_spoiled_payloads_every_time(body: Any) -> None:
    check(body)
