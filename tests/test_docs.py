"""The documentation agrees with the code."""

from pathlib import Path

from docs.data import page

ROOT = Path(__file__).parent.parent


def test_the_page_on_data_shows_every_column() -> None:
    assert (ROOT / "docs/data.md").read_text() == page()


def test_the_readme_names_only_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    named = [part.split(")")[0] for part in readme.split("](")[1:]]
    missing = [name for name in named if not name.startswith("http") and not (ROOT / name).exists()]
    assert missing == []
