"""The documentation agrees with the code."""

import re
from pathlib import Path

from bot.doctor.examine import PLATFORMS
from bot.slack.manifest import EVENTS, SCOPES
from bot.teams.manifest import PERMISSIONS
from docs import rights
from docs.data import page

ROOT = Path(__file__).parent.parent


def test_the_page_on_data_shows_every_column() -> None:
    assert (ROOT / "docs/data.md").read_text() == page()


def test_the_page_on_who_may_do_what_is_as_the_table_of_steps() -> None:
    assert (ROOT / "docs/rights.md").read_text() == rights.page()


def test_the_readme_names_only_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    named = [part.split(")")[0] for part in readme.split("](")[1:]]
    missing = [name for name in named if not name.startswith("http") and not (ROOT / name).exists()]
    assert missing == []


def connecting() -> str:
    """The pages on how to connect it, which the doctor mirrors."""
    return "".join(path.read_text() for path in sorted((ROOT / "docs").glob("connect-*.md")))


def test_all_that_the_doctor_looks_at_stands_in_the_lists() -> None:
    sources = [*(ROOT / "bot/doctor").glob("*.py"), *(ROOT / "bot").glob("*/checks.py")]
    written = "".join(path.read_text() for path in sources)
    named = {*re.findall(r'Check\(\s*"([a-z ]+)"', written)}
    named |= {f"{name} {each}" for each in re.findall(r'"\{platform\} ([a-z]+)"', written) for name in PLATFORMS}
    assert len(named) > 20
    assert [name for name in sorted(named) if f"`{name}` |" not in connecting()] == []


def test_the_lists_ask_for_what_the_manifests_ask_for() -> None:
    asked = (*SCOPES, *EVENTS, *PERMISSIONS)
    assert [name for name in asked if f"`{name}`" not in connecting()] == []


def test_pages_point_to_pages_and_parts_that_exist() -> None:
    for path in (ROOT / "docs").glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)]+)\)", path.read_text()):
            page_name, _, part = target.partition("#")
            to = path.parent / page_name if page_name else path
            assert to.exists(), f"{path.name}: {target}"
            parts = [re.sub(r"[^a-z0-9 -]", "", line.strip("# ").lower()) for line in to.read_text().splitlines()]
            assert not part or part.replace("-", " ") in parts, f"{path.name}: {target}"


def test_every_fault_has_its_tests() -> None:
    rows = [line for line in (ROOT / "docs/faults.md").read_text().splitlines() if line.startswith("| F")]
    faults = {line.split("|")[1].strip(): re.findall(r"`(tests/[^`]+)`", line) for line in rows}
    assert faults.keys() == {f"F{number:02}" for number in (3, 4, 5, 6, 9, *range(20, 38))}
    assert [fault for fault, tests in faults.items() if not tests] == []
    named = [test.split("::") for tests in faults.values() for test in tests]
    assert [test for file, test in named if f"def {test}(" not in (ROOT / file).read_text()] == []
