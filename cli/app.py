"""The command `dondoc`: one module per noun, errors as sentences, exit codes that mean something.

A noun's module is loaded when it is used, and what can go wrong when it does: `dondoc --help` answers at once.

Exit codes: 0 done; 1 refused or invalid input; 2 wrong usage; 3 something is not there; 4 a part of the program
(database, engine, mail) does not work; 5 a check has found something wrong; 130 stopped by Ctrl-C.
"""

import sys
from collections.abc import Callable
from importlib.metadata import version

from cyclopts import App, CycloptsError

from actions.errors import NotFound, Refused
from cli.show import complain, lang
from documents.errors import DocumentError

REFUSED, NOT_FOUND, BROKEN, FOUND_WRONG, STOPPED = 1, 3, 4, 5, 130

app = App(
    name="dondoc",
    help="Đôn Đốc: turn a signed plan into flows that chase it until it is done.",
    version=version("dondoc"),
    version_flags=["--version"],
)
COMMANDS = {
    "plan": ("cli.plan:app", "Plans: read, import, show, export. (Kế hoạch)"),
    "unit": ("cli.unit:app", "Units, groups, contacts and people. (Đơn vị)"),
    "calendar": (
        "cli.calendar:app", "Working calendar: show, diff, override, withdraw. (Lịch làm việc)"
    ),
    "ladder": ("cli.ladder:app", "Ladders: list, show, load, choose, choices, remove. (Bậc nhắc)"),
    "absence": ("cli.absence:app", "Absences and deputies: list, add, end. (Vắng mặt, ủy quyền)"),
    "item": ("cli.item_moves:app", "Plan items: accept, assign, explain. (Nhiệm vụ)"),
    "cycle": ("cli.outlook:app", "Cycles: list, simulate, arm, disarm, compare, rehearse. (Chu kỳ năm)"),
    "assignment": (
        "cli.assignment:app",
        "Assignments: list, receive, suspend, resume, cancel, reassign, reopen. (Việc giao)",
    ),
    "extension": ("cli.extension:app", "Extensions: ask, grant, refuse, list. (Gia hạn)"),
    "evidence": ("cli.evidence:app", "Evidence: submit, accept, return, list. (Minh chứng)"),
    "notice": ("cli.notice:app", "Notices: list, waiting, stop, resume. (Thông báo)"),
    "amendment": (
        "cli.amendment:app", "Amendments: show, accept a newer version of a plan. (Sửa đổi kế hoạch)"
    ),
    "rollover": ("cli.rollover:app", "Rollover: propose, accept, lineage, close. (Chuyển sang năm sau)"),
    "audit": ("cli.audit:app", "Ledger: verify, export, head, log. (Nhật ký)"),
    "key": ("cli.key:app", "Keys for programs that call the REST API: make, list, revoke. (Khóa)"),
    "secret": ("cli.secret:app", "The key that signs links and seals secrets: renew, reseal. (Khóa ký)"),
    "webhook": ("cli.webhook:app", "Webhooks: make, list, rotate, off, on, ping, messages. (Báo chương trình khác)"),
    "db": ("cli.stack:db", "The database: upgrade, status. (Cơ sở dữ liệu)"),
    "up": (
        "cli.stack:up",
        "Start and supervise everything on this machine: Prefect, the worker, the schedules. Ctrl-C ends it. "
        "(Khởi động)",
    ),
    "backup": (
        "cli.stack:backup", "Keep both databases and the evidence files as they are at this moment. (Sao lưu)"
    ),
    "restore": ("cli.stack:restore", "Put a backup back; the stack must not be running. (Phục hồi)"),
    "doctor": (
        "cli.doctor:doctor",
        "Check database, ledger, Prefect, worker, mail, contacts, and say what to do; exit code 5 on errors. "
        "(Kiểm tra)",
    ),
    "demo": (
        "cli.demo:demo",
        "Show the whole chain on an example plan; everything is kept in one folder that is made anew. (Dùng thử)",
    ),
}  # fmt: skip
"""Every command: where it lives, and what it is for."""
for name, (place, purpose) in COMMANDS.items():
    app.command(place, name=name, help=purpose)

QUESTIONS = {"--help", "-h", "--version"}
"""What is asked about the command line itself, whatever is installed beside it."""


def main() -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(lambda: app(exit_on_error=False, print_error=True)))


def run(command: Callable[[], object]) -> int:
    """Run `command`; what it refuses becomes sentences on standard error and an exit code."""
    try:
        if not QUESTIONS.intersection(sys.argv):
            _check_versions()
        code = command()
        return code if isinstance(code, int) else 0
    except SystemExit:  # help was shown: nothing went wrong that would have to be named
        raise
    except KeyboardInterrupt:
        return STOPPED
    except CycloptsError:
        return 2
    except (Refused, DocumentError) as error:
        complain([_words(problem) for problem in error.problems])
        return NOT_FOUND if isinstance(error, NotFound) else REFUSED
    except _refusals() as error:
        complain([_words(error)])
        return REFUSED
    except _breakdowns() as error:
        complain([_words(error)])
        return BROKEN


def _check_versions() -> None:
    from deployments.versions import check_versions

    check_versions()


def _refusals() -> tuple[type[Exception], ...]:
    """Looked up only when something has gone wrong."""
    from models.database import Conflict
    from plan.calendar import CalendarError
    from settings import SettingsError

    return (SettingsError, CalendarError, Conflict)


def _breakdowns() -> tuple[type[Exception], ...]:
    from deployments.prefect_server import PrefectServerError
    from deployments.versions import VersionsError
    from models.database import StoreError
    from notifications.channels import ChannelError

    return (StoreError, VersionsError, ChannelError, PrefectServerError)


def _words(problem: object) -> str:
    return str(getattr(problem, lang(), problem))
