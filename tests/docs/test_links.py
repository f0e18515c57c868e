"""Every relative link leads to a file that is there, and to a place in it."""

import re

LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(text):
    """The places of a page as GitHub names them: headings, and ids that are written out."""
    headings = (re.sub(r"[^\w\- ]", "", found.lower()) for found in HEADING.findall(text))
    return {name.replace(" ", "-") for name in headings} | set(re.findall(r'<a id="([^"]+)"', text))


def astray(path, text, pages):
    """Links of one page that lead nowhere."""
    for target in (inline or reference for inline, reference in LINK.findall(text)):
        if "://" in target:
            continue
        name, _, place = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists() or (place and place not in anchors(pages.get(there, ""))):
            yield target


def test_every_relative_link_leads_somewhere(pages, prose):
    lost = [
        f"{path.name}: {target}"
        for path, text in prose.items()
        for target in astray(path, text, pages)
    ]
    assert lost == []


def test_a_lost_file_and_a_lost_place_are_seen(tmp_path):
    page = tmp_path / "page.md"
    text = "# A `b_c`: D\n[x](#a-b_c-d) [x](#e) [x](gone.md)\n[y]: gone.png\n[z](https://z)"
    page.write_text(text)
    assert list(astray(page, text, {page: text})) == ["#e", "gone.md", "gone.png"]
