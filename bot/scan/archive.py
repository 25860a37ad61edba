"""The files of an export, in a zip or a folder: nothing is unpacked to disk, and no file is read past its limit."""

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


class NotAnExport(Exception):
    """There is no Slack export at this path; the text says what was looked for."""


class Broken(Exception):
    """One file cannot be read; the text says why, without the file's name or content."""


@dataclass(frozen=True)
class File:
    """`name` is relative, with forward slashes. `size` is in bytes, as promised. `read(n)` gives at most n bytes."""

    name: str
    size: int
    read: Callable[[int], bytes]


def printable(text: str) -> str:
    """The text without what could upset a terminal or an encoder: names come from whoever made the archive."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def load(file: File, limit: int) -> object:
    """The JSON in the file.

    Raises Broken when it is longer than `limit` bytes, damaged, encrypted or not JSON.
    """
    try:
        data = file.read(limit + 1)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Broken("cannot be read: the file or the zip is damaged or locked") from error
    if len(data) > limit:
        raise Broken(f"is larger than {limit // 2**20} MiB")
    try:
        content: object = json.loads(data)
    except (ValueError, RecursionError, MemoryError) as error:
        raise Broken("is not valid JSON") from error
    return content


@contextmanager
def opened(path: Path, problems: Callable[[str], None]) -> Iterator[dict[str, File]]:
    """All JSON files below `path`, by name. Names that lead out of the export are told to `problems` and left out.

    Raises NotAnExport when the path is neither a folder nor a zip.
    """
    if path.is_dir():
        yield _safe(_in_folder(path), problems)
        return
    if not path.exists():
        raise NotAnExport(f"{path} does not exist")
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise NotAnExport(f"{path} is neither a folder nor a zip file that can be opened") from error
    with archive:
        yield _safe(_in_zip(archive), problems)


def _safe(files: Iterator[File], problems: Callable[[str], None]) -> dict[str, File]:
    kept: dict[str, File] = {}
    for file in files:
        parts = PurePosixPath(file.name).parts
        if file.name.startswith("/") or ".." in parts:
            problems(f"{printable(file.name)}: its name leads out of the export, skipped")
        elif "__MACOSX" not in parts and not parts[-1].startswith("._"):
            kept[file.name] = file
    return kept


def _in_folder(root: Path) -> Iterator[File]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            # A link may point anywhere, and a pipe never ends.
            if name.endswith(".json") and path.is_file() and not path.is_symlink():
                yield File(path.relative_to(root).as_posix(), path.stat().st_size, _from_disk(path))


def _in_zip(archive: zipfile.ZipFile) -> Iterator[File]:
    for entry in archive.infolist():
        name = _name(entry).replace("\\", "/")
        if name.endswith(".json") and not entry.flag_bits & _ENCRYPTED:
            yield File(name, entry.file_size, _from_zip(archive, entry))
        elif name.endswith(".json"):
            yield File(name, entry.file_size, _locked)


def _name(entry: zipfile.ZipInfo) -> str:
    # Slack writes names in UTF-8 without saying so, and Python then takes them for code page 437.
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _from_disk(path: Path) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with path.open("rb") as stream:
            return stream.read(most)

    return read


def _from_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with archive.open(entry) as stream:
            return stream.read(most)

    return read


def _locked(most: int) -> bytes:
    raise OSError("encrypted")
