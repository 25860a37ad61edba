"""The house rules that a machine can check."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "prompts", "storage")
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
    "apscheduler": "bot/clock.py",
    "holidays": "handlers/",
    "alembic": "storage/",
    "re2": "prompts/",
    "py3langid": "prompts/",
}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def inside(path: Path) -> str:
    """Where a file is, from the top of the house."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """What stands in a file."""
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every import in a file: the module, and what is taken from it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that they can be followed"
            yield node.module or "", tuple(alias.name for alias in node.names)


def test_the_rooms_are_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(ROOMS)
    assert len(FILES) > 50


@each_file
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    ours = {module.partition(".")[0] for module, _ in imports(path)} & {*ROOMS, "tests"}
    assert ours <= MAY_IMPORT[room]


@each_file
def test_libraries_stay_in_their_own_corner(path: Path) -> None:
    for module, _ in imports(path):
        corner = ONLY_IN.get(module.partition(".")[0])
        assert corner is None or inside(path).startswith(corner), module


@each_file
def test_platforms_do_not_know_each_other(path: Path) -> None:
    here = inside(path).split("/")
    for module, _ in imports(path):
        there = module.split(".")
        if here[0] == "bot" and len(here) > 2 and there[0] == "bot" and len(there) > 1:
            platforms = {"slack", "teams", "playground"}
            assert there[1] not in platforms - {here[1]} or here[1] not in platforms


@each_file
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    if inside(path) == "bot/clock.py":
        return
    calls = [ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    for forbidden in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"):
        assert not [call for call in calls if call == forbidden or call.endswith(f".{forbidden}")]


@pytest.mark.parametrize("path", [p for p in FILES if inside(p).startswith("handlers/")], ids=lambda p: p.name)
def test_handlers_decide_within_one_tenant_and_never_touch_the_database_engine(path: Path) -> None:
    assert "EVERYWHERE" not in path.read_text("utf-8")
    for module, taken in imports(path):
        if module.partition(".")[0] == "sqlalchemy":
            assert (module, taken) == ("sqlalchemy.orm", ("Session",))
        assert module != "storage.database"


@each_file
def test_a_file_says_what_it_is_for_and_fits_on_a_few_screens(path: Path) -> None:
    doc = ast.get_docstring(tree(path))
    assert doc
    assert len(doc.splitlines()) <= 12
    limit = 450 if inside(path) in ("handlers/vocabulary.py", "storage/tables.py") else 300
    assert len(path.read_text("utf-8").splitlines()) <= limit


@each_file
def test_classes_are_for_data_and_exceptions_and_inherit_from_no_class_of_ours(path: Path) -> None:
    """No base-class hierarchies; a row has its two parents, and vocabularies may be enumerations."""
    library = {"Exception", "ValueError", "RuntimeError", "Enum", "IntEnum", "StrEnum", "DeclarativeBase", "NamedTuple"}
    library |= {"TypeDecorator[datetime]", "BaseSettings", "AsyncMiddleware", "Protocol", "TypedDict"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            parents = {ast.unparse(base) for base in node.bases}
            assert parents <= library or parents == {"Scoped", "Base"}, f"{node.name}: {parents}"


def test_there_is_nothing_left_to_do_in_the_code() -> None:
    for path in FILES:
        for word in ("TODO", "FIXME", "XXX", "NotImplementedError("):
            assert word not in path.read_text("utf-8"), inside(path)
