"""`dondoc plan`: read a document, put it in, look at it, take it out as YAML.

Reading opens no database, so nothing that does is loaded for it: the other verbs live in `cli/plan_store.py`.
"""

from pathlib import Path

from cyclopts import App

from cli.files import read_file
from cli.show import Output, out, print_json, shorten, table, tell
from documents.draft import as_json

app = App(name="plan")


@app.command
def read(file: Path, *, output: Output = "text") -> None:
    """Read a document and show the tasks found, without storing anything. (Đọc thử văn bản)

    Parameters
    ----------
    file
        The document: .txt, .docx, .pdf, .xlsx, .html or .yaml.
    output
        `text` for people, `json` for programs.
    """
    draft = read_file(file)
    if output == "json":
        print_json(as_json(draft))
        return
    d = draft.document
    tell(f"{d.kind or 'Văn bản'} {d.number or '(không số)'}, {d.issuer or '?'}, ngày "
         f"{d.date or '?'}: {len(draft.items)} nhiệm vụ",
         f"{d.kind or 'Document'} {d.number or '(no number)'}, {d.issuer or '?'}, {d.date or '?'}: "
         f"{len(draft.items)} tasks")  # fmt: skip
    table(
        (
            {"code": i.code, "task": shorten(i.text), "lead": "; ".join(i.lead), "due": i.due_text}
            for i in draft.items
        ),
        "text",
    )
    for warning in (*draft.warnings, *(w for i in draft.items for w in i.warnings)):
        out.print(f"! {warning.message}", markup=False)


for verb, function in (("import", "import_"), ("list", "list_"), ("show", "show"), ("export", "export")):
    app.command(f"cli.plan_store:{function}", name=verb)
