"""`dondoc doctor`: what works, what does not, and what to do."""

from cli.show import Output, out, print_json, say
from tasks.place import here

FOUND_WRONG = 5
_SIGNS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}


def doctor(*, output: Output = "text") -> int:
    """Check database, ledger, Prefect, worker, mail, contacts, and say what to do; exit code 5 on errors. (Kiểm tra)"""
    from deployments.checkup import check_up

    findings = check_up(here())
    if output == "json":
        print_json([vars(f) for f in findings])
    else:
        for f in findings:
            out.print(_SIGNS[f.level], end=" ")
            out.print(f"{f.what}: {f.seen}" + (f" → {f.todo}" if f.todo else ""), markup=False)
        if all(f.level == "ok" for f in findings):
            out.print(say("Mọi thứ đều tốt.", "Everything is well."))
    return FOUND_WRONG if any(f.level == "error" for f in findings) else 0
