"""How a person works a form: with pointer and keys, or with the keyboard alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Locator, Page, expect

from tests.acceptance.made_up import Control, MadeUp
from tests.acceptance.page_rules import rule

MAIN_BUTTON = "button.govuk-button:not(.govuk-button--secondary):not(.govuk-button--warning)"

MOST_STOPS = 400


class Hand(Protocol):
    async def follow(self, link: Locator) -> None:
        """Open the page that a link or a button-like link leads to."""

    async def press(self, button: Locator) -> None:
        """A button that leads to a new page."""

    async def complete(self, page: Page, form: str, answers: MadeUp) -> None:
        """Answer every question of the form and press its main button."""

    async def send_file(self, page: Page, form: str, file: Path) -> None:
        """Choose the file and press the form's button."""


async def controls_of(page: Page, form: str) -> list[Control]:
    """The questions a person can see in the form now, in their order."""
    found: list[dict[str, Any]] = await page.evaluate(rule(f"questions({form!r})"))
    return [
        Control(each["name"], each["type"], each["inputmode"], tuple(each["options"]))
        for each in found
    ]


class Pointer:
    """Answers in rounds, for an answer may bring further questions; then taps the button."""

    async def follow(self, link: Locator) -> None:
        await link.click()
        await link.page.wait_for_load_state()

    async def press(self, button: Locator) -> None:
        async with button.page.expect_navigation():
            await button.click()

    async def complete(self, page: Page, form: str, answers: MadeUp) -> None:
        known: set[str] = set()
        while True:
            new = [each for each in await controls_of(page, form) if each.name not in known]
            if not new:
                break
            known.update(each.name for each in new)
            entries = {each.name: answers.answer(each) for each in new}
            await page.evaluate(rule(f"fill({form!r}, {json.dumps(entries)})"))
        await self.press(page.locator(form).locator(MAIN_BUTTON).last)

    async def send_file(self, page: Page, form: str, file: Path) -> None:
        await page.locator(form).locator("input[type=file]").set_input_files(file)
        await page.locator(form).locator("button.govuk-button").first.click()


class Keyboard:
    """Tab, Space, Enter, arrows and letters; every stop must show itself."""

    def __init__(self) -> None:
        self.unseen: list[str] = []

    async def _next(self, page: Page) -> dict[str, Any]:
        """Press Tab; what has the focus then."""
        await page.keyboard.press("Tab")
        stop: dict[str, Any] = await page.evaluate(rule("focused()"))
        if stop["unseen"]:
            self.unseen.append(f"{page.url}: {stop['text']}: {stop['unseen']}")
        return stop

    async def _stops(self, goal: Locator) -> AsyncIterator[dict[str, Any]]:
        """Every stop on the way to `goal`, which is the last; each may be answered."""
        page = goal.page
        await goal.evaluate(
            "goal => { for (const e of document.querySelectorAll('[data-goal]')) "
            "e.removeAttribute('data-goal'); goal.setAttribute('data-goal', ''); }"
        )
        for _ in range(MOST_STOPS):
            stop = await self._next(page)
            yield stop
            if stop["goal"]:
                return
        raise AssertionError(f"{goal} cannot be reached by keyboard on {page.url}")

    async def _reach(self, goal: Locator) -> None:
        async for _ in self._stops(goal):
            pass

    async def follow(self, link: Locator) -> None:
        await self.press(link)

    async def press(self, button: Locator) -> None:
        await self._reach(button)
        async with button.page.expect_navigation():
            await button.page.keyboard.press("Enter")

    async def complete(self, page: Page, form: str, answers: MadeUp) -> None:
        """Once from the top of the page to the main button, answering on the way."""
        known: set[str] = set()
        async for stop in self._stops(page.locator(form).locator(MAIN_BUTTON).last):
            name = stop["name"]
            if name and name not in known and stop["form"]:
                known.add(name)
                asked = {each.name: each for each in await controls_of(page, form)}
                if name in asked:
                    await self._enter(page, asked[name], answers.answer(asked[name]))
        async with page.expect_navigation():
            await page.keyboard.press("Enter")

    async def _enter(self, page: Page, control: Control, entry: str) -> None:
        keys = page.keyboard
        if control.type == "radio":
            await self._choose(page, control, entry)
        elif control.type == "checkbox":
            chosen: bool = await page.evaluate("document.activeElement.checked")
            if entry == await page.evaluate("document.activeElement.value") and not chosen:
                await keys.press("Space")
        elif control.type == "select":
            for _ in control.options:
                if await page.evaluate("document.activeElement.value") == entry:
                    return
                await keys.press("ArrowDown")
            raise AssertionError(f"{control.name}: {entry} cannot be chosen by arrow keys")
        else:
            await keys.press("Control+A")
            await keys.type(entry) if entry else await keys.press("Delete")

    async def _choose(self, page: Page, control: Control, entry: str) -> None:
        await page.keyboard.press("Space")
        for _ in control.options:
            if await page.evaluate("document.activeElement.value") == entry:
                return
            await page.keyboard.press("ArrowDown")
        raise AssertionError(f"{control.name}: {entry} cannot be chosen by arrow keys")

    async def send_file(self, page: Page, form: str, file: Path) -> None:
        field = page.locator(form).locator("input[type=file]")
        async with page.expect_file_chooser() as chooser:  # begun early: the browser must know
            await self._reach(field)
            await page.keyboard.press("Space")
        await (await chooser.value).set_files(file)
        await expect(field).to_be_focused()
        await self._reach(page.locator(form).locator("button.govuk-button").first)
        await page.keyboard.press("Enter")
