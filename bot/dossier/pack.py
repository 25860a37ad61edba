"""Packs the dossier in one zip: the same facts give the same bytes, on every machine and at every time."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.dossier.links import link
from bot.dossier.page import page
from bot.dossier.press import printed
from bot.dossier.sheets import sheets
from handlers.dossier import chain
from handlers.dossier.told import in_words
from handlers.dossier.volumes import in_volumes

MANIFEST, CHAIN, DATA = "manifest.json", "chain.txt", "dossier.json"
_LETTERS = 12
"""Hexadecimal digits of the hash of one line: they only say which line it was."""
_CHECK = """
import hashlib
before = "0" * 64
for line in open("chain.txt", encoding="utf-8", newline="\\n"):
    if not line.startswith("#"):
        number, _, entry = line.rstrip("\\n").partition(" ")
        assert number == hashlib.sha256(f"{before} {entry}".encode()).hexdigest(), line
        before = number
print(before)
"""


def _silent(_line: str) -> None:
    """Nobody is told how far it is."""


def packed(made: str, tell: Callable[[str], None] = _silent) -> bytes:
    """The zip of a dossier, which handlers give as JSON; `tell` is told how far it is. Raises Unprinted."""
    known = json.loads(made)
    facts = known["facts"]
    told = in_words(known["language"], facts)
    for item in facts["items"]:
        item["where"]["link"] = link(item["where"])
    for block in told["blocks"]:
        for row in block["rows"] if block["is"] == "facts" else ():
            if address := link(row["where"]) if "where" in row else None:
                # Written out too: on paper there is nothing to press.
                row["value"], row["link"] = f"{row['value']}\n{address}", address
    lines = [chain.line(entry) for entry in facts["entries"]]
    hashes = list(chain.hashes(lines))
    for entry, number in zip(facts["entries"], hashes, strict=True):
        entry["hash"] = number
    contents = {
        "dossier.html": page(told),
        **_papers(told, facts, tell),
        DATA: _data(facts),
        **sheets(facts),
        CHAIN: _chain(told["chain"], lines, hashes),
    }
    about = {"format": facts["format"], "made": facts["made"]["utc"], "project": facts["project"]["number"]}
    about["chain"] = {"lines": len(lines), "last": chain.last(lines)}
    return zipped(contents | {MANIFEST: manifest(about, contents)})


def _papers(told: Mapping[str, Any], facts: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, bytes]:
    """Each PDF by the name of its file, one made after the other."""
    volumes, made = in_volumes(told, facts), {}
    # For who cannot see them there is the page: tags would make a shelf of volumes larger than all else together.
    alone = len(volumes) == 1
    for number, (name, volume) in enumerate(volumes.items(), start=1):
        tell(f"Making {name} ({number} of {len(volumes)})")
        made[name] = printed(volume, facts["made"]["utc"], tagged=alone)
    return made


def _data(facts: Mapping[str, Any]) -> bytes:
    """The facts as JSON, with each item and each entry on a line of its own."""
    written = []
    for name, value in facts.items():
        if isinstance(value, list):
            rows = ",\n".join(f"  {json.dumps(each, ensure_ascii=False, sort_keys=True)}" for each in value)
            written.append(f'"{name}": [\n{rows}\n]' if value else f'"{name}": []')
        else:
            written.append(f'"{name}": {json.dumps(value, ensure_ascii=False, sort_keys=True)}')
    return ("{\n" + ",\n".join(written) + "\n}\n").encode()


def _chain(explained: Iterable[str], lines: list[str], hashes: list[str]) -> bytes:
    """The chain, under how to check it."""
    above = [f"# {line}".rstrip() for line in (*explained, *_CHECK.splitlines(), "")]
    rows = [f"{number} {line}" for number, line in zip(hashes, lines, strict=True)]
    return "\n".join((*above, *rows, "")).encode()


def manifest(about: Mapping[str, Any], contents: Mapping[str, bytes]) -> bytes:
    """What belongs in the zip, with a hash of every file and of every line of text, and over all that its own seal."""
    files = [
        {
            "name": name,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "lines": " ".join(lines(content)) if not name.endswith(".pdf") else None,
        }
        for name, content in contents.items()
    ]
    return sealed({**about, "files": files})


def sealed(known: Mapping[str, Any]) -> bytes:
    """A manifest as it is written, with the seal over all else that it says."""
    rest = {name: value for name, value in known.items() if name != "seal"}
    number = hashlib.sha256(chain.line(rest).encode()).hexdigest()
    return (json.dumps({**rest, "seal": number}, indent=1, ensure_ascii=True) + "\n").encode()


def lines(content: bytes) -> list[str]:
    """A short hash of each line, to tell afterwards which one differs."""
    return [hashlib.sha256(line).hexdigest()[:_LETTERS] for line in content.split(b"\n")]


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The files in a zip. They are not compressed: how that is done differs from machine to machine."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return whole.getvalue()
