"""What must hold on each state of each public page: axe-core, labels, small screens, big letters."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from playwright.async_api import Page

Check = Callable[[Page], Awaitable[list[str]]]
FOLDER = Path(__file__).parent
AXE = (FOLDER / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
_RULES = (FOLDER / "page_rules.js").read_text("utf-8").strip()
_RULES = _RULES[_RULES.index("(() =>") :]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SMALLEST = 320
HALF_DESK = 640

RUN_AXE = """tags => axe.run(document, {
  runOnly: tags, resultTypes: ['violations'], preload: false, elementRef: false
}).then(found => found.violations.map(rule => rule.id + ' (' + rule.help + '): '
  + rule.nodes.map(node => node.html.slice(0, 160) + ' ' + node.any.concat(node.all, node.none)
    .map(each => each.message).join('; ')).join(' | ')))"""

# The purpose of a question by the last part of its name: autocomplete (WCAG 1.3.5) and keyboard.
_PURPOSES: Mapping[str, tuple[str | None, str | None]] = {
    r"full_name": ("name", None),
    r"mobile|phone": ("tel", "tel"),
    r"email": ("email", "email"),
    r"birth_date-(day|month|year)": (r"bday-\1", "numeric"),
    r"nik|family_card_number": ("off", "numeric"),
    r".*_postal_code": (None, "numeric"),
    r".*_r[tw]": ("off", "numeric"),
    r"year(_.*)?": ("off", "numeric"),
    r"otp|one_time_code": ("one-time-code", "numeric"),
}
_TYPED = {"text", "tel", "email", "number", "search", "url"}


def rule(call: str) -> str:
    """An expression that calls one of the functions of page_rules.js."""
    return f"{_RULES}.{call}"


async def accessible(page: Page) -> list[str]:
    """The rules of axe-core for WCAG 2.2 AA; the script comes by CDP, so the CSP stays on."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN_AXE, WCAG)
    return found


async def named(page: Page) -> list[str]:
    """One heading, a title, Indonesian; each question with a label that everybody can see."""
    wrong = []
    if await page.locator("h1").count() != 1:
        wrong.append("not exactly one h1")
    if await page.locator("html").get_attribute("lang") != "id":
        wrong.append("not marked as Indonesian")
    controls: list[dict[str, str]] = await page.evaluate(rule("controls()"))
    for control in controls:
        wrong += [f"{control['name']}: {text}" for text in _remarks(control)]
    return wrong


def _remarks(control: Mapping[str, str]) -> list[str]:
    remarks = [] if control["label"] else ["no label that can be seen"]
    if control["type"] == "radio" and not control["legend"]:
        remarks.append("a choice without a question")
    if control["type"] == "number":
        remarks.append("type=number drops what a person types; use inputmode")
    name = re.sub(r"^.*-\d+-", "", control["name"])
    if control["type"] in _TYPED and not control["autocomplete"]:
        remarks.append("says nothing about autocomplete")
    for pattern, (autocomplete, inputmode) in _PURPOSES.items():
        fits = re.fullmatch(pattern, name)
        if fits is None or control["type"] not in _TYPED:
            continue
        expected = fits.expand(autocomplete) if autocomplete else None
        if expected and control["autocomplete"].split(" ")[-1] != expected:
            remarks.append(f"autocomplete={control['autocomplete']!r}, not {expected!r}")
        if inputmode and control["inputmode"] != inputmode:
            remarks.append(f"inputmode={control['inputmode']!r}, not {inputmode!r}")
    return remarks


async def fits_the_smallest_phone(page: Page) -> list[str]:
    """Nothing scrolls sideways at 320 pixels (WCAG 1.4.10)."""
    return await _at(page, SMALLEST, 0)


async def grows_with_the_letters(page: Page) -> list[str]:
    """Text of 200 % in half the desk: nothing scrolls sideways, nothing is cut off (1.4.4)."""
    return await _at(page, HALF_DESK, 200)


async def _at(page: Page, width: int, percent: int) -> list[str]:
    """Who walks in a window of this width needs no other, which takes time."""
    before = page.viewport_size
    assert before is not None
    is_other = before["width"] != width
    if is_other:
        await page.set_viewport_size({"width": width, "height": before["height"]})
    found: list[str] = await page.evaluate(rule(f"misfits({percent})"))
    if is_other:
        await page.set_viewport_size(before)
    return found


CHECKS: Mapping[str, Check] = {
    "named": named,
    "accessible": accessible,
    "fits_the_smallest_phone": fits_the_smallest_phone,
    "grows_with_the_letters": grows_with_the_letters,
}


async def look(page: Page, name: str) -> None:
    """A state of a page is as every page must be."""
    for rule, check in CHECKS.items():
        assert await check(page) == [], f"{name}: {rule}"
