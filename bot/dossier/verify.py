"""Says whether a dossier is as it was made, and in words what is different."""

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from bot.dossier.pack import CHAIN, DATA, MANIFEST, lines, sealed, zipped
from handlers.dossier import chain
from handlers.dossier.facts import FORMAT

_AT_MOST = 512 * 1024 * 1024
"""Bytes of all files together; what unpacks to more, and to more than it is itself, is no dossier."""
_COMPARED = 2_000
"""Lines that are told apart one by one; of more only where they begin and end."""
_TOLD = 12
"""Differences in one file that are told."""


class NoDossier(Exception):
    """This cannot be read as a dossier at all; the message says why."""


def verify(whole: bytes) -> tuple[str, list[str]]:
    """The seal of a dossier, and everything that was changed in it since it was made: nothing when it was not.

    A seal only says something next to another: of the copy of the other side, or as it was shown when it was made.
    Raises NoDossier.
    """
    contents, twice = _files(whole)
    if MANIFEST not in contents:
        raise NoDossier(f"there is no {MANIFEST} in it")
    known = _manifest(contents[MANIFEST])
    found = [f"{name} is in it more than once." for name in twice]
    if sealed(known) != contents[MANIFEST]:
        found.append(f"{MANIFEST} was changed: its own seal does not fit.")
    listed = {each["name"]: each for each in known["files"]}
    found += [f"{name} is missing." for name in listed if name not in contents]
    found += [f"{name} was added: it is not of this dossier." for name in contents if name not in {*listed, MANIFEST}]
    for name, one in listed.items():
        if name in contents:
            found += _file(one, contents[name])
    found += _chain(contents.get(CHAIN), contents.get(DATA), known["chain"])
    if not found and zipped({name: contents[name] for name in (*listed, MANIFEST)}) != whole:
        found.append("All files are as they were made, but the zip around them is not: it was packed again.")
    return str(known["seal"]), found


# --- what is in it


def _files(whole: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The files in a zip by name, and the names that occur more than once."""
    try:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            entries = archive.infolist()
            if sum(each.file_size for each in entries) > max(_AT_MOST, len(whole)):
                raise NoDossier("it is far too large")
            contents = {each.filename: _content(archive, each, whole) for each in entries}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, RuntimeError) as problem:
        raise NoDossier(f"it is no zip, or a damaged one ({problem})") from problem
    counted = Counter(each.filename for each in entries)
    return contents, [name for name, times in counted.items() if times > 1]


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, whole: bytes) -> bytes:
    try:
        return archive.read(entry)
    except zipfile.BadZipFile:
        if entry.compress_type != zipfile.ZIP_STORED:
            raise
        # A byte was changed inside the zip, so that its own sum does not fit any more: read it all the same.
        at = entry.header_offset
        names = int.from_bytes(whole[at + 26 : at + 28], "little") + int.from_bytes(whole[at + 28 : at + 30], "little")
        return whole[at + 30 + names :][: entry.file_size]


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        known = json.loads(content)
        if known["format"] != FORMAT:
            raise NoDossier(f"it is of another kind ({known['format']!r}); this release knows {FORMAT}")
        for each in known["files"]:
            _ = str.__len__(each["name"]), str.__len__(each["sha256"]), str.__len__(each["lines"] or "")
        _ = str.__len__(known["seal"]), known["chain"]["lines"], known["chain"]["last"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise NoDossier(f"its {MANIFEST} cannot be read") from problem
    return dict(known)


# --- what differs


def _file(listed: Mapping[str, Any], content: bytes) -> list[str]:
    """What differs in one file, by line where it is text."""
    name = listed["name"]
    if hashlib.sha256(content).hexdigest() == listed["sha256"]:
        return []
    if listed["lines"] is None:
        return [f"{name} was changed."]
    found = list(_lines(listed["lines"].split(" "), lines(content)))
    if not found:
        return [f"{name} was changed."]
    more = [f"{name}: and {len(found) - _TOLD} more differences."] if len(found) > _TOLD else []
    return [f"{name}: {each}" for each in found[:_TOLD]] + more


def _lines(before: list[str], now: list[str]) -> Iterator[str]:
    """Where two runs of lines differ, in words; lines are counted from 1."""
    first = next((at for at, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]), None)
    if first is None:
        first = min(len(before), len(now))
    last = 0
    while last < min(len(before), len(now)) - first and before[-1 - last] == now[-1 - last]:
        last += 1
    old, new = before[first : len(before) - last], now[first : len(now) - last]
    if old and Counter(old) == Counter(new):
        yield f"{_span(first, len(old))} stand in another order."
        return
    if max(len(old), len(new)) > _COMPARED:
        yield f"{_span(first, len(old))} are not as they were."
        return
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and to_old - from_old == to_new - from_new:
            yield f"{_span(first + from_new, to_new - from_new)} was changed."
        elif kind != "equal":
            if to_old > from_old:
                yield f"{_span(first + from_old, to_old - from_old)} is missing."
            if to_new > from_new:
                yield f"{_span(first + from_new, to_new - from_new)} was added."


def _span(first: int, count: int) -> str:
    return f"line {first + 1}" if count == 1 else f"lines {first + 1} to {first + count}"


def _chain(content: bytes | None, data: bytes | None, about: Mapping[str, Any]) -> list[str]:
    """Whether each line of the chain holds on to the one before it, and whether it tells what the data tells."""
    if content is None:
        return []
    rows = [row for row in content.decode("utf-8", "replace").split("\n") if row and not row.startswith("#")]
    before, found = chain.BEGIN, []
    for at, row in enumerate(rows, start=1):
        number, _, written = row.partition(" ")
        if chain.link(before, written) != number:
            found.append(f"{CHAIN}: from entry {at} on the chain is broken ({_which(written)}).")
            break
        before = number
    else:
        if (len(rows), before) != (about["lines"], about["last"]):
            found.append(f"{CHAIN}: the chain ends elsewhere than {MANIFEST} says.")
    if data is not None and _entries(data) != [row.partition(" ")[2] for row in rows]:
        found.append(f"{DATA} and {CHAIN} do not tell the same history.")
    return found


def _which(written: str) -> str:
    try:
        return f"number {json.loads(written)['number']}, of {json.loads(written)['item']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "which cannot be read"


def _entries(data: bytes) -> list[str] | None:
    try:
        entries = json.loads(data)["entries"]
        return [chain.line({name: value for name, value in each.items() if name != "hash"}) for each in entries]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
