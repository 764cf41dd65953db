"""Which versions of the parts work together; a set that is known not to work is refused in words.

Nothing of the program is imported here, so that a command can ask before it loads what might be the wrong version.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from packaging.specifiers import SpecifierSet


class VersionsError(Exception):
    """Packages are installed that are known not to work together; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Together:
    """Versions of a package that this program was tried with, and what happens outside of them."""

    package: str
    versions: str
    why: str
    why_vi: str


TOGETHER = (
    Together(
        "prefect",
        ">=3.8.8,<3.9",
        "the worker and the server settings were tried with 3.8",
        "mới thử với bản 3.8",
    ),
    Together(
        "fastapi",
        ">=0.139,<0.151",
        "0.151 breaks `prefect deploy`, 0.155 the Prefect server",
        "bản 0.151 làm hỏng `prefect deploy`, bản 0.155 làm hỏng máy chủ Prefect",
    ),
    Together(
        "sqlalchemy",
        ">=2.0.50,<2.1",
        "with 2.1 Prefect makes no scheduled runs and says nothing",
        "với bản 2.1, Prefect lặng lẽ không tạo lượt chạy nào",
    ),
    Together(
        "apprise", ">=1.13,<2", "the mail channel is a plugin of 1.x", "kênh thư là phần mở rộng của bản 1.x"
    ),
)


def check_versions(installed: Callable[[str], str] = version) -> None:
    """Refuse packages that are known not to work together. Raises VersionsError with all of them."""
    if wrong := [line for line in (_mismatch(each, installed) for each in TOGETHER) if line]:
        title = _say("Các gói đã cài không dùng chung được:", "The installed packages do not work together:")
        cure = _say(
            "Hãy cài lại đúng bộ đã ghim: make setup, hoặc pip install -r requirements.txt",
            "Install the pinned set again: make setup, or pip install -r requirements.txt",
        )
        raise VersionsError("\n".join([title, *wrong, cure]))


def _mismatch(each: Together, installed: Callable[[str], str]) -> str:
    try:
        found = installed(each.package)
    except PackageNotFoundError:
        return _say(f"  {each.package}: chưa cài", f"  {each.package}: not installed")
    if SpecifierSet(each.versions).contains(found, prereleases=True):
        return ""
    return _say(
        f"  {each.package} {found}: cần {each.versions} ({each.why_vi})",
        f"  {each.package} {found}: needs {each.versions} ({each.why})",
    )


def _say(vi: str, en: str) -> str:
    return en if os.environ.get("DONDOC_LANG") == "en" else vi
