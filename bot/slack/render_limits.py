"""How much fits where in Slack, and the one text object that all of it is made of."""

from typing import Any

from bot.slack.markup import shortened

Block = dict[str, Any]
"""A piece of Block Kit, as Slack's JSON has it."""

LIMITS = {
    "actions": 25,
    "alt": 2000,
    "blocks": 50,
    "button": 75,
    "checks": 10,
    "choices": 100,
    "confirm": 300,
    "confirm_label": 30,
    "confirm_title": 100,
    "error": 2000,
    "header": 150,
    "id": 240,
    "label": 2000,
    "menu": 5,
    "message": 12_000,
    "metadata": 3000,
    "option": 75,
    "option_value": 150,
    "radios": 5,
    "text": 3000,
    "title": 24,
    "url": 3000,
    "value": 2000,
    "view_blocks": 100,
}
"""Slack's own limits, in characters or pieces. Of an id we leave some room to number it; more radios than five are
easier to read as a list. A message with some 13,200 letters of blocks, as JSON, is refused, which no manual says."""


def plain_text(text: str, limit: str) -> Block:
    """A text object without markup or emoji codes, cut to what LIMITS allows. Slack refuses an empty one."""
    return {"type": "plain_text", "text": shortened(text.strip(), LIMITS[limit]) or "…", "emoji": False}
