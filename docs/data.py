"""Writes docs/data.md from the tables: `python -m docs.data > docs/data.md`. A test says that the two agree."""

import storage.tables  # noqa: F401  (fills the metadata)
from storage.columns import Base

HEAD = """# What is stored

Made from `storage/tables.py` by `python -m docs.data > docs/data.md`; a test compares the two.
Privacy says whose it is: *technical* says nothing of anyone, *organisation* is of an organisation or project,
*person* points to a person and is exported and erased with them, *text* is words that somebody wrote, passing through.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    kept = {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers}
    for name in sorted(kept):
        lines += [f"## {name}", "", (kept[name].class_.__doc__ or "").split("\n")[0], ""]
        lines += ["| column | privacy | how long |", "|---|---|---|"]
        for column in kept[name].local_table.columns:
            lines.append(f"| {column.name} | {column.info['privacy'].value} | {column.info['keep'].value} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  (this is what it is for)
