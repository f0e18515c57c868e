"""No number of README or docs is typed by hand and left to rot."""

import re
import runpy
import tomllib

import pytest

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NAMES = re.compile(
    r"CIFAR-10|sc2-benchmark|Detectron2|arXiv:[\d.]+|Apache-[\d.]+|`[^`\n]*`|<!--.*?-->"
)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
RESULTS = re.compile(r"(?:docs/)?results\.md#|^#")


@pytest.fixture(scope="session")
def refresh(root):
    return runpy.run_path(str(root / "docs" / "refresh.py"))


def typed(text, block):
    """Numbers of a page that no command prints and that are no part of a name."""
    rest = LINK.sub(r"\1", block.sub("", text))
    return set(NUMBER.findall(NAMES.sub("", rest)))


def place(page, anchor):
    """What a link to `anchor` leads to: one row, or a heading with all that is under it."""
    row = re.search(rf'^.*<a id="{re.escape(anchor)}">.*$', page, re.MULTILINE)
    if row:
        return row[0]
    for section in re.split(r"^(?=#+ )", page, flags=re.MULTILINE):
        heading = section.partition("\n")[0].lstrip("# ").lower()
        if re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") == anchor:
            return section
    return ""


def unsupported(text, page):
    """Links into `page` with a number that is not where they lead."""
    for words, target in LINK.findall(text):
        if RESULTS.match(target):
            there = place(page, target.partition("#")[2])
            wrong = set(NUMBER.findall(NAMES.sub("", words))) - set(NUMBER.findall(there))
            if wrong:
                yield target, wrong


def test_blocks_are_what_their_commands_print(refresh):
    for page in refresh["PAGES"]:
        assert refresh["refreshed"](page) == page.read_text(), "run `python docs/refresh.py`"


def test_readme_has_no_number_that_no_command_prints(root, prose, refresh):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    python = project["requires-python"].removeprefix(">=")
    assert typed(prose[root / "README.md"], refresh["BLOCK"]) == {python}


def test_a_linked_number_stands_where_its_link_leads(root, pages):
    results = pages[root / "docs" / "results.md"]
    wrong = [
        (path.name, *found)
        for path, text in pages.items()
        if path.name in ("README.md", "CHANGELOG.md") or path.parent.name == "docs"
        for found in unsupported(text, results)
        if not found[0].startswith("#") or path.name == "results.md"
    ]
    assert wrong == []


def test_typed_and_unsupported_numbers_are_seen(refresh):
    text = "9 [8.3 ms](#a) `7`\n<!-- cosplit board -->\n6\n<!-- /cosplit -->\nCIFAR-10"
    assert typed(text, refresh["BLOCK"]) == {"9", "8.3"}
    page = '# A\n8.2 ms\n\n| <a id="b.c"></a> | 7 |'
    assert list(unsupported("[8.3 ms](results.md#a) [7](#b.c) [8](#b.c)", page)) == [
        ("results.md#a", {"8.3"}),
        ("#b.c", {"8"}),
    ]


def test_the_example_of_choose_answers_otherwise_than_the_tasks_own_threshold(root, pages):
    from cosplit.record.check import read_entries
    from cosplit.record.choose import choose

    text = pages[root / "README.md"]
    rate, threshold = re.search(r"choose --rate (\S+) --threshold (\S+)", text).groups()
    entries = read_entries(root / "leaderboard")
    rows = [row for entry in entries if entry.task.name == "cifar10" for row in entry.points]
    answers = [choose(rows, float(rate), "raspberry-pi-3", t) for t in (0.93, float(threshold))]
    assert answers[0].key != answers[1].key
