"""What a scan has done so far, so that a run that was broken off can go on: counts per channel, without any text.

It stands in the user's own cache folder, for their eyes only, and is gone when the scan is done.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bot.scan.tally import Counted, from_json


class State:
    """The channels that are done, in a file that grows by a line with each."""

    def __init__(self, file: Path, print_: str) -> None:
        self.file = file
        self.done: dict[str, Counted] = {}
        self.changed = False
        """A scan of the same export had begun, and the export is not the same any more."""
        self.salt = secrets.token_bytes(16)
        self._print, self._begun = print_, False
        self._read()

    def _read(self) -> None:
        try:
            head, *lines = self.file.read_text("utf-8").splitlines()
            begun = json.loads(head)
            if begun["print"] != self._print:
                self.changed = True
                return
            salt = bytes.fromhex(begun["salt"])
            for line in lines:
                channel, counted = json.loads(line)
                self.done[channel] = from_json(counted)
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # A run that was killed can leave half a line: what stands before it counts.
            if not self.done:
                return
        self.salt = salt

    def add(self, channel: str, counted: Counted) -> None:
        """A channel is done. Where nothing can be written, the scan goes on without."""
        self.done[channel] = counted
        try:
            if self._begun:
                with self.file.open("a", encoding="utf-8") as file:
                    file.write(_line([channel, counted.as_json()]))
            else:
                self._begin()
        except OSError:
            return

    def _begin(self) -> None:
        """Anew, for the last line may have been broken off halfway."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file.unlink(missing_ok=True)
        self.file.touch(mode=0o600)
        with self.file.open("w", encoding="utf-8") as file:
            file.write(_line({"print": self._print, "salt": self.salt.hex()}))
            file.writelines(_line([channel, counted.as_json()]) for channel, counted in self.done.items())
        self._begun = True

    def forget(self) -> None:
        """The scan is done: nothing is left of it but what it told."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)


def _line(row: object) -> str:
    return json.dumps(row) + "\n"


def opened(path: Path, question: Iterable[str]) -> State:
    """The state of a scan of the export at `path`; `question` is all else that the counts depend on."""
    asked = hashlib.sha256("\0".join([str(path.resolve()), *question]).encode()).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return State(cache / "samenspraak" / f"scan-{asked[:16]}.jsonl", _fingerprint(path))


def _fingerprint(path: Path) -> str:
    """Of the files of an export, by their names, sizes and times: it changes when any of them does."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    told = hashlib.sha256()
    for file in files:
        about = file.stat()
        told.update(f"{file.relative_to(path)}\0{about.st_size}\0{about.st_mtime_ns}\n".encode("utf-8", "replace"))
    return told.hexdigest()
