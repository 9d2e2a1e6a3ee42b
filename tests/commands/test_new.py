"""`fsbridge new script`: what it writes runs green, and it never writes over anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main


def new(*words: str, lang: str = "en") -> Result:
    return CliRunner(env={"FSBRIDGE_LANG": lang}).invoke(main, ["new", "script", *words])


def run_tests(folder: Path, *where: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *where]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120, env=environment
    )


@pytest.mark.parametrize("package", [False, True])
def test_what_it_writes_runs_green(tmp_path: Path, package: bool) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    if package:
        (folder / "__init__.py").touch()
    result = new("leak_line", "--in", str(folder), "--number", "0762202801")
    assert result.exit_code == 0, result.output
    assert str(folder / "test_leak_line.py") in result.output
    done = run_tests(tmp_path, "flows")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_it_is_written_as_the_house_writes(tmp_path: Path) -> None:
    assert new("leak_line", "--in", str(tmp_path)).exit_code == 0
    lines = (tmp_path / "leak_line.py").read_text("utf-8").splitlines()
    assert 20 <= len(lines) <= 80
    for path in tmp_path.glob("*.py"):
        compile(path.read_text("utf-8"), str(path), "exec")
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 110
        assert path.read_text("utf-8").endswith(")\n") or path.read_text("utf-8").endswith("1\n")


def test_the_folder_is_made(tmp_path: Path) -> None:
    result = new("leak_line", "--in", str(tmp_path / "a" / "b"), "--json")
    told = json.loads(result.output)
    assert Path(told["script"]).exists()
    assert Path(told["test"]).exists()
    assert told["module"] == "leak_line"


@pytest.mark.parametrize("there", ["leak_line.py", "test_leak_line.py"])
def test_it_writes_over_nothing(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    result = new("leak_line", "--in", str(tmp_path))
    assert result.exit_code == 1
    assert f"{tmp_path / there} is there already" in result.output
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "leak_line.py").symlink_to(tmp_path / "elsewhere.py")
    assert new("leak_line", "--in", str(tmp_path)).exit_code == 1
    assert not (tmp_path / "elsewhere.py").exists()


@pytest.mark.parametrize(
    "name",
    [
        "Leak",
        "1st",
        "leak-line",
        "../leak",
        "a b",
        "",
        "class",
        "json",
        "test_leak",
        "x" * 51,
        "漏水",
        "pytest",
    ],
)
def test_a_name_that_cannot_be_imported_is_refused(tmp_path: Path, name: str) -> None:
    result = new("--in", str(tmp_path), "--", name)
    assert result.exit_code == 1
    assert "name" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_cannot_be_dialled_is_refused(tmp_path: Path) -> None:
    result = new("leak_line", "--in", str(tmp_path), "--number", '"); import os')
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = new("leak_line", "--in", str(tmp_path / "file" / "folder"))
    assert result.exit_code == 1
    assert str(tmp_path / "file") in result.output


def test_both_languages(tmp_path: Path) -> None:
    assert "書き出しました" in new("leak_line", "--in", str(tmp_path), lang="ja").output
