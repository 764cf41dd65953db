"""The command line as people type it, in a home of its own: for tests of what it takes and what it refuses."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from cli.app import app, run
from models.database import engine_for, reading
from models.ledger import Ledger
from tasks.place import here

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
PLAN = "12/KH-UBND"


@dataclass
class Home:
    """One home, and the command line as people type it."""

    folder: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'dondoc.db'}"

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.folder.parent / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def type(self, *words: str | Path, lang: str = "en") -> tuple[int, str]:
        """Type one command; answers its exit code and what it said."""
        self.patch.setenv("DONDOC_LANG", lang)
        here.cache_clear()
        self.capture.readouterr()
        try:
            code = run(lambda: app([str(word) for word in words], exit_on_error=False, print_error=True))
        except SystemExit as left:
            code = int(left.code or 0)
        said = self.capture.readouterr()
        return code, said.out + said.err

    def good(self, *words: str | Path) -> str:
        """A command that must work."""
        code, said = self.type(*words)
        assert code == 0, said
        return said

    def refused(self, *words: str | Path, code: int = 1) -> dict[str, str]:
        """What a refused command says in each language, nothing being written."""
        before = self.ledger()
        out: dict[str, str] = {}
        for lang in ("vi", "en"):
            left, said = self.type(*words, lang=lang)
            assert left == code, said
            assert "Traceback" not in said
            assert {"vi": "Không làm được", "en": "Not done"}[lang] in said
            out[lang] = said
        assert self.ledger() == before
        return out

    def ledger(self) -> list[str]:
        """The actions in the ledger so far."""
        if not (self.folder / "dondoc.db").exists():
            return []
        with reading(self.url) as session:
            return [row.action for row in session.exec(select(Ledger).order_by(col(Ledger.seq)))]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """An empty home."""
    folder = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith("DONDOC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DONDOC_HOME", str(folder))
    monkeypatch.setenv("DONDOC_PREFECT_PORT", str(free_port()))
    monkeypatch.chdir(tmp_path)
    home = Home(folder, monkeypatch, capsys)
    yield home
    here.cache_clear()
    engine_for(home.url).dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def office(home: Home) -> Home:
    """A home with the example plan and its units."""
    home.good("plan", "import", EXAMPLES / "ke-hoach-thong-tin-doi-ngoai-2026.txt")
    home.good("unit", "load", EXAMPLES / "units.yaml")
    return home
