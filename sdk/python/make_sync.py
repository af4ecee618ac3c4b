"""Makes the synchronous client from the asynchronous one; with --check it only says whether they agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "src" / "hivekey"

#: Longest first. What is not named here is the same in both.
WORDS = [
    (r"async (def|with|for) ", r"\1 "),
    (r"\bawait ", ""),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\b__a(iter|next|enter|exit)__\b", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\baiter_", "iter_"),
    (r"\basync_(\w)", r"\1"),
    (r"``async with``", "``with``"),
    (r"\bAsync(\w)", r"\1"),
    (
        "The asynchronous client. The synchronous one, beside it, is made from this by make_sync.py.",
        "The synchronous client.",
    ),
]
NOTE = "# Made from _async/{name} by make_sync.py: change that one.\n"


def sync_text(name: str, text: str) -> str:
    for word, instead in WORDS:
        text = re.sub(word, instead, text)
    return NOTE.format(name=name) + text


def main() -> int:
    wanted = {path.name: sync_text(path.name, path.read_text()) for path in sorted((PACKAGE / "_async").glob("*.py"))}
    folder = PACKAGE / "_sync"
    if "--check" in sys.argv:
        found = {path.name: path.read_text() for path in folder.glob("*.py")}
        stale = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
        print("\n".join(f"_sync/{name} is not what _async says: run make_sync.py" for name in stale), end="")
        return 1 if stale else 0
    for path in folder.glob("*.py"):
        path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
