"""A run that asks for nothing of cosplit is left as it is, whatever options it has."""

CONFTEST = """
def pytest_addoption(parser):
    for name in ("task", "parts", "method", "samples", "data", "hardware", "modelled"):
        parser.addoption(f"--{name}")
"""
TEST = """
import sys

def test_nothing_is_loaded(pytestconfig):
    ours = {name for name in sys.modules if name.partition(".")[0] == "cosplit"}
    assert ours == {"cosplit", "cosplit.plugin", "cosplit.plugin.options"}
    assert not {"torch", "numpy", "pydantic", "rich"} & set(sys.modules)
    assert pytestconfig.getoption("task") == "theirs"
    assert pytestconfig.args == ["tests"]
"""


def test_a_plain_run_meets_no_option_and_loads_nothing(tmp_path, run_there):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_plain.py").write_text(TEST)
    done = run_there("tests", "--task", "theirs", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "cosplit:" not in done.stdout
