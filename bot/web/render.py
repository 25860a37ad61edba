"""The pages for people outside as HTML, in which every word of theirs is escaped; and how browsers treat them."""

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from handlers.register.outside import Filed
from handlers.vocabulary import ChoiceField, DateField, Field, Form, NumberField, Text, TextField

Texts = Mapping[str, str]
OTHER = {"nl": "en", "en": "nl"}

_STYLE = (files(__package__) / "page" / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGES = Environment(
    loader=PackageLoader("bot.web", "page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.globals["style"] = Markup(_STYLE)  # noqa: S704  (our own file)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def form(
    shown: Form,
    language: str,
    texts: Texts,
    *,
    kinds: Sequence[str],
    once: str,
    reasons: Mapping[str, str],
    notes: Sequence[str],
    asked_back: bool,
) -> str:
    """A form: with `reasons` at the fields that cannot be taken as they are, and `notes` on what it leaves open."""
    labels = {each.name: each.label for each in shown.fields}
    return _PAGES.get_template("form.html").render(
        form=shown,
        parts=[_part(part, reasons) for part in shown.parts if isinstance(part, Text | Field)],
        errors=[(name if name in labels else "", labels.get(name, ""), why) for name, why in reasons.items()],
        notes=notes,
        asked_back=asked_back,
        kinds=kinds,
        once=once,
        language=language,
        other=OTHER[language],
        texts=texts,
    )


def _part(part: Text | Field, reasons: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"is": "text", "style": part.style, "text": part.text}
    why = reasons.get(part.name, "")
    described = [f"{part.name}-{what}" for what, there in (("hint", part.hint), ("why", why)) if there]
    tied = Markup(' aria-describedby="{}"').format(" ".join(described)) if described else Markup()
    # Of a group of choices the group itself is required, in words of its own.
    group = tied + (Markup(' aria-invalid="true"') if why else Markup())
    tied += Markup(" required") if part.required else Markup()
    tied += Markup(' aria-invalid="true"') if why else Markup()
    kind = {ChoiceField: "choice", NumberField: "number", DateField: "date"}.get(type(part), "text field")
    return {
        "is": kind,
        "name": part.name,
        "label": part.label,
        "hint": part.hint,
        "why": why,
        "value": part.value,
        "required": part.required,
        "choices": part.choices if isinstance(part, ChoiceField) else (),
        "lines": part.lines if isinstance(part, TextField) else 1,
        "longest": part.longest if isinstance(part, TextField) else None,
        "tied": tied,
        "tied_group": group,
    }


def receipt(filed: Filed, texts: Texts, reasons: Mapping[str, str]) -> str:
    """The page of a receipt, with a form for each thing that can be said to the answer, and why one was not taken."""
    fields = {each.name: each.label for form in filed.asks for each in form.fields}
    parts = {form.name: [_part(each, reasons) for each in form.fields] for form in filed.asks}
    return _PAGES.get_template("receipt.html").render(
        filed=filed,
        parts=parts,
        errors=[(name if name in fields else "", fields.get(name, ""), why) for name, why in reasons.items()],
        title=texts["judge_title" if filed.asks else "filed"],
        language=filed.language,
        other=OTHER[filed.language],
        texts=texts,
    )


def told(title: str, lines: Sequence[str], language: str, *, strong: bool = False, switch: str = "") -> str:
    """A page that only tells something: `strong` puts its first line above all, `switch` leads to another language."""
    page = _PAGES.get_template("told.html")
    other = OTHER[language]
    return page.render(title=title, lines=lines, language=language, strong=strong, switch=switch, other=other)


def poster(address: str, language: str, texts: Texts) -> str:
    """A page to print, with the address as a QR code and in letters."""
    code = Markup(_code(address).svg_inline(border=4, omitsize=True))  # noqa: S704  (made of lines and numbers)
    page = _PAGES.get_template("poster.html")
    return page.render(address=address, code=code, language=language, other=OTHER[language], texts=texts)


def svg(address: str) -> bytes:
    """The QR code as a file of its own."""
    file = io.BytesIO()
    _code(address).save(file, kind="svg", scale=10, border=4)
    return file.getvalue()


def _code(address: str) -> segno.QRCode:
    # A quarter of it may be torn off or stained: it hangs on a wall.
    return segno.make_qr(address, error="q")
