"""Verify an exported ledger. Needs Python 3.8 or newer and nothing else.

    python3 verify.py [--head NUMBER:HASH]

Reads `ledger.jsonl` beside this file, re-computes every hash of the chain and compares the last one with `head.txt`,
or with a head that was kept elsewhere (a morning mail), which shows rows that were cut off the end.
Exit code 0: it holds. 5: it does not. 2: the files are missing or broken.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FIELDS = ["seq", "at", "who", "assurance", "action", "subject", "data", "previous"]


def row_hash(row: dict[str, Any]) -> str:
    """The SHA-256 over the row's fields as a JSON list: sorted keys, no spaces, UTF-8."""
    text = json.dumps([row[f] for f in FIELDS], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def problems(lines: Iterable[str], head: tuple[int, str]) -> Iterator[str]:
    """Every place where the chain does not hold."""
    seq, previous, found = 0, "0" * 64, head[0] == 0
    for number, line in enumerate(lines, 1):
        row: dict[str, Any] = json.loads(line)
        if row["seq"] != seq + 1:
            yield f"line {number}: row {seq + 1} is missing"
        if row["previous"] != previous:
            yield f"line {number}: the row before row {row['seq']} has been changed or exchanged"
        if row_hash(row) != row["hash"]:
            yield f"line {number}: row {row['seq']} has been changed"
        seq, previous = row["seq"], row["hash"]
        found = found or (seq, previous) == head
    if not found:
        end = f"which ends at row {seq}: rows were cut off or changed"
        yield f"the head {head[0]}:{head[1]} is not in this ledger, {end}"


def main() -> int:
    """Check the files beside this script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--head", help="number:hash, kept elsewhere")
    args = parser.parse_args()
    here = Path(__file__).resolve().parent
    try:
        number, _, digest = (args.head or (here / "head.txt").read_text("utf-8").strip()).partition(":")
        with (here / "ledger.jsonl").open(encoding="utf-8") as lines:
            bad = list(problems(lines, (int(number), digest)))
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot read the export: {error}")
        return 2
    for problem in bad:
        print(f"BROKEN: {problem}")
    if not bad:
        print(f"the ledger holds; head {number}:{digest}")
    return 5 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
