"""`dondoc unit`: the directory of units, groups, contacts and people."""

from pathlib import Path

from cyclopts import App
from sqlmodel import col, select

from actions import addresses
from actions.addresses import dead_addresses
from actions.directory import apply_directory, read_csv, read_yaml
from cli.files import text_of
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.people import Contact, Person, Unit
from plan.recipients import shown

app = App(name="unit")


@app.command
def load(file: Path, *, by: str | None = None) -> None:
    """Load units, groups, contacts and people from YAML or CSV; what is there is brought up to date. (Nạp danh bạ)"""
    text = text_of(file)
    spec = read_csv(text, file.name) if file.suffix.lower() == ".csv" else read_yaml(text, file.name)
    place = open_place()
    with unit_of_work(place.url) as session:
        counts = apply_directory(session, spec, at=place.now, actor=acting(session, by, place))
    tell(f"Đã nạp {counts['units']} đơn vị, {counts['groups']} khối, {counts['contacts']} địa chỉ, "
         f"{counts['people']} người.",
         f"Loaded {counts['units']} units, {counts['groups']} groups, {counts['contacts']} "
         f"contacts, {counts['people']} people.")  # fmt: skip


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List the units with their addresses. (Danh sách đơn vị)"""
    with reading(open_place().url) as session:
        contacts = session.exec(select(Contact).where(col(Contact.active))).all()
        units = session.exec(select(Unit).order_by(Unit.code)).all()
    reached = {
        u.id: "; ".join(f"{c.role}: {shown(c.address)}" for c in contacts if c.unit_id == u.id) for u in units
    }
    table(({"code": u.code, "name": u.name, "contacts": reached[u.id]} for u in units), output)


@app.command
def bounced(*, output: Output = "text") -> None:
    """List the addresses that mail comes back from; nothing is sent there. (Địa chỉ bị trả thư)"""
    with reading(open_place().url) as session:
        rows = dead_addresses(session)
    table(
        ({"address": shown(d.address), "whose": d.whose, "since": d.since, "key": d.key} for d in rows),
        output,
    )


@app.command
def use_again(address: str, *, reason: str = "", by: str | None = None) -> None:
    """Send to an address again that mail came back from. (Dùng lại địa chỉ)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        count = addresses.use_again(
            session, address, reason=reason, at=place.now, actor=acting(session, by, place)
        )
    tell(
        f"Từ nay lại gửi tới {address} ({count} nơi dùng).", f"Mail goes to {address} again ({count} places)."
    )


@app.command
def people(*, output: Output = "text") -> None:
    """List the people. (Danh sách người dùng)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Person).order_by(Person.code)).all()
    table(({"code": p.code, "name": p.name, "role": p.role, "address": p.address} for p in rows), output)
