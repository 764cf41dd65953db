"""The command `dondoc`: one module per noun, errors as sentences, exit codes that mean something.

Exit codes: 0 done; 1 refused or invalid input; 2 wrong usage; 3 something is not there; 4 a part of the program
(database, engine, mail) does not work; 5 a check has found something wrong; 130 stopped by Ctrl-C.
"""

import sys
from collections.abc import Callable
from importlib.metadata import version

from cyclopts import App, CycloptsError

from actions.errors import NotFound, Refused
from cli import (
    absence,
    amendment,
    assignment,
    audit,
    calendar,
    cycle,
    demo,
    doctor,
    evidence,
    extension,
    item,
    item_moves,
    ladder,
    notice,
    outlook,
    plan,
    rollover,
    stack,
    unit,
)
from cli.show import complain, lang
from deployments.prefect_server import PrefectServerError
from documents.errors import DocumentError
from models.database import Conflict, StoreError
from notifications.channels import ChannelError
from plan.calendar import CalendarError
from settings import SettingsError, VersionsError, check_versions

REFUSED, NOT_FOUND, BROKEN, FOUND_WRONG, STOPPED = 1, 3, 4, 5, 130

app = App(
    name="dondoc",
    help="Đôn Đốc: turn a signed plan into flows that chase it until it is done.",
    version=version("dondoc"),
    version_flags=["--version"],
)
NOUNS = (
    plan, unit, calendar, ladder, absence, item, cycle, assignment, extension, evidence, notice, amendment, rollover,
    audit,
)  # fmt: skip
assert item_moves.app is item.app  # their verbs stand under the nouns `item` and `cycle`
assert outlook.app is cycle.app
for noun in NOUNS:
    app.command(noun.app)
app.command(stack.db)
for verb in (stack.up, stack.backup, stack.restore, doctor.doctor, demo.demo):
    app.command(verb)


def main() -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(lambda: app(exit_on_error=False, print_error=True)))


def run(command: Callable[[], object]) -> int:
    """Run `command`; what it refuses becomes sentences on standard error and an exit code."""
    try:
        check_versions()
        code = command()
        return code if isinstance(code, int) else 0
    except CycloptsError:
        return 2
    except (Refused, DocumentError) as error:
        complain([_words(problem) for problem in error.problems])
        return NOT_FOUND if isinstance(error, NotFound) else REFUSED
    except (SettingsError, CalendarError, Conflict) as error:
        complain([_words(error)])
        return REFUSED
    except (StoreError, VersionsError, ChannelError, PrefectServerError) as error:
        complain([_words(error)])
        return BROKEN
    except KeyboardInterrupt:
        return STOPPED


def _words(problem: object) -> str:
    return str(getattr(problem, lang(), problem))
