"""Settings come from their places in order, bad ones are told at once, and versions that do not fit are refused."""

import stat
from datetime import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from deployments.versions import TOGETHER, VersionsError, check_versions
from settings import Settings, SettingsError, load_settings

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with a home of its own and messages in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONDOC_LANG", "en")
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    return tmp_path


def refusal(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(**given)
    return str(refused.value)


def test_everything_is_kept_in_home_unless_it_is_moved(folder: Path) -> None:
    settings = load_settings()

    home = folder / "home"
    assert settings.home == home
    assert settings.database_url == f"sqlite:///{home}/dondoc.db"
    assert settings.evidence_url == f"file://{home}/evidence"
    assert (settings.mail_dir, settings.prefect_home) == (home / "mail", home / "prefect")


def test_the_default_home_follows_xdg(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DONDOC_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))

    assert load_settings().home == folder / "data" / "dondoc"


def test_each_place_wins_over_those_after_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given, environment, .env, dondoc.toml, pyproject.toml, the file in home, default."""
    (folder / "home").mkdir()
    seen = [load_settings().office]

    (folder / "home" / "dondoc.toml").write_text('office = "home"')
    seen.append(load_settings().office)
    (folder / "pyproject.toml").write_text('[tool.dondoc]\noffice = "pyproject"')
    seen.append(load_settings().office)
    (folder / "dondoc.toml").write_text('office = "file"')
    seen.append(load_settings().office)
    (folder / ".env").write_text("DONDOC_OFFICE=dotenv\nSOMETHING_ELSE=1")
    seen.append(load_settings().office)
    monkeypatch.setenv("DONDOC_OFFICE", "environment")
    seen.append(load_settings().office)
    seen.append(load_settings(office="given").office)

    assert seen == ["Văn phòng", "home", "pyproject", "file", "dotenv", "environment", "given"]


def test_hours_are_written_as_people_write_them(folder: Path) -> None:
    (folder / "dondoc.toml").write_text('send_hours = "06:30 - 19:00"\ndigest_hour = "07:15"')

    settings = load_settings()

    assert (settings.send_hours, settings.digest_hour) == ((time(6, 30), time(19)), time(7, 15))


def test_all_bad_values_are_told_at_once_with_what_to_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_PREFECT_PORT", "bốn nghìn")
    monkeypatch.setenv("DONDOC_SEND_HOURS", "18:00-07:00")
    (folder / "dondoc.toml").write_text('public_url = "dondoc.example.vn"')

    said = refusal()

    assert "DONDOC_PREFECT_PORT = 'bốn nghìn'" in said and "write a port number from 1 to 65535" in said
    assert "DONDOC_SEND_HOURS = '18:00-07:00': the first hour is not before the second" in said
    assert "DONDOC_PUBLIC_URL = 'dondoc.example.vn'" in said
    assert len(said.splitlines()) == 4


def test_vietnamese_is_spoken_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DONDOC_LANG")

    assert "hãy ghi vi hoặc en" in refusal(lang="fr")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"database_url": "mysql://dondoc@db/dondoc"},
            "write sqlite:////path/to/dondoc.db or postgresql+psycopg://",
        ),
        (
            {"database_url": "postgresql://dondoc@db/dondoc"},
            "write sqlite:////path/to/dondoc.db or postgresql+psycopg://",
        ),
        ({"database_url": "sqlite://"}, "in memory cannot be shared"),
        ({"digest_hour": "05:00"}, "outside the sending hours 07:00-18:00"),
        ({"worker_limit": "0"}, "write a number from 1 to 64"),
        ({"mail_url": "smtp.example.vn"}, "there is no :// in it"),
        ({"prefect_port": 8787}, "the two ports must differ"),
    ],
)
def test_what_cannot_work_is_refused(folder: Path, given: dict[str, object], words: str) -> None:
    assert words in refusal(**given)


def test_secrets_are_not_shown(folder: Path) -> None:
    said = refusal(
        secret_key="hunter2", mail_url="user:hunter2@mail", database_url="mysql://root:hunter2@db/x"
    )

    assert "hunter2" not in said
    assert "DONDOC_SECRET_KEY: too short" in said


def test_a_misspelt_name_in_a_file_is_an_error_with_the_nearest_one(folder: Path) -> None:
    (folder / "dondoc.toml").write_text('ofice = "x"\nlang = "en"')

    assert "dondoc.toml: there is no setting ofice; did you mean office?" in refusal()


def test_a_broken_file_is_named(folder: Path) -> None:
    (folder / "dondoc.toml").write_text("office = ")

    assert "dondoc.toml: cannot be read" in refusal()


def test_a_key_is_made_once_for_its_owner_only(folder: Path) -> None:
    settings = load_settings()

    key = settings.signing_key()

    assert len(key) >= 32
    assert load_settings().signing_key() == key
    assert stat.S_IMODE((settings.home / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["secret.key"]


def test_a_key_that_is_set_leaves_no_file(folder: Path) -> None:
    settings = load_settings(secret_key="k" * 40)

    assert settings.signing_key() == b"k" * 40
    assert not settings.home.exists()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_and_in_the_reference(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"### `DONDOC_{name.upper()}`\n\n`{name}` in a file." in DOCS.read_text("utf-8")


def installed(**changed: str) -> dict[str, str]:
    return {"prefect": "3.8.8", "fastapi": "0.150.0", "sqlalchemy": "2.0.58", "apprise": "1.13.1"} | changed


def test_the_pinned_versions_work_together() -> None:
    assert {each.package for each in TOGETHER} == set(installed())
    check_versions(installed().__getitem__)
    check_versions()


def test_versions_that_do_not_fit_are_refused_all_at_once_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DONDOC_LANG", "en")

    with pytest.raises(VersionsError) as refused:
        check_versions(installed(sqlalchemy="2.1.0", fastapi="0.151.0").__getitem__)

    said = str(refused.value)
    assert "fastapi 0.151.0: needs >=0.139,<0.151 (0.151 breaks `prefect deploy`" in said
    assert "sqlalchemy 2.1.0: needs >=2.0.50,<2.1 (with 2.1 Prefect makes no scheduled runs" in said
    assert "make setup" in said
    assert "apprise" not in said


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("prefect", "3.8.7"),
        ("prefect", "3.9.0"),
        ("prefect", "4.0.0rc1"),
        ("apprise", "2.0"),
        ("sqlalchemy", "2.1.0b1"),
    ],
)
def test_the_edges_of_what_was_tried_are_refused(package: str, version: str) -> None:
    with pytest.raises(VersionsError, match=package):
        check_versions(installed(**{package: version}).__getitem__)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_LANG", "en")

    def nothing(package: str) -> str:
        raise PackageNotFoundError(package)

    with pytest.raises(VersionsError, match="apprise: not installed"):
        check_versions(nothing)
