"""What an office can set, and where the program looks for it.

A setting is taken from the first of these places that names it, the order that Prefect has:

1. what the program itself passes (a flag, a rehearsal's own folder);
2. the environment, `DONDOC_…`;
3. `.env` in the working folder;
4. `dondoc.toml` in the working folder;
5. `[tool.dondoc]` of `pyproject.toml` in the working folder;
6. `dondoc.toml` in `home`, which stands where Prefect has its profile;
7. the defaults below.

Nothing is read when this module is imported: :func:`load_settings` reads.
"""

import difflib
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "DONDOC_"
FILE = "dondoc.toml"
ROLES = ("administrator", "coordinator", "leader", "unit", "auditor")


class SettingsError(Exception):
    """Some settings cannot be used; the message names every one of them and says what to write instead."""


@dataclass(frozen=True)
class Write:
    """What a person should write for a setting, in both languages; `private` keeps the value out of messages."""

    vi: str
    en: str
    private: bool = False


_PORT = Write("một số cổng từ 1 đến 65535", "a port number from 1 to 65535")
_FOLDER = Write("đường dẫn một thư mục", "the path of a folder")
_ADDRESS = Write(
    "địa chỉ bắt đầu bằng http:// hoặc https://", "an address that starts with http:// or https://"
)
_HOUR = Write(
    "một giờ, ví dụ 08:00, nằm trong khung giờ gửi", "an hour such as 08:00, within the sending hours"
)

Port = Annotated[int, Field(ge=1, le=65535), _PORT]


def _default_home() -> Path:
    """`dondoc` in the folder that the XDG Base Directory Specification gives for a user's data."""
    shared = os.environ.get("XDG_DATA_HOME", "")
    return (Path(shared) if shared.startswith("/") else Path.home() / ".local" / "share") / "dondoc"


def _in_home(name: str) -> Callable[[dict[str, Any]], Path]:
    return lambda data: data["home"] / name


KEY, OLD_KEY = "secret.key", "secret.key.old"
"""The signing key and the one before it, in `home`."""


class Settings(BaseSettings):
    """Every setting of the program; a value that cannot be used raises pydantic's ValidationError.

    People go through :func:`load_settings`, which says the same in words.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Annotated[Path, _FOLDER] = Field(default_factory=_default_home)
    """Folder of everything that the program keeps on this machine."""

    database_url: Annotated[
        str,
        Write(
            "sqlite:////đường/dẫn/tới/dondoc.db hoặc postgresql+psycopg://người-dùng@máy/cơ-sở-dữ-liệu",
            "sqlite:////path/to/dondoc.db or postgresql+psycopg://user@host/database",
            private=True,
        ),
    ] = Field(default_factory=lambda data: f"sqlite:///{data['home'] / 'dondoc.db'}")
    """The program's own database: a SQLite file, or PostgreSQL where several machines share it."""

    evidence_url: Annotated[
        str,
        Write(
            "địa chỉ fsspec, ví dụ file:///thư/mục", "an fsspec address such as file:///folder", private=True
        ),
    ] = Field(default_factory=lambda data: f"file://{data['home'] / 'evidence'}")
    """Where evidence files are kept: a folder, or an object store that fsspec knows."""

    lang: Annotated[Literal["vi", "en"], Write("vi hoặc en", "vi or en")] = "vi"
    """Language of messages, mail and pages: Vietnamese or English."""

    office: Annotated[str, Field(min_length=1), Write("tên cơ quan", "the office's name")] = "Văn phòng"
    """Name of the office that follows the plans up; mail is signed with it."""

    mail_url: Annotated[
        str,
        Write(
            "smtp://máy:cổng, smtps://… hoặc để trống", "smtp://host:port, smtps://… or nothing", private=True
        ),
    ] = ""
    """The channel: an SMTP server or any address that Apprise knows. Empty: mail is kept as files."""

    mail_from: Annotated[
        str, Field(pattern=r"^[^@\s]+@[^@\s]+$"), Write("một địa chỉ thư", "a mail address")
    ] = "dondoc@localhost.localdomain"
    """The sender's address."""

    bounce_url: Annotated[
        str,
        Write(
            "imaps://tài-khoản:mật-khẩu@máy/thư-mục hoặc để trống",
            "imaps://user:password@host/folder or nothing",
            private=True,
        ),
    ] = ""
    """The mailbox to which undeliverable mail comes back, read every ten minutes. Empty: nobody reads it."""

    bounce_from: Annotated[
        str,
        Field(pattern=r"^([^@\s]+@[^@\s]+)?$"),
        Write("một địa chỉ thư, hoặc để trống", "a mail address, or nothing"),
    ] = ""
    """The envelope's sender (Return-Path), to which undeliverable mail comes back. Empty: the sender's address."""

    mail_reply_to: Annotated[
        str,
        Field(pattern=r"^([^@\s]+@[^@\s]+)?$"),
        Write("một địa chỉ thư, hoặc để trống", "a mail address, or nothing"),
    ] = ""
    """Where a reader's own reply goes, and whom mail names for questions. Empty: the sender's address."""

    mail_dir: Annotated[Path, _FOLDER] = Field(default_factory=_in_home("mail"))
    """Folder in which mail is kept as `.eml` files while no channel is set."""

    console_port: Port = 8787
    """Port of the console."""

    public_url: Annotated[str, _ADDRESS] = Field(
        default_factory=lambda data: f"http://127.0.0.1:{data['console_port']}"
    )
    """Address under which people reach the console; links in mail start with it."""

    secret_key: Annotated[
        SecretStr,
        Write(
            "ít nhất 32 ký tự ngẫu nhiên, hoặc để trống", "at least 32 random characters, or nothing", True
        ),
    ] = SecretStr("")
    """Signs links and sessions. Empty: made on first use and kept in `secret.key` in `home`."""

    old_secret_key: Annotated[
        SecretStr,
        Write(
            "ít nhất 32 ký tự ngẫu nhiên, hoặc để trống", "at least 32 random characters, or nothing", True
        ),
    ] = SecretStr("")
    """The key before `secret_key`: what was sealed under it still opens, until `dondoc secret reseal`."""

    session_hours: Annotated[
        int, Field(ge=1, le=168), Write("một số giờ từ 1 đến 168", "hours from 1 to 168")
    ] = 12
    """How long a sign-in holds at most, in hours."""

    session_idle: Annotated[
        int, Field(ge=5, le=1440), Write("một số phút từ 5 đến 1440", "minutes from 5 to 1440")
    ] = 60
    """After how many minutes without a page a sign-in ends."""

    second_factor: Annotated[
        str,
        Write(
            "các vai trò, ví dụ administrator,coordinator, hoặc để trống",
            "roles such as administrator,coordinator",
        ),
    ] = ""
    """Roles that must confirm each sign-in with a code from their phone; everybody may."""

    oidc_issuer: Annotated[str | None, _ADDRESS] = None
    """Issuer of an OpenID Connect provider with whose accounts people sign in. Empty: passwords only."""

    oidc_client_id: Annotated[str, Write("mã ứng dụng đã đăng ký", "the registered client's id")] = ""
    """Name under which the console is registered with the provider; its redirect address is `/sign-in/oidc/back`."""

    oidc_client_secret: Annotated[SecretStr, Write("bí mật của ứng dụng", "the client's secret", True)] = (
        SecretStr("")
    )
    """Secret of that registration. Empty: a public client, guarded by PKCE alone."""

    oidc_name: Annotated[str, Write("tên nút đăng nhập", "a name for the button")] = ""
    """What the button for the provider says. Empty: the provider's host."""

    oidc_scopes: Annotated[
        str, Field(pattern=r"\bopenid\b"), Write("openid email profile", "openid email profile")
    ] = "openid email profile"
    """What is asked of the provider."""

    oidc_create: Annotated[bool, Write("true hoặc false", "true or false")] = False
    """Whether people whom only the provider knows get an account; needs `oidc_role_claim`."""

    oidc_role_claim: Annotated[
        str, Write("tên một trường, ví dụ roles", "the name of a claim such as roles")
    ] = ""
    """Claim of the provider that names people's roles here. Empty: roles are kept on the people's page."""

    oidc_roles: Annotated[
        str,
        Write("giá trị=vai trò, cách nhau bằng dấu phẩy", "value=role, separated by commas"),
    ] = ""
    """Which values of that claim mean which role: `quan-tri=administrator`. Empty: they are the roles' names."""

    scanner: Annotated[
        str,
        Write(
            "clamd://máy:3310, clamd:///đường/dẫn/clamd.sock, command:///chương/trình hoặc để trống",
            "clamd://host:3310, clamd:///path/of/clamd.sock, command:///path/of/program or nothing",
        ),
    ] = ""
    """Virus scanner that looks at each file before it is kept. Empty: none looks."""

    scanner_down: Annotated[Literal["refuse", "take"], Write("refuse hoặc take", "refuse or take")] = "refuse"
    """What happens to a file while the scanner does not answer: refused, or taken with a line in the ledger."""

    webhook_private: Annotated[bool, Write("true hoặc false", "true or false")] = False
    """Whether webhooks may go to this machine and to private networks."""

    prefect_port: Port = 4201
    """Port of the Prefect server on 127.0.0.1."""

    prefect_home: Annotated[Path, _FOLDER] = Field(default_factory=_in_home("prefect"))
    """Folder of Prefect's own database, which can be thrown away."""

    prefect_database_url: Annotated[
        str,
        Write(
            "postgresql+psycopg://người-dùng@máy/cơ-sở-dữ-liệu hoặc để trống",
            "postgresql+psycopg://user@host/database or nothing",
            private=True,
        ),
    ] = ""
    """Prefect's own database on PostgreSQL, another one than the program's. Empty: SQLite in `prefect_home`."""

    worker_limit: Annotated[int, Field(ge=1, le=64), Write("một số từ 1 đến 64", "a number from 1 to 64")] = 4
    """How many flow runs the worker runs at once."""

    send_hours: Annotated[
        tuple[time, time], NoDecode, Write("hai giờ, ví dụ 07:00-18:00", "two hours such as 07:00-18:00")
    ] = (time(7), time(18))
    """Hours of the day, in Vietnam, between which messages may leave."""

    digest_hour: Annotated[time, _HOUR] = time(8)
    """Hour, in Vietnam, of the daily digest."""

    heartbeat_url: Annotated[str | None, _ADDRESS] = None
    """Address called each morning after a good delivery, so that silence is an alarm somewhere else."""

    by: Annotated[str | None, Write("mã một người", "a person's code")] = None
    """Who acts on the command line when `--by` is not given."""

    @field_validator("home", "mail_dir", "prefect_home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return Path.cwd() / value.expanduser()

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        kind = value.partition("://")[0]
        if kind not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError("neither SQLite nor PostgreSQL through psycopg")
        if kind == "sqlite" and value.removeprefix("sqlite://") in {"", "/", "/:memory:"}:
            raise ValueError("a database in memory cannot be shared between the parts of the program")
        return value

    @field_validator("prefect_database_url")
    @classmethod
    def _of_prefect(cls, value: str, info: Any) -> str:
        value = value.strip().replace("postgresql://", "postgresql+psycopg://", 1)
        if value and value.partition("://")[0] != "postgresql+psycopg":
            raise ValueError("not PostgreSQL")
        if value and value == info.data.get("database_url"):
            raise ValueError("the program's own database; Prefect wants one to itself")
        return value

    @field_validator("evidence_url", "mail_url", "bounce_url")
    @classmethod
    def _has_scheme(cls, value: str) -> str:
        if value.strip() and "://" not in value:
            raise ValueError("not an address: there is no :// in it")
        return value.strip()

    @field_validator("bounce_url")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and value.partition("://")[0] not in {"imap", "imaps"}:
            raise ValueError("neither imaps:// nor imap://")
        return value

    @field_validator("scanner")
    @classmethod
    def _scanner(cls, value: str) -> str:
        if value and value.partition("://")[0] not in {"clamd", "command"}:
            raise ValueError("neither clamd:// nor command://")
        return value

    @field_validator("second_factor")
    @classmethod
    def _roles(cls, value: str) -> str:
        if unknown := sorted({part.strip() for part in value.split(",") if part.strip()} - set(ROLES)):
            raise ValueError(f"no role is called {', '.join(unknown)}; the roles are {', '.join(ROLES)}")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _role_map(cls, value: str) -> str:
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        if wrong := [role.strip() for _, _, role in pairs if role.strip() not in ROLES]:
            raise ValueError(f"no role is called {', '.join(wrong)}; the roles are {', '.join(ROLES)}")
        return value

    @field_validator("public_url", "heartbeat_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not a web address")
        return value.rstrip("/")

    @field_validator("secret_key", "old_secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("too short")
        return value

    @field_validator("send_hours", mode="before")
    @classmethod
    def _two_hours(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split("-")) if isinstance(value, str) else value

    @field_validator("send_hours")
    @classmethod
    def _in_order(cls, value: tuple[time, time]) -> tuple[time, time]:
        if value[0] >= value[1]:
            raise ValueError("the first hour is not before the second")
        return value

    @field_validator("digest_hour")
    @classmethod
    def _while_sending(cls, value: time, info: Any) -> time:
        opens, closes = info.data.get("send_hours", (time.min, time.max))
        if not opens <= value < closes:
            raise ValueError(f"outside the sending hours {opens:%H:%M}-{closes:%H:%M}")
        return value

    @field_validator("by", mode="after")
    @classmethod
    def _nobody(cls, value: str | None) -> str | None:
        return value or None

    @model_validator(mode="after")
    def _own_ports(self) -> Self:
        if self.prefect_port == self.console_port:
            raise ValueError(
                f"{PREFIX}PREFECT_PORT, {PREFIX}CONSOLE_PORT: {self.console_port} = {self.prefect_port}"
            )
        return self

    @property
    def role_map(self) -> dict[str, str]:
        """Which value of the provider's claim means which role."""
        pairs = [part.rpartition("=") for part in self.oidc_roles.split(",") if part.strip()]
        return {value.strip(): role.strip() for value, _, role in pairs} or {role: role for role in ROLES}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = (
            _File(settings_cls, Path(FILE)),
            _File(settings_cls, Path("pyproject.toml"), ("tool", "dondoc")),
        )
        return (init_settings, env_settings, dotenv_settings, *files, _HomeFile(settings_cls, Path(FILE)))

    def environment(self) -> dict[str, str]:
        """These settings as the environment of a child process, which then reads the same ones."""
        out: dict[str, str] = {}
        for name in type(self).model_fields:
            value: object = getattr(self, name)
            match value:
                case None:
                    text = ""
                case SecretStr():
                    text = value.get_secret_value()
                case tuple():
                    opens, closes = self.send_hours
                    text = f"{opens:%H:%M}-{closes:%H:%M}"
                case _:
                    text = str(value)
            out[f"{PREFIX}{name.upper()}"] = text
        return out

    def signing_key(self) -> bytes:
        """The key for links and sessions; without one in the settings it is made once, readable by its owner only.

        Raises OSError where `home` cannot be written.
        """
        if given := self.secret_key.get_secret_value():
            return given.encode()
        path = self.home / KEY
        if not path.exists():
            _make_key(path)
        return path.read_bytes().strip()

    def old_signing_key(self) -> bytes | None:
        """The key before, while something may still be sealed under it."""
        if given := self.old_secret_key.get_secret_value():
            return given.encode()
        path = self.home / OLD_KEY
        return path.read_bytes().strip() if not self.secret_key.get_secret_value() and path.exists() else None

    def renew_signing_key(self) -> None:
        """Keep the key in `secret.key` as the old one and make a new one. Raises OSError; FileExistsError while there
        is an old one already.
        """
        self.signing_key()
        path = self.home / KEY
        os.link(path, self.home / OLD_KEY)  # raises where one is there: it may still be needed
        path.unlink()
        _make_key(path)

    def forget_old_key(self) -> None:
        """Let the old key in `home` go, under which nothing is sealed any more."""
        (self.home / OLD_KEY).unlink(missing_ok=True)


def _make_key(path: Path) -> None:
    """Write a new key whole or not at all: of two processes that start at once, both read the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


class _File(PydanticBaseSettingsSource):
    """One table of one TOML file; a file that is not there sets nothing."""

    def __init__(self, settings_cls: type[BaseSettings], path: Path, header: tuple[str, ...] = ()) -> None:
        super().__init__(settings_cls)
        self._path, self._header = path, header

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False  # a file is read at once, by __call__

    def __call__(self) -> dict[str, Any]:
        """The table as it stands; SettingsError for names that do not exist."""
        table = _table(self._path, self._header)
        if unknown := sorted(set(table) - set(Settings.model_fields)):
            raise SettingsError("\n".join(_unknown(self._path, name) for name in unknown))
        return table


class _HomeFile(_File):
    """`dondoc.toml` in the folder that the places before it name as `home`."""

    def __call__(self) -> dict[str, Any]:
        home = Path(str(self.current_state.get("home") or _default_home())).expanduser()
        self._path = home / FILE
        return super().__call__()


def _table(path: Path, header: tuple[str, ...]) -> dict[str, Any]:
    try:
        table: object = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            _said(
                f"{path}: không đọc được ({error}); hãy sửa tệp này",
                f"{path}: cannot be read ({error}); mend this file",
            )
        ) from error
    for name in header:
        table = cast("Mapping[str, object]", table).get(name, {})
    return cast("dict[str, Any]", table)


def _unknown(path: Path, name: str) -> str:
    near = difflib.get_close_matches(name, Settings.model_fields, 1)
    vi, en = (f"; có phải là {near[0]}?", f"; did you mean {near[0]}?") if near else ("", "")
    return _said(f"{path}: không có thiết lập nào tên {name}{vi}", f"{path}: there is no setting {name}{en}")


def load_settings(**given: Any) -> Settings:
    """Read the settings, `given` ones first. Raises SettingsError with all that cannot be used."""
    try:
        return Settings(**given)
    except ValidationError as error:
        # A default that is made from `home` says nothing new when `home` itself is wrong.
        wrong = [each for each in error.errors() if each["type"] != "default_factory_not_called"]
        title = _said("Thiết lập chưa dùng được:", "These settings cannot be used:")
        raise SettingsError("\n".join([title, *(f"  {_problem(each)}" for each in wrong)])) from error


def _problem(error: Mapping[str, Any]) -> str:
    if not error["loc"]:
        why = str(error["msg"]).removeprefix("Value error, ")
        return _said(f"{why}; hai cổng phải khác nhau", f"{why}; the two ports must differ")
    name = str(error["loc"][0])
    write = next(each for each in Settings.model_fields[name].metadata if isinstance(each, Write))
    value = "" if write.private else f" = {str(error['input'])!r}"
    why = str(error["msg"]).removeprefix("Value error, ")
    place = f"{PREFIX}{name.upper()}{value}"
    return _said(f"{place}: hãy ghi {write.vi} ({why})", f"{place}: {why}; write {write.en}")


def _said(vi: str, en: str) -> str:
    """In the language of the environment: the settings are what could not be read."""
    return en if os.environ.get(f"{PREFIX}LANG") == "en" else vi
