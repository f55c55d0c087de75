"""What was measured, as README and CONTRIBUTING show it: the words of a command on the machine that it names.

``python -m tests.docs.bench`` runs ``brinkline bench`` and ``python -m tests.benchmarks.plan`` and puts what they
print between ``<!-- bench -->`` or ``<!-- plan -->`` and ``<!-- end -->``; with a name, one of them. Do so when
the machine has nothing else to do. Unlike README's tables these are not made again by the tests.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.readme import README, ROOT

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
MEASURED: dict[str, tuple[Path, tuple[str, ...]]] = {
    "bench": (README, ("sim.cli", "bench")),
    "plan": (CONTRIBUTING, ("tests.benchmarks.plan",)),
}
"""For each block its page, and the module that prints it, with what the module is told."""
WIDE = {"COLUMNS": "110", "PYTHONPATH": str(ROOT)}


def shown(text: str, name: str) -> str:
    """What stands in the block of a page."""
    (found,) = re.findall(rf"^<!-- {name} -->\n\n```text\n(.*?)\n```\n\n<!-- end -->$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def filled(text: str, name: str, lines: str) -> str:
    """The page with these lines in the block."""
    return text.replace(f"<!-- {name} -->\n\n```text\n{shown(text, name)}\n", f"<!-- {name} -->\n\n```text\n{lines}\n")


def printed(module: tuple[str, ...]) -> str:
    """What a module prints when it is run."""
    asked = [sys.executable, "-m", *module]
    done = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=os.environ | WIDE)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


if __name__ == "__main__":
    for name in sys.argv[1:] or MEASURED:
        page, module = MEASURED[name]
        page.write_text(filled(page.read_text(encoding="utf-8"), name, printed(module)), encoding="utf-8")
