"""Whatever is changed in a dossier afterwards is found, and said in words; one that was left alone always passes."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.dossier.pack import lines, manifest, sealed, zipped
from bot.dossier.verify import NoDossier, verify

NAMES = ("dossier.html", "dossier.pdf", "dossier.json", "items.csv", "history.csv", "consents.csv", "chain.txt")
TEXTS = tuple(name for name in NAMES if not name.endswith(".pdf"))
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def files(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def differs(whole: bytes) -> list[str]:
    """What is said of it; also that it cannot be read counts as found."""
    try:
        return verify(whole)[1]
    except NoDossier as problem:
        return [str(problem)]


def repacked(contents: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Packed by another program."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return whole.getvalue()


def test_left_alone_it_passes(whole: bytes) -> None:
    seal, found = verify(whole)
    assert found == []
    assert seal == json.loads(files(whole)["manifest.json"])["seal"]


@often
@given(data=st.data())
def test_a_byte_that_was_changed_anywhere_is_found(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(1, 255))
    assert differs(whole[:at] + bytes([whole[at] ^ other]) + whole[at + 1 :]) != []


@often
@given(data=st.data())
def test_bytes_that_were_put_in_or_taken_out_are_found_in_every_file(whole: bytes, data: st.DataObject) -> None:
    contents = files(whole)
    name = data.draw(st.sampled_from([*NAMES, "manifest.json"]))
    at = data.draw(st.integers(0, len(contents[name])))
    put_in = data.draw(st.binary(max_size=3))
    until = data.draw(st.integers(at, min(at + 3, len(contents[name]))))
    changed = contents[name][:at] + put_in + contents[name][until:]
    if changed != contents[name]:
        said = differs(zipped(contents | {name: changed}))
        assert any(name in each for each in said)


@often
@given(data=st.data())
def test_a_row_that_was_changed_moved_doubled_or_taken_out_is_found_by_its_line(
    whole: bytes, data: st.DataObject
) -> None:
    contents = files(whole)
    name = data.draw(st.sampled_from(TEXTS))
    rows = contents[name].split(b"\n")
    at, to = data.draw(st.tuples(*[st.integers(0, len(rows) - 1)] * 2))
    done = data.draw(st.sampled_from(["change", "swap", "double", "take out"]))
    changed = list(rows)
    match done:
        case "change":
            changed[at] = rows[at] + b"!"
        case "swap":
            changed[at], changed[to] = rows[to], rows[at]
        case "double":
            changed.insert(to, rows[at])
        case _:
            del changed[at]
    if changed != rows:
        said = differs(zipped(contents | {name: b"\n".join(changed)}))
        assert any(each.startswith(f"{name}: line") for each in said)


@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_is_gone_added_or_renamed_is_found(whole: bytes, data: st.DataObject) -> None:
    contents = files(whole)
    name = data.draw(st.sampled_from(NAMES))
    assert f"{name} is missing." in differs(zipped({n: c for n, c in contents.items() if n != name}))
    assert "extra.txt was added: it is not of this dossier." in differs(zipped(contents | {"extra.txt": b""}))
    renamed = {f"x-{n}" if n == name else n: c for n, c in contents.items()}
    assert len(differs(zipped(renamed))) >= 2


def test_the_same_files_in_another_order_or_another_wrapping_are_found(whole: bytes) -> None:
    contents = files(whole)
    (said,) = differs(zipped(dict(reversed(contents.items()))))
    assert "packed again" in said
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        (said,) = differs(repacked(contents, compression))
        assert "packed again" in said
    assert differs(whole + b"\0") != []


def test_it_says_which_rows_and_where_the_chain_breaks(whole: bytes) -> None:
    contents = files(whole)
    chained = contents["chain.txt"].split(b"\n")
    first = next(at for at, line in enumerate(chained) if line and not line.startswith(b"#"))
    moved = list(chained)
    moved[first + 1], moved[first + 2] = chained[first + 2], chained[first + 1]
    said = differs(zipped(contents | {"chain.txt": b"\n".join(moved)}))
    assert f"chain.txt: lines {first + 2} to {first + 3} stand in another order." in said
    assert "chain.txt: from entry 2 on the chain is broken (number 3, of FB-1)." in said
    assert "dossier.json and chain.txt do not tell the same history." in said


def test_a_manifest_that_was_made_to_fit_is_given_away_by_the_chain(whole: bytes) -> None:
    contents = files(whole)
    known = json.loads(contents.pop("manifest.json"))
    contents["dossier.json"] = contents["dossier.json"].replace(b"De testomgeving is er later", b"Vergeten")
    about = {name: known[name] for name in ("format", "made", "project", "chain")}
    forged = zipped(contents | {"manifest.json": manifest(about, contents)})
    seal, said = verify(forged)
    assert said == ["dossier.json and chain.txt do not tell the same history."]
    assert seal != known["seal"]


def test_a_seal_of_its_own_does_not_make_a_manifest_right(whole: bytes) -> None:
    contents = files(whole)
    known = json.loads(contents["manifest.json"])
    known["files"] = [each for each in known["files"] if each["name"] != "consents.csv"]
    said = differs(zipped(contents | {"manifest.json": sealed(known)}))
    assert said == ["consents.csv was added: it is not of this dossier."]


@pytest.mark.parametrize("what", [b"", b"PK", b"hello", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_dossier_is_called_so(what: bytes) -> None:
    with pytest.raises(NoDossier):
        verify(what)


@pytest.mark.parametrize(
    "written",
    [
        *(b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b"null"),
        b'{"format": "samenspraak-dossier/2"}',
        b'{"format": "samenspraak-dossier/1", "files": [{"name": 1}], "seal": "", "chain": {}}',
        b'{"format": "samenspraak-dossier/1", "files": 3, "seal": "", "chain": {}}',
    ],
)
def test_a_manifest_of_nonsense_is_no_dossier(whole: bytes, written: bytes) -> None:
    with pytest.raises(NoDossier):
        verify(zipped(files(whole) | {"manifest.json": written}))


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b'{"entries": [1]}', b'{"entries": 1}', b"\xff"])
def test_data_of_nonsense_is_a_difference(whole: bytes, written: bytes) -> None:
    assert "dossier.json and chain.txt do not tell the same history." in differs(
        zipped(files(whole) | {"dossier.json": written})
    )


def test_many_changes_are_counted_not_listed(whole: bytes) -> None:
    contents = files(whole)
    rows = contents["dossier.html"].split(b"\n")
    other = b"\n".join(row + b"!" if at % 2 else row for at, row in enumerate(rows))
    said = differs(zipped(contents | {"dossier.html": other}))
    assert len(said) == 13
    assert said[-1].startswith("dossier.html: and ")
    assert said[-1].endswith(" more differences.")
    assert lines(other) != lines(contents["dossier.html"])


def test_the_command_says_so_with_its_exit_status(on_file: Path, tmp_path: Path) -> None:
    fine = CliRunner().invoke(main, ["dossier", "--verify", str(on_file)])
    assert (fine.exit_code, fine.stdout.splitlines()[0]) == (0, f"{on_file} is as it was made.")
    seal = fine.stdout.split()[-1]
    assert CliRunner().invoke(main, ["dossier", "--verify", str(on_file), "--seal", seal]).exit_code == 0
    other = CliRunner().invoke(main, ["dossier", "--verify", str(on_file), "--seal", "0" * 64])
    assert (other.exit_code, "another seal" in other.stderr) == (1, True)
    changed = tmp_path / "changed.zip"
    changed.write_bytes(on_file.read_bytes().replace(b"Testgegevens", b"Testgegeven!"))
    found = CliRunner().invoke(main, ["dossier", "--verify", str(changed)])
    assert found.exit_code == 1
    assert "items.csv: line" in found.stderr
    changed.write_text("niets")
    assert CliRunner().invoke(main, ["dossier", "--verify", str(changed)]).exit_code == 1


@pytest.mark.parametrize("asked", [[], ["1"], ["-o", "x.zip"], ["1", "--seal", "x", "-o", "x.zip"]])
def test_the_command_asks_for_one_of_the_two(asked: list[str]) -> None:
    assert CliRunner().invoke(main, ["dossier", *asked]).exit_code == 2
