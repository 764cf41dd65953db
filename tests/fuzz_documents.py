"""Throw damaged, cut, mixed and random files of every format at the readers.

    python -m tests.fuzz_documents COUNT [SEED] [--plans]

Each input is read in a child process under limits of 10 s processor time and 512 MiB address space; a batch shares a
child, and a child that dies is told with the input that killed it. With `--plans` the stages after the readers run too.
Nothing but `DocumentError` may come out. Exit code 0 if nothing else did; inputs that fail are written to the folder
`var/fuzz`.
"""

import copy
import io
import random
import signal
import struct
import subprocess
import sys
import time
import traceback
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
BATCH = 200
TEXT = (
    "ỦY BAN NHÂN DÂN\nTỈNH A\nSố: 5/KH-UBND\nA, ngày 05 tháng 4 năm 2025\nKẾ HOẠCH\nI. NHIỆM VỤ\n"
    "1. Xây dựng quy chế\n- Đơn vị chủ trì: Sở Nội vụ.\n- Thời gian: trước ngày 15/11/2025.\n"
    "|\nTT\n|\nNội dung\n|\nChủ trì\n|\nThời gian\n|\n|\n1\n|\nViệc một\n|\nSở A\n|\nQuý I/2026\n|\n"
)


@cache
def seeds() -> dict[str, bytes]:
    """One good file of every format that is read here."""
    from tests.unit.format_files import Pdf, plan_docx, plan_html

    pdf = Pdf().text(70, 60, "Ke hoach cua tinh nam 2025").row(100, 120, (70, 110, 300), ["1", "Viec"])
    return {
        "txt": TEXT.encode(),
        "utf-16": TEXT.encode("utf-16"),
        "docx": plan_docx(TEXT),
        "html": plan_html(TEXT).encode(),
        "xlsx": _workbook(),
        "pdf": pdf.page().text(70, 90, "Trang hai").row(100, 120, (70, 110, 300), ["2", "Viec"]).bytes(),
    }


def _workbook() -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    assert made.active is not None
    for row in (
        ["STT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
        [1, "Việc", "Sở A", "31/12/2025"],
        ["II", "Nhóm"],
    ):
        made.active.append(row)
    made.active.merge_cells("B3:D3")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with some damage: inside the parts of an archive too, packed again so that its sums are right."""
    kind = chance.randrange(10)
    if kind == 0:
        return chance.randbytes(chance.randrange(3000))
    if kind == 1:
        return data[: chance.randrange(len(data) + 1)]
    if kind == 2:
        other = chance.choice(sorted(seeds().values()))
        at, there = chance.randrange(len(data)), chance.randrange(len(other))
        return data[:at] + other[there:]
    if kind <= 8 and data.startswith(b"PK"):
        return _inside(data, chance)
    if kind <= 7 and not data.startswith(b"%PDF"):
        codec = "utf-16" if data[:1] in b"\xff\xfe" else "utf-8"
        return _text_changed(data.decode(codec), chance).encode(codec, "surrogatepass")
    return _bytes_changed(data, chance)


def _text_changed(text: str, chance: random.Random) -> str:
    """Characters and pieces lost, doubled, moved or put in, so that it stays a text."""
    odd = [
        "|",
        "\n",
        "\t",
        "-",
        "1.",
        "a)",
        "I.",
        "\u0301",
        "\ud800",
        "\x00",
        "<td rowspan=99>",
        "</table>",
        "<li>",
        "ngày 31/02/",
        "Đơn vị",
    ]
    for _ in range(chance.randrange(1, 15)):
        at = chance.randrange(len(text) or 1)
        piece = text[at : at + chance.randrange(60)]
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[at + len(piece) :]
            case 1:
                text = text[:at] + piece * chance.randrange(2, 30) + text[at:]
            case 2:
                there = chance.randrange(len(text) or 1)
                text = text[:there] + piece + text[there:]
            case _:
                text = text[:at] + chance.choice(odd) * chance.randrange(1, 9) + text[at:]
    return text


def _inside(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = chance.choice(
            [n for n in names if "document" in n or "sheet" in n or "number" in n or "Strings" in n] or names
        )
        for name in names:
            part = old.read(name)
            if name == hit:
                part = (
                    _bytes_changed(part, chance) if chance.random() < 0.2 else _markup_changed(part, chance)
                )
            if name != hit or chance.random() > 0.05:
                new.writestr(name, part)
    return out.getvalue()


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(out) or 1)
        match chance.randrange(4):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del out[at : at + chance.randrange(40)]
            case 2:
                out[at:at] = out[at : at + chance.randrange(200)] * chance.randrange(1, 20)
            case _:
                out[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 255, 2**16, 2**31, 2**32 - 1]))
    return bytes(out)


def _markup_changed(part: bytes, chance: random.Random) -> bytes:
    """XML that stays well-formed: elements lost, doubled, moved or renamed, attributes changed."""
    try:
        root = ET.fromstring(part)
    except ET.ParseError:
        return _bytes_changed(part, chance)
    for _ in range(chance.randrange(1, 20)):
        parents = [node for node in root.iter() if len(node)]
        nodes = list(root.iter())
        parent = chance.choice(parents or [root])
        node = chance.choice(list(parent) or [root])
        match chance.randrange(5):
            case 0 if len(parent):
                parent.remove(node)
            case 1 if node is not root:
                for _ in range(chance.randrange(1, 9)):
                    parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(node))
            case 2 if node is not root:
                chance.choice(nodes).append(copy.deepcopy(node))
            case 3:
                node.tag = chance.choice(nodes).tag
            case _:
                odd = [
                    "-1",
                    "0",
                    "9",
                    "255",
                    "99999",
                    "10000000000",
                    "",
                    "x",
                    "%9",
                    "A1:XFD1048576",
                    "continue",
                    "lowerLetter",
                ]
                for name in list(node.attrib)[:2]:
                    node.set(name, chance.choice(odd))
        if sum(1 for _ in root.iter()) > 20_000:
            break
    return ET.tostring(root)


def case(number: int, seed: int) -> tuple[str, bytes]:
    """The input of that number: its format and bytes."""
    chance = random.Random(f"{seed}/{number}")
    kind = chance.choice(sorted(seeds()))
    return kind, damaged(seeds()[kind], chance)


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (512 * 2**20, 512 * 2**20))


def _tired(_signal: int, _frame: object) -> None:
    raise TimeoutError("more than 10 s")


def batch(first: int, last: int, seed: int, *, plans: bool) -> None:
    """Read the inputs `first` to `last`; print a line for each: number, format, outcome, seconds."""
    from documents.errors import DocumentError
    from documents.read import read_plan
    from documents.source import Source
    from tests.unit.format_files import read_here

    inputs = [case(n, seed) for n in range(first, last)]
    _limit()
    signal.signal(signal.SIGVTALRM, _tired)
    for number, (kind, data) in enumerate(inputs, start=first):
        print(number, kind, "began", 0, flush=True)
        since = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 10)
        try:
            read = read_here(data)
            if plans:
                read_plan(Source(read.text, tuple(read.lines), "", "x", "x"))
            outcome = "read"
        except DocumentError as error:
            outcome = type(error).__name__
        except BaseException:  # noqa: BLE001 -- whatever comes out is what is looked for
            traceback.print_exc()
            outcome = "FAILED"
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        print(number, kind, outcome, round(time.process_time() - since, 3), flush=True)


def main(arguments: list[str]) -> int:
    """Run the batches and tell what came out of them."""
    count, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 and arguments[1].isdigit() else 0
    outcomes: Counter[tuple[str, str]] = Counter()
    failed: list[int] = []
    slowest = (0.0, 0)
    at = 0
    while at < count:
        end = min(count, at + BATCH)
        command = [
            sys.executable,
            "-m",
            "tests.fuzz_documents",
            "--batch",
            str(at),
            str(end),
            str(seed),
            *arguments[2:],
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=1200)
        began = at - 1
        for line in done.stdout.splitlines():
            number, kind, outcome, seconds = line.split()
            began = int(number)
            if outcome == "began":
                continue
            outcomes[kind, outcome] += 1
            slowest = max(slowest, (float(seconds), began))
            failed += [began] if outcome == "FAILED" else []
        if done.returncode:
            failed.append(began)
            outcomes["?", f"DIED {done.returncode}"] += 1
        if done.stderr.strip():
            print(done.stderr[-3000:])
        at = max(end if not done.returncode else began + 1, at + 1)
    for number in failed:
        kind, data = case(number, seed)
        folder = ROOT / "var" / "fuzz"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{number}.{kind}").write_bytes(data)
    for (kind, outcome), times in sorted(outcomes.items()):
        print(f"{kind:8} {outcome:16} {times:6}")
    print(
        f"{count} inputs, seed {seed}: {len(failed)} failed {failed[:10]}; slowest {slowest[0]:.2f} s (input {slowest[1]})"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--batch":
        batch(*map(int, sys.argv[2:5]), plans="--plans" in sys.argv)
    else:
        sys.exit(main(sys.argv[1:]))
