"""The shape of the project: folders that are fixed, names that would hide others, what may not be committed."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FLOORS = (
    "plan",
    "documents",
    "models",
    "actions",
    "notifications",
    "tasks",
    "flows",
    "deployments",
    "web",
    "cli",
)
FIXED = (
    "flows",
    "tasks",
    "models",
    "notifications",
    "deployments",
    "tests",
    "pyproject.toml",
    "prefect.yaml",
)
BINARY = {".png", ".jpg", ".ico", ".docx", ".pdf", ".xlsx", ".zip", ".woff2"}


def committed() -> list[Path]:
    """Every file under version control, or every file where there is none (an unpacked archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Names of the modules that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module


@pytest.mark.parametrize("name", FIXED)
def test_what_the_user_fixed_at_the_top_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_no_folder_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "core", "helpers", "misc", "lib"}

    assert [path for path in committed() if drawers & set(path.relative_to(ROOT).parts)] == []


def test_no_flow_file_hides_a_package_or_a_standard_module() -> None:
    """Prefect puts `flows/` first on the path when it loads an entrypoint."""
    taken = {path.stem for path in ROOT.iterdir() if not path.name.startswith(".")} | set(
        sys.stdlib_module_names
    )
    installed = set(packages_distributions())

    files = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}

    assert files & (taken | installed) == set()


def deployments() -> list[dict[str, Any]]:
    return yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


@pytest.mark.parametrize("deployment", deployments(), ids=lambda one: str(one["name"]))
def test_every_entrypoint_in_prefect_yaml_is_a_flow_that_takes_its_parameters(
    deployment: dict[str, Any],
) -> None:
    from prefect import Flow

    file, _, name = deployment["entrypoint"].partition(":")
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    flow = getattr(module, name)

    assert isinstance(flow, Flow)
    assert set(deployment.get("parameters", {})) <= set(flow.parameters.properties)


def test_flow_files_define_flows_and_nothing_else() -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Expr)
    for path, tree in sources("flows"):
        assert [node.lineno for node in tree.body if not isinstance(node, allowed)] == [], path
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert all(
            "flow" in ast.unparse(each.decorator_list[0]) for each in functions if each.decorator_list
        ), path


def test_settings_stand_below_everything() -> None:
    tree = ast.parse((ROOT / "settings.py").read_text("utf-8"))

    assert {name.partition(".")[0] for name in imported(tree)} & set(FLOORS) == set()


def declared(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = project["project"]["dependencies"] + [
        line for group in groups for line in project["dependency-groups"][group]
    ]
    return {re.split(r"[\[<>=!~ ]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize(
    ("folders", "groups"),
    [((*FLOORS, "migrations"), ()), (("tests", "bench"), ("dev", "bench", "fuzz"))],
    ids=["run", "dev"],
)
def test_every_package_that_is_imported_is_declared(
    folders: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    ours = {path.stem for path in ROOT.iterdir()}
    names, known = packages_distributions(), declared(*groups)
    for path, tree in sources(*folders):
        roots = {name.partition(".")[0] for name in imported(tree)} - set(sys.stdlib_module_names) - ours
        missing = {
            root
            for root in roots
            if not known & {re.sub("[._]", "-", each.lower()) for each in names.get(root, [root])}
        }
        assert missing == set(), f"{path.relative_to(ROOT)} imports what pyproject.toml does not name"


def test_every_declared_package_is_pinned_with_hashes() -> None:
    for file, groups in (("requirements.txt", ()), ("requirements-dev.txt", ("dev", "bench", "build"))):
        text = (ROOT / file).read_text("utf-8")
        blocks = re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==.*\n((?:    --hash=.*\n)*)", text, re.MULTILINE)
        assert declared(*groups) - {name for name, _ in blocks} == set(), file
        assert [name for name, hashes in blocks if not hashes] == [], file


def test_running_and_developing_are_pinned_to_the_same_versions() -> None:
    run, everything = (
        set(re.findall(r"^\S+==\S+", (ROOT / file).read_text("utf-8"), re.MULTILINE))
        for file in ("requirements.txt", "requirements-dev.txt")
    )

    assert run - everything == set()


# Put together here so that this file does not hold what it looks for.
UNWANTED = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.debian", ".org"),
        ("/work/", "main"),
        ("/work/", "shared"),
        ("/opt/", "wheels"),
        ("--index", "-url"),
    )
)


def test_no_package_index_and_no_path_of_one_machine_is_committed() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in committed()
        if path.suffix not in BINARY
        for text in [path.read_text("utf-8", "replace")]
        for word in UNWANTED
        if word in text.replace("--no-emit" + "-index-url", "")
    ]

    assert found == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(
        r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b|pragma: no " + r"cover"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in committed()
        if path.suffix == ".py" and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if words.search(line)
    ]

    assert found == []


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))

    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {"setup", "demo", "test", "check", "bench", "clean", "help"} <= targets
    assert targets == set(re.findall(r"^  make (\S+)", said, re.MULTILINE))
