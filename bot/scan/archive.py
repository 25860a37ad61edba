"""The files of an export: a zip, a folder or one file. Nothing is unpacked to disk or read past a limit."""

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

UNREADABLE = (
    *(OSError, EOFError, zlib.error, struct.error, zipfile.BadZipFile),
    *(NotImplementedError, RuntimeError, UnicodeError),
)
"""How a file that is damaged or locked shows."""
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_JSON = (".json", ".jsonl", ".ndjson")


class NotAnExport(Exception):
    """There is no export at this path; the text says what was looked for."""


class Broken(Exception):
    """One file cannot be read; the text says why, without the file's name or content."""


@dataclass(frozen=True, slots=True)
class File:
    """A file on disk or in a zip. `name` is relative, with forward slashes; `size` is in bytes, as promised."""

    # An export may hold hundreds of thousands of these, so they hold no more than they must.
    name: str
    size: int
    place: Path | zipfile.ZipInfo
    archive: zipfile.ZipFile | None = None

    @property
    def is_json(self) -> bool:
        """Whether its name says that it holds JSON."""
        return self.name.lower().endswith(_JSON)

    def open(self) -> IO[bytes]:
        """What is in it. Raises any of UNREADABLE, also while reading."""
        if isinstance(self.place, Path):
            return self.place.open("rb")
        if self.archive is None or self.place.flag_bits & _ENCRYPTED:
            raise OSError("encrypted")
        return self.archive.open(self.place)


def printable(text: str) -> str:
    """The text without what could upset a terminal or an encoder: names come from whoever made the archive."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def load(file: File, limit: int) -> object:
    """The JSON in the file.

    Raises Broken when it is longer than `limit` bytes, damaged, encrypted or not JSON.
    """
    try:
        content: object = json.loads(content_of(file, limit))
    except (ValueError, RecursionError, MemoryError) as error:
        raise Broken("is not valid JSON") from error
    return content


def content_of(file: File, limit: int) -> bytes:
    """The file as it is. Raises Broken when it is longer than `limit` bytes, damaged or encrypted."""
    try:
        with file.open() as stream:
            data = stream.read(limit + 1)
    except UNREADABLE as error:
        raise Broken("cannot be read: the file or the zip is damaged or locked") from error
    if len(data) > limit:
        raise Broken(f"is larger than {limit // 2**20} MiB")
    return data


@contextmanager
def opened(path: Path, problems: Callable[[str], None]) -> Iterator[dict[str, File]]:
    """All files below `path`, by name; a path to JSON is one file. Names that lead out of the export, and folders that
    cannot be looked into, are told to `problems` and left out.

    Raises NotAnExport when the path is none of these.
    """
    if path.is_dir():
        yield _safe(_in_folder(path, problems), problems)
        return
    if not path.exists():
        raise NotAnExport(f"{path} does not exist")
    if not path.is_file():
        raise NotAnExport(f"{path} is neither a folder nor a file")
    if path.name.lower().endswith(_JSON):
        yield {path.name: File(path.name, path.stat().st_size, path)}
        return
    try:
        archive = zipfile.ZipFile(path)
    except (*UNREADABLE, ValueError) as error:
        raise NotAnExport(f"{path} is neither a folder, nor JSON, nor a zip file that can be opened") from error
    with archive:
        yield _safe(_in_zip(archive), problems)


def _safe(files: Iterator[File], problems: Callable[[str], None]) -> dict[str, File]:
    kept: dict[str, File] = {}
    for file in files:
        parts = PurePosixPath(file.name).parts
        if file.name.startswith("/") or ".." in parts or not parts:
            problems(f"{printable(file.name)}: its name leads out of the export, skipped")
        elif "__MACOSX" not in parts and not parts[-1].startswith("._"):
            kept[file.name] = file
    return kept


def _in_folder(root: Path, problems: Callable[[str], None]) -> Iterator[File]:
    def closed(error: OSError) -> None:
        name = Path(error.filename or root).relative_to(root).as_posix()
        problems(f"{printable(name)}: cannot be looked into, skipped")

    for folder, _, names in os.walk(root, onerror=closed):
        for path in (Path(folder, name) for name in names):
            try:
                # A link may point anywhere, and a pipe never ends.
                if not path.is_symlink() and path.is_file():
                    yield File(path.relative_to(root).as_posix(), path.stat().st_size, path)
            except OSError as error:
                closed(error)


def _in_zip(archive: zipfile.ZipFile) -> Iterator[File]:
    for entry in archive.infolist():
        name = _name(entry).replace("\\", "/")
        if not name.endswith("/"):
            yield File(name, entry.file_size, entry, archive)


def _name(entry: zipfile.ZipInfo) -> str:
    # Slack writes names in UTF-8 without saying so, and Python then takes them for code page 437.
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
