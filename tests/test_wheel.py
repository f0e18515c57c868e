"""The wheel alone, in an empty folder: what is asked, what was measured, and how to run it."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="no hatchling: the wheel cannot be built here")

ROOT = Path(__file__).parent.parent
BESIDE = ("benchmarks/splits", "benchmarks/tasks", "containers", "hardware_profiles")
MAX_BYTES = 2 << 20
IDENTITY = ("-c", "user.name=a test", "-c", "user.email=a@test")
COMMIT = """
from cosplit.record.provenance import provenance
print(provenance("digest", 1, 1.0).commit)
"""
FOUND = """
from cosplit import catalogue
from cosplit.trained import TrainedModels
task, png = catalogue.task("cifar10"), catalogue.method("png")
print(all(TrainedModels(task).find(png, point) for point in png.points(task)))
"""


def run(*command: object, cwd: Path, status: int = 0, **variables: str) -> str:
    """What a command prints, in a folder, without this process's own paths."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COSPLIT_", "PYTHON"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stderr if status else done.stdout


def built(target: str, project: Path, folder: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder, cwd=project)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs commands of an environment that has the wheel, and other packages from this one."""
    folder = tmp_path_factory.mktemp("empty")
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder)
    (packages,) = environment.glob("lib/python*/site-packages")
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "shared.pth").write_text("\n".join(shared))
    scripts = environment / "bin"
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python"]
    run(*pip, "install", "-q", "--no-index", "--no-deps", wheel, cwd=folder)
    run("git", "init", "-q", cwd=environment)
    run("git", *IDENTITY, "commit", "-q", "--allow-empty", "-m", "others' work", cwd=environment)

    def command(name: str, *words: object, status: int = 0) -> str:
        cache = str(folder / "cache")
        return run(scripts / name, *words, cwd=folder, status=status, COSPLIT_CACHE=cache)

    assert str(environment) in command("python", "-c", "import cosplit; print(cosplit.__file__)")
    return command


def test_it_holds_every_file_beside_the_code_and_no_weights(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    beside = [path for folder in BESIDE for path in (ROOT / folder).iterdir()]
    entries = [*(ROOT / "leaderboard").glob("*.*"), *(ROOT / "leaderboard").glob("entries/*/*")]
    for path in (*beside, *entries):
        assert f"cosplit/_data/{path.relative_to(ROOT)}" in names
    assert not [name for name in names if name.endswith(".safetensors")]
    assert wheel.stat().st_size < MAX_BYTES


def test_every_file_of_the_package_is_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / "cosplit").rglob("*.*"):
        if path.is_file() and path.suffix != ".pyc":
            assert path.relative_to(ROOT).as_posix() in names


def test_the_source_archive_makes_the_same_wheel(wheel, tmp_path):
    archive = built("sdist", ROOT, tmp_path / "archive")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "source", filter="data")
    (project,) = (tmp_path / "source").iterdir()
    again = built("wheel", project, tmp_path / "again")
    assert archive.stat().st_size < MAX_BYTES
    assert again.read_bytes() == wheel.read_bytes()


def test_tasks_and_hardware_are_listed(installed):
    tasks = json.loads(installed("cosplit", "list", "tasks", "--json"))
    assert {"cifar10", "digits"} <= {task["task"] for task in tasks}
    hardware = json.loads(installed("cosplit", "list", "hardware", "--json"))
    assert "raspberry-pi-3" in {one["hardware"] for one in hardware}


def test_a_point_is_chosen_from_the_entries(installed):
    chosen = json.loads(installed("cosplit", "choose", "--rate", "10000", "--json"))
    assert chosen["point"]


def test_the_site_has_the_entries(installed, tmp_path):
    installed("cosplit", "board", "--site", tmp_path / "site")
    assert "three_step" in (tmp_path / "site" / "index.html").read_text()


def test_a_method_is_scored(installed):
    rows = json.loads(installed("cosplit", "score", "digits", "--method", "png", "--json"))
    assert {row["outcome"] for row in rows} == {"ok"}


def test_the_recipes_of_the_containers_are_there(installed):
    files = "packages.requirement_files('amd64')"
    code = f"from cosplit.containers import packages; print(*[p.is_file() for p in {files}])"
    assert installed("python", "-c", code).split() == ["True", "True"]


def test_the_commit_of_the_repository_around_it_is_not_its_own(installed):
    assert installed("python", "-c", COMMIT) == "None\n"


def test_the_installed_leaderboard_is_not_written_to(installed):
    line = installed("cosplit", "enter", "cifar10", status=1)
    assert line.startswith("cosplit: the installed leaderboard stays as it came")


def test_weights_are_found_once_they_are_fetched(installed):
    assert installed("python", "-c", FOUND) == "False\n"
    source = ROOT / "leaderboard"
    installed("cosplit", "weights", "fetch", "cifar10", "--method", "png", "--from", source)
    assert installed("python", "-c", FOUND) == "True\n"
