"""The real plans, made into Word, web page and PDF: what is found in them is what is found in their pasted text."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from documents.draft import as_json
from documents.read import read_plan
from documents.readers import read_source
from tests.unit.format_files import plan_docx, plan_html, plan_xlsx, printed, shared_plans

FOLDER = shared_plans()
NEAR = 0.02
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the folder of real plans is not here")


def score() -> ModuleType:
    assert FOLDER is not None
    spec = importlib.util.spec_from_file_location("score", FOLDER / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(make: Callable[[str], bytes], few: int | None = None) -> dict[str, float]:
    """The figures over all plans, or the `few` with the least answers, in the form that `make` gives them."""
    assert FOLDER is not None
    sums: dict[str, list[float]] = {}
    every = sorted(Path(FOLDER / "answers").glob("*.json"), key=lambda path: path.stat().st_size)
    for answers in every[:few]:
        gold = json.loads(answers.read_text("utf-8"))
        text = (FOLDER / "texts" / gold["file"]).read_text("utf-8")
        source = read_source(make(text), answers.stem)
        counts = score().score(source.text, gold, as_json(read_plan(source)))
        for figure, (hits, total) in counts.items():
            both = sums.setdefault(figure, [0.0, 0.0])
            both[0] += hits
            both[1] += total
    return {figure: hits / total for figure, (hits, total) in sums.items()}


@pytest.fixture(scope="module")
def pasted() -> dict[str, float]:
    return figures(str.encode)


def test_word_files_with_real_tables_and_numbering_read_as_the_text(pasted: dict[str, float]) -> None:
    assert figures(plan_docx) == pytest.approx(pasted, abs=NEAR)


def test_web_pages_and_workbooks_read_as_the_text() -> None:
    text = figures(str.encode, few=6)
    assert figures(lambda text: plan_html(text).encode(), few=6) == pytest.approx(text, abs=NEAR)
    assert figures(plan_xlsx, few=6) == pytest.approx(text, abs=NEAR)


def test_pdf_files_read_as_the_text(pasted: dict[str, float], chromium_path: Path) -> None:
    assert figures(lambda text: printed(plan_html(text), str(chromium_path))) == pytest.approx(
        pasted, abs=NEAR
    )


@pytest.mark.parametrize(
    "style",
    [
        "p { margin: 0 !important } body { line-height: 1.15 !important }",
        "p { text-indent: 0 !important; text-align: left !important }",
        "@page { size: A4 landscape } body { font-size: 10pt !important } td { font-size: 8pt !important }",
    ],
    ids=["no gaps", "no indents, ragged", "landscape, small"],
)
def test_pdf_files_read_alike_however_they_are_set(style: str, chromium_path: Path) -> None:
    def make(text: str) -> bytes:
        return printed(plan_html(text).replace("</style>", f"{style}</style>"), str(chromium_path))

    assert figures(make, few=5) == pytest.approx(figures(str.encode, few=5), abs=NEAR)
