"""The report of a scan as one page: for the screen, for paper and for a screen reader. It loads nothing."""

import base64
import hashlib
from importlib.resources import files

import htpy as h
from markupsafe import Markup

from bot.scan.page import closing, sections
from bot.scan.page.tables import Told
from bot.scan.page.words import Words

_SECTIONS = (
    ("heard", sections.heard),
    ("complaints", sections.complaints),
    ("answers", sections.answers),
    ("promises", sections.promises),
    ("when", sections.when),
    ("where", sections.where),
    ("tips", closing.tips),
    ("examples", closing.examples),
    ("sure", closing.sure),
    ("limits", closing.limits),
    ("may", closing.may),
)
_FRESH = {"heard", "complaints", "promises", "tips", "sure"}
"""What begins on a page of its own on paper."""


def page(told: Told, language: str) -> str:
    """The page, for the figures of a scan. Everything that stands in it is either ours or escaped."""
    words = Words(language)
    style = files(__package__).joinpath("style.css").read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    shown = [(name, section) for name, section in _SECTIONS if name != "examples" or told.get("examples")]
    return str(
        h.html(lang=words.language)[
            h.head[
                h.meta(charset="utf-8"),
                h.meta(http_equiv="Content-Security-Policy", content=policy),
                h.meta(name="viewport", content="width=device-width, initial-scale=1"),
                h.meta(name="robots", content="noindex"),
                h.title[words.say("title")],
                h.style[Markup(style)],  # noqa: S704 - our own file
            ],
            h.body[
                h.header[
                    h.h1[words.say("title")],
                    h.p(".lead")[words.say("period", first=words.day(told["from"]), last=words.day(told["to"]))],
                    h.p[words.say("intro")],
                ],
                h.main[
                    h.section(".box.warn", role="note")[h.p[words.say("private")]] if told.get("examples") else None,
                    sections.well(told, words),
                    sections.next_step(told, words),
                    h.nav(aria_label=words.say("contents"))[
                        h.h2[words.say("contents")],
                        h.ol[(h.li[h.a(href=f"#{name}")[words.say(f"{name}.head")]] for name, _ in shown)],
                    ],
                    sections.counted(told, words),
                    (
                        h.section(class_="fresh" if name in _FRESH else None, aria_labelledby=name)[
                            h.h2(id=name)[words.say(f"{name}.head")], section(told, words)
                        ]
                        for name, section in shown
                    ),
                ],
                h.footer[h.p[words.say("may.made")]],
            ],
        ]
    )
