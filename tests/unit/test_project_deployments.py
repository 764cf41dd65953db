"""The files by which the program is run elsewhere: they name only what there is."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from settings import Settings

ROOT = Path(__file__).parents[2]
PLACES = ROOT / "deployments"
FILES = [*sorted((PLACES / "systemd").iterdir()), *sorted((PLACES / "container").iterdir())]
COMPOSE = PLACES / "container" / "compose.yaml"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = set(re.findall(r"DONDOC_([A-Z_]+)\b(?!…)", file.read_text("utf-8")))

    assert named - {name.upper() for name in Settings.model_fields} == set()


def test_the_image_holds_everything_that_is_packaged() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    dockerfile = (PLACES / "container" / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE)
    needed = {*wheel["only-include"], "requirements.txt", "pyproject.toml", "README.md"}

    assert {word for line in copied for word in line.split()} == needed


def test_every_value_that_compose_asks_for_stands_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text("utf-8")))
    example = (PLACES / "container" / "example.env").read_text("utf-8")

    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_services_depend_on_and_share_the_network_of_services_that_there_are() -> None:
    declared = yaml.safe_load(COMPOSE.read_text("utf-8"))
    services, volumes = declared["services"], set(declared["volumes"])
    wanted = {name for one in services.values() for name in one.get("depends_on", ())}
    wanted |= {
        one["network_mode"].removeprefix("service:") for one in services.values() if "network_mode" in one
    }

    assert wanted <= set(services)
    assert {mount.split(":")[0] for one in services.values() for mount in one.get("volumes", ())} == volumes


def test_units_start_what_this_program_installs() -> None:
    started = {
        line.split()[0].rpartition("/")[2]
        for file in (PLACES / "systemd").iterdir()
        for line in re.findall(r"^ExecStart(?:Pre)?=(.+)$", file.read_text("utf-8"), re.MULTILINE)
    }

    assert started == {"dondoc", "python"}
