"""Links and pictures lead somewhere, and no text tells of the machine on which it was written."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs import readme
from tests.docs.readme import ROOT

PAGES = [*readme.PAGES, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "results/README.md"))]
FOLDERS = (
    "/" + "work/",
    "/" + "home/",
    "/" + "root/",
    "/" + "Users/",
    "/" + "mnt/",
)  # not the folder for temporary files, which every machine has
HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "crates" + ".io", "proxy.golang" + ".org")


def tracked() -> list[Path]:
    """The files that belong to the project: what git knows or would take, or all where there is no git."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return [path for path in ROOT.rglob("*") if not any(part[0] == "." for part in path.relative_to(ROOT).parts)]
    return [ROOT / name for name in done.stdout.split("\0") if name]


def texts() -> list[tuple[Path, str]]:
    """The text files among them."""
    found = []
    for path in tracked():
        data = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in data:
            found.append((path, data.decode("utf-8", errors="replace")))
    return found


def anchor(heading: str) -> str:
    """The anchor that a heading gets on a page."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_pictures_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    anchors = {f"#{anchor(heading)}" for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("#"):
            found = link in anchors
        else:
            found = link.startswith("https://") or (page.parent / link.partition("#")[0]).exists()
        if not found:
            lost.append(link)
    assert lost == []


def test_no_text_tells_of_a_machine_or_of_a_registry() -> None:
    folders = (rf"(?<![\w.:/~*-]){re.escape(folder)}" for folder in FOLDERS)
    marks = re.compile("|".join([*folders, *map(re.escape, HOSTS)]))
    told = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) < 2000 and marks.search(line)
    ]
    assert told == []
