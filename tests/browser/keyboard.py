"""Walking a page by keyboard alone: where Tab goes, whether one sees it, and what Enter and Escape do there."""

from playwright.sync_api import Page

WALK = """() => {
  const can = "a[href], area[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, iframe, [tabindex='0']";
  const shown = e => e.checkVisibility({visibilityProperty: true}) && (e.matches("summary") || !e.closest("details:not([open])") || e.closest("details:not([open])") === e.parentElement.closest("summary")?.parentElement);
  const oneOf = e => !e.matches("[type=radio]") || e === (e.form.querySelector(`[name='${e.name}']:checked`) || e.form.querySelector(`[name='${e.name}']`));
  const rolls = e => (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight) && /auto|scroll/.test(getComputedStyle(e).overflow) && ![...e.querySelectorAll(can)].some(shown);
  const look = e => { const s = getComputedStyle(e); return [s.outlineStyle === "none" ? "" : s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join("|"); };
  const all = [...document.body.querySelectorAll("*")].filter(e => (e.matches(can) ? shown(e) && oneOf(e) : rolls(e)) && !e.closest("dialog"));
  const before = new Map(all.map(e => [e, look(e)]));
  const name = e => `<${e.tagName.toLowerCase()}> ${(e.getAttribute("aria-label") || e.innerText || e.name || e.href || "").trim().slice(0, 40)}`;
  const covered = e => {
    const box = [...e.getClientRects()].find(r => r.width && r.height);
    if (!box) return "has no place";
    const x = box.left + box.width / 2, y = Math.min(Math.max(box.top, 0) + 4, box.bottom - 1), on = document.elementFromPoint(x, y);
    if (box.bottom <= 0 || box.top >= innerHeight) return "is out of sight";
    return !on || e.contains(on) || on.contains(e) || on.closest("label")?.control === e ? "" : "is covered by " + name(on);
  };
  const seen = [];
  document.addEventListener("focusin", ({target: e}) => {
    if (!before.has(e)) return seen.push([name(e), "is reached, though it is no link, button or field"]);
    seen.push([name(e), look(e) === before.get(e) ? "looks the same with the focus" : covered(e), all.indexOf(e)]);
  });
  window.walked = () => {
    const inside = document.activeElement;
    if (inside.matches("iframe") && seen.at(-1)[2] !== all.indexOf(inside)) seen.push([name(inside), "", all.indexOf(inside)]);
    return seen;
  };
  return all.map(name);
}"""
"""Watches where the focus goes; answers what Tab must reach, in the order of the page."""


def opened_by_keyboard(page: Page) -> None:
    """Every `details` is opened with Enter, from the outside in; what it holds is then on the page."""
    while closed := page.query_selector("details:not([open], [data-menu]) > summary:visible"):
        closed.focus()
        page.keyboard.press("Enter")
        assert closed.evaluate("e => e.parentElement.open"), closed.inner_text()


def faults_of_walking(page: Page) -> list[str]:
    """What is wrong on the way from the top of the page to its end with Tab, and one step back."""
    page.evaluate(
        "() => { document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); }"
    )
    reachable: list[str] = page.evaluate(WALK)
    page.evaluate("document.querySelector('.skip').focus()")
    for _ in range(len(reachable) + MORE):
        page.keyboard.press("Tab")
        if len(page.evaluate("walked()")) >= len(reachable):
            break
    page.keyboard.press("Shift+Tab")
    *forth, back = page.evaluate("walked()")
    faults = [f"{name} {fault}" for name, fault, *_ in forth if fault]
    missed = [
        name for number, name in enumerate(reachable) if [number] not in [place for _, _, *place in forth]
    ]
    faults += [f"{name} is not reached" for name in missed]
    order = [place for _, _, *place in forth if place]
    if order != sorted(order) or [*back[2:]] != [len(reachable) - 2]:
        faults.append(
            f"Tab goes {[name for name, *_ in forth]}, then back to {back[0]}; the page has {reachable}"
        )
    return faults


def skips(page: Page) -> bool:
    """Whether the first Tab of a fresh page brings the way past the menu, and Enter goes it; what is wrong comes first."""
    if page.locator("[data-focus]").count():
        return page.evaluate("document.activeElement.matches('[data-focus]')")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    return first and page.evaluate("document.activeElement.id === 'main'")


def dialog_opens_and_closes(page: Page) -> None:
    """The list of keys opens with its button or with "?", holds the focus, and gives it back on Escape."""
    button = page.locator("[data-help]")
    (button if button.count() else page.locator("main")).focus()
    page.keyboard.press("Enter" if button.count() else "?")
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    assert page.evaluate(
        "!document.querySelector('dialog').open && !document.activeElement.closest('dialog')"
    )
    assert not button.count() or button.evaluate("e => e === document.activeElement")


def menu_opens_and_closes(page: Page) -> None:
    """What opens over the page with Enter is gone again when the focus leaves it, and with Escape."""
    menu = page.locator("details[data-menu]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert menu.evaluate("e => e.open && e.contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert menu.evaluate("e => !e.open && document.activeElement === e.querySelector('summary')")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert menu.evaluate("e => !e.open && !e.contains(document.activeElement)")


MORE = 60
"""More presses than there are stops: a date has four of them, and a letter in its frame has links of its own."""
HOVER = """() => [...document.styleSheets].flatMap(s => [...s.cssRules]).flatMap(r => r.cssRules?.length && !r.selectorText ? [...r.cssRules] : [r])
  .filter(r => r.selectorText?.includes(":hover"))
  .filter(r => ["display", "visibility", "opacity", "content", "clip-path", "height", "max-height", "position", "left"].some(p => r.style.getPropertyValue(p)))
  .map(r => r.cssText)"""
"""The rules by which something would show only under the mouse."""
