"""The dossier in words: headings, labels and tables, for a page and for paper. Text of users is left as it is."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from handlers import clocks, phrases
from handlers.dossier import chain
from handlers.dossier.facts import Facts
from handlers.register import answers, card
from handlers.register.kinds import ANSWERS, KINDS, MAY_COMMIT, Blank
from prompts import Phrasebook, phrasebook

Block = Mapping[str, Any]
PLACES = ("channel", "thread", "message")
NAMED = ("with", "into", "via", "struck")  # words of an entry that stand in the sentence itself, or say who did it


def in_words(language: str, facts: Facts) -> dict[str, Any]:
    """The dossier in a language."""
    return told(phrasebook(language), facts)


def told(book: Phrasebook, facts: Facts) -> dict[str, Any]:
    """Blocks to show one below the other: heading (of a level), text, facts (label and value) and table."""
    project = facts["project"]
    name = project["name"] or book.say("dossier.project_number", number=project["number"])
    title = book.say("dossier.title", name=name)
    return {
        "language": book.language,
        "title": title,
        "foot": book.say("dossier.foot", name=name, made=short(book, facts["made"])),
        "page": book.say("dossier.page"),
        "chain": list(book.list("dossier.chain")),
        "blocks": [heading(1, title), *_about(book, facts, name), *_items(book, facts), *_appendix(book, facts)],
    }


def heading(level: int, text: str) -> Block:
    """A heading; level 1 is that of the whole."""
    return {"is": "heading", "level": level, "text": text}


def _text(text: str) -> Block:
    return {"is": "text", "text": text}


def labelled(rows: list[tuple[str, str]]) -> Block:
    """Labels with their values."""
    return {"is": "facts", "rows": [{"label": label, "value": value} for label, value in rows]}


def table(book: Phrasebook, name: str, rows: list[list[str]]) -> Block:
    """A table whose heads stand in the phrasebook; `widths` are the shares of its columns."""
    widths = [int(share) for share in book.list("dossier.widths." + name)]
    return {"is": "table", "head": list(book.list(f"dossier.head.{name}")), "rows": rows, "widths": widths}


def _about(book: Phrasebook, facts: Facts, name: str) -> Iterator[Block]:
    project = facts["project"]
    sides = [
        book.say("dossier.organisation", name=each["name"], side=_side(book, each["side"]))
        for each in facts["organisations"]
    ]
    rows = [
        (book.say("dossier.project"), name),
        (book.say("dossier.organisations"), "\n".join(sides)),
        (book.say("dossier.made"), _long(book, facts["made"])),
        (book.say("dossier.zone"), project["zone"]),
        (book.say("dossier.began"), _long(book, project["began"])),
    ]
    rows += [(book.say(f"dossier.{what}"), _long(book, project[what])) for what in ("agreed", "ended") if project[what]]
    rows.append((book.say("dossier.count"), str(len(facts["items"]))))
    yield labelled(rows)
    yield heading(2, book.say("dossier.about_title"))
    yield from (_text(line) for line in book.list("dossier.about"))
    yield heading(2, book.say("dossier.check_title"))
    yield from (_text(line) for line in book.list("dossier.check"))
    seal = chain.last(chain.line(entry) for entry in facts["entries"])
    yield labelled([(book.say("dossier.seal"), seal), (book.say("dossier.lines"), str(len(facts["entries"])))])


# --- the items


def _items(book: Phrasebook, facts: Facts) -> Iterator[Block]:
    yield heading(2, book.say("dossier.items_title"))
    if not facts["items"]:
        yield _text(book.say("dossier.nothing"))
        return
    history: dict[str, list[Facts]] = {}
    for entry in facts["entries"]:
        history.setdefault(entry["item"], []).append(entry)
    rows = [
        [item["code"], _title(item), _state(book, item["kind"], item["state"]), _due(book, item)]
        for item in facts["items"]
    ]
    yield {**table(book, "items", rows), "leads": True}
    for item in facts["items"]:
        name = book.say(f"{item['kind']}.name")
        yield {**heading(3, f"{item['code']} · {name}"), "anchor": item["code"]}
        lines = history.get(item["code"], [])
        yield {"is": "facts", "rows": list(_item(book, item, lines, ZoneInfo(facts["project"]["zone"])))}
        if len(item["dates"]) > 1:
            yield heading(4, book.say("dossier.dates_title"))
            yield table(book, "dates", [_date(book, each) for each in item["dates"]])
        notes = [each for each in lines if each["step"] == "contest"]
        if notes:
            yield heading(4, book.say("dossier.notes_title"))
            yield table(book, "notes", [[_when(each), _who(book, each), each["words"]["note"]] for each in notes])
        yield heading(4, book.say("dossier.history_title"))
        yield table(book, "history", [_line(book, item["kind"], each) for each in lines])


def _title(item: Facts) -> str:
    return answers.cut(item["words"].get("what", ""), card.TITLE)


def _item(book: Phrasebook, item: Facts, history: list[Facts], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    def fact(name: str, value: str) -> dict[str, Any]:
        return {"label": book.say(f"dossier.fact.{name}"), "value": value}

    yield fact("state", _state(book, item["kind"], item["state"]))
    for blank in KINDS[item["kind"]].blanks:
        value = clocks.read(item["words"], blank.name, zone)
        if value and blank.type not in ("date", "person"):
            name = card.label(book, item["kind"], blank.name)
            yield {"label": name, "value": _filled_in(book, item["kind"], blank, value, zone)}
    if item["author"] is not None or not KINDS[item["kind"]].made:
        yield fact("author", _person(book, item["author"]))
    yield fact("doer", _side(book, item["doer"]))
    for name in ("owner", "second"):
        if item[name] is not None:
            yield fact(name, _person(book, item[name]))
    if item["due"] is not None:
        yield {"label": _due_label(book, item), "value": _day(book, item["due"])}
    if item["moved"]:
        yield fact("moved", book.say("register.times", count=item["moved"]))
    if item["reference"] is not None:
        yield fact("reference", " · ".join(item["reference"]))
    if item["level"] != "operational":
        yield fact("level", book.say(f"register.levels.{item['level']}"))
    if "original" in item["words"]:
        yield fact("original", book.say(f"register.{item['words']['original']}"))
    yield fact("filed" if history and history[0]["step"] == "filed" else "shown", _long(book, item["filed"]))
    yield fact("seen", book.say("dossier.both_sides"))
    # Where it can be read again, if the platform has an address for that, is added by who knows the platform.
    there = [book.say(f"dossier.place.{name}", id=item["where"][name]) for name in PLACES if item["where"][name]]
    yield fact("where", ", ".join(there)) | {"where": item["where"]}


def _due_label(book: Phrasebook, item: Facts) -> str:
    """Which day it is: wished for, promised, needed."""
    own = f"register.due.{item['words'].get('kind', item['kind'])}"
    return book.say(own if book.has(own) else "dossier.fact.due")


def _due(book: Phrasebook, item: Facts) -> str:
    return f"{_due_label(book, item)}\n{_day(book, item['due'])}" if item["due"] is not None else "–"


def _filled_in(book: Phrasebook, kind: str, blank: Blank, value: str, zone: ZoneInfo) -> str:
    own = f"dossier.choice.{kind}.{blank.name}.{value}"
    return book.say(own) if blank.type == "choice" and book.has(own) else card.shown(book, kind, blank, value, zone)


def _date(book: Phrasebook, date: Facts) -> list[str]:
    return [_day(book, date["date"]), _when(date, "since"), date["reason"] or ""]


def _line(book: Phrasebook, kind: str, entry: Facts) -> list[str]:
    keys = (*happened_keys(kind, entry["step"]), f"{kind}.step.{entry['step']}", f"register.step.{entry['step']}")
    said = [_first(book, keys, "dossier.happened.other", entry["words"])]
    for name, value in entry["words"].items():
        if name not in NAMED:
            label = _first(book, told_with_keys(entry["step"], name), "dossier.told_with.other", {})
            said.append(f"{label}: {_shown(book, kind, entry['step'], name, value)}")
    return [_when(entry), _who(book, entry), "\n".join(said), _state(book, kind, entry["state"])]


def happened_keys(kind: str, step: str) -> tuple[str, ...]:
    """Where it stands in the phrasebook what a step comes to; the first that is there."""
    return (f"dossier.happened.{kind}.{step}", f"dossier.happened.{step}")


def told_with_keys(step: str, name: str) -> tuple[str, ...]:
    """The same for what was told with it."""
    return (f"dossier.told_by.{step}.{name}", f"dossier.told_with.{name}")


def _first(book: Phrasebook, keys: Iterable[str], otherwise: str, values: Mapping[str, str]) -> str:
    return book.say(next((key for key in keys if book.has(key)), otherwise), **values)


def _shown(book: Phrasebook, kind: str, step: str, name: str, value: str) -> str:
    if name.startswith("date") or name in ("before", "until"):
        return _day(book, value)
    if name == "rung":
        return book.say("dossier.rung", number=value, name=book.say(f"escalation.rung.{value}.name"))
    choices = [f"{whose}.asks.{step}.choice.{name}.{value}" for whose in (kind, "register") if value.isalnum()]
    return next((book.say(each) for each in choices if book.has(each)), value)


# --- what holds for all of them


def _appendix(book: Phrasebook, facts: Facts) -> Iterator[Block]:
    yield heading(2, book.say("dossier.consents_title"))
    if facts["consents"]:
        yield table(book, "consents", [_consent(book, each) for each in facts["consents"]])
    else:
        yield _text(book.say("dossier.no_consents"))
    yield heading(2, book.say("dossier.rules_title"))
    yield from (_text(line) for line in book.list("dossier.rules"))
    yield _text(book.say("dossier.leads", roles=_roles(book, MAY_COMMIT)))
    used = {item["kind"] for item in facts["items"]}
    for rule in facts["rules"]:
        if rule["kind"] in used:
            yield from _rule(book, rule)


def _consent(book: Phrasebook, given: Facts) -> list[str]:
    until = _when(given, "withdrawn") if given["withdrawn"] else book.say("dossier.still")
    return [_person(book, given["by"]), book.say(f"consent.scope.{given['scope']}"), _when(given, "given"), until]


def _rule(book: Phrasebook, rule: Facts) -> Iterator[Block]:
    kind = rule["kind"]
    yield heading(3, f"{rule['code']} · {book.say(f'{kind}.name')}")
    yield _text(book.say(f"dossier.files.{rule['files']}"))
    yield _text(book.say("dossier.answers", roles=_roles(book, ANSWERS[kind])))
    yield from (_text(book.say(f"dossier.{what}", hours=str(most))) for what, most in rule["within"].items())
    rows = []
    for step in rule["steps"]:
        own, after = f"{kind}.step.{step['step']}", step["to"]
        name = book.say(own if book.has(own) else f"register.step.{step['step']}")
        before = ", ".join(_state(book, kind, state) for state in step["before"])
        when = book.say("dossier.always") if step["who"] == "both" else before
        then = _state(book, kind, after) if after else book.say("dossier.unchanged")
        rows.append([name, book.say(f"dossier.who.{step['who']}"), when, then])
    yield table(book, "rules", rows)


# --- words for one value


def _state(book: Phrasebook, kind: str, state: str) -> str:
    return book.say(f"{kind}.state.{state}")


def _side(book: Phrasebook, side: str | None) -> str:
    return book.say(f"consent.side.{side or 'unknown'}")


def _role(book: Phrasebook, role: str) -> str:
    """A role in words; roles are named where they are given: in the settings, and with a yes."""
    return next((book.say(key) for key in (f"settings.role.{role}", f"consent.role.{role}") if book.has(key)), role)


def _roles(book: Phrasebook, roles: Iterable[str]) -> str:
    return ", ".join(f"“{_role(book, role)}”" for role in roles)


def _who(book: Phrasebook, entry: Facts) -> str:
    return _person(book, entry["by"]) if entry["by"] is not None else book.say("dossier.nobody")


def _person(book: Phrasebook, someone: Facts | None) -> str:
    """Organisation, side, role and the id that the platform knows somebody by, as far as they are remembered."""
    if someone is None:
        return book.say("dossier.someone")
    pieces = [someone["organisation"], _side(book, someone["side"])]
    pieces += [_role(book, someone["role"]) if someone["role"] else None, someone["id"]]
    if someone["id"] is None:
        pieces.append(book.say("dossier.via_link" if "via" in someone else "dossier.erased"))
    return " · ".join(piece for piece in pieces if piece)


def _day(book: Phrasebook, written: str | None) -> str:
    return card.day(book, written) if written is not None else "–"


def _when(row: Facts, name: str = "at") -> str:
    """A moment in a table, by both clocks; the project's comes first."""
    local = datetime.fromisoformat(row[name]["local"])
    return f"{local:%Y-%m-%d %H:%M:%S}\nUTC {row[name]['utc'][:-1].replace('T', ' ')}"


def _long(book: Phrasebook, moment: Facts) -> str:
    utc = datetime.fromisoformat(moment["utc"])
    return book.say("dossier.moment", local=short(book, moment), offset=moment["local"][-6:], utc=f"{utc:%H:%M:%S}")


def short(book: Phrasebook, moment: Facts) -> str:
    """A moment by the clock of the project."""
    local = datetime.fromisoformat(moment["local"])
    return format_datetime(local, format="d MMMM y HH:mm:ss", locale=phrases.LOCALES[book.language])
