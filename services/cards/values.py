"""Texts fitted to their slots: what a layout prints where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.cards.typesetting import MM_PER_PT, Slot, Step, clean, fit, fit_line, width_mm

LEADING = 1.17  # line height of texts with several lines
BOLD = "SemiBold"


@dataclass(frozen=True, slots=True)
class Value:
    """A text in its slot. `name` is its own on the card; `about` names the label it belongs to."""

    name: str
    slot: Slot
    step: int
    lines: tuple[str, ...]
    about: str

    @property
    def size(self) -> float:
        return self.slot.steps[self.step].size

    @property
    def leading(self) -> float:
        """Line height in mm."""
        step = self.slot.steps[self.step]
        if step.lines == 1 and self.slot.middle:
            return self.slot.height
        return step.size * LEADING * MM_PER_PT

    @property
    def top(self) -> float:
        if not self.slot.middle:
            return self.slot.top
        return self.slot.top + (self.slot.height - len(self.lines) * self.leading) / 2

    @property
    def style(self) -> str:
        """The same place as CSS."""
        slot = self.slot
        left, spread = slot.left, ""
        if slot.pitch:
            extra = slot.pitch - width_mm("0", slot.font, self.size)
            left, spread = left + extra / 2, f";letter-spacing:{extra:.4f}mm"
        return (
            f"left:{left:.3f}mm;top:{self.top:.3f}mm;width:{slot.width:.3f}mm"
            f";text-align:{slot.align};font-weight:{600 if slot.font == BOLD else 400}"
            f";font-size:{self.size}pt;line-height:{self.leading:.3f}mm{spread}"
        )


def value(name: str, slot: Slot, raw: str, about: str | None = None) -> list[Value]:
    """The text in its slot; nothing for an empty text."""
    text = clean(raw)
    if not text:
        return []
    setting = fit(text, slot)
    return [Value(name, slot, setting.step, setting.lines, about or name)]


def column(name: str, slot: Slot, raws: Sequence[str], about: str | None = None) -> list[Value]:
    """Rows below one another in the size that suits the longest.

    A row too long for one line at the smallest size is set alone, in two lines.
    """
    texts = [clean(raw) for raw in raws]
    steps = [fit_line(text, slot) for text in texts]
    shared = max((step for step in steps if step is not None), default=0)
    values: list[Value] = []
    for row, (text, step) in enumerate(zip(texts, steps, strict=True)):
        own = replace(slot, top=slot.top + row * slot.height)
        group = about or f"{name}{row}"
        if step is not None and text:
            values.append(Value(f"{name}{row}", own, shared, (text,), group))
        elif text:
            tight = replace(own, steps=(Step(6 if slot.height > 5 else 5, 2),))
            values += value(f"{name}{row}", tight, text, group)
    return values


def by_rows(*columns: Iterable[Value]) -> list[Value]:
    """Values of columns in the order in which rows are read."""
    every = [each for one in columns for each in one]
    return sorted(every, key=lambda each: (each.slot.top, each.slot.left))


def boxed(
    name: str, slot: Slot, text: str, groups: Sequence[int], gap: float, about: str | None = None
) -> list[Value]:
    """Characters in boxes of `slot.pitch`, in groups with a gap between."""
    values: list[Value] = []
    start, left = 0, slot.left
    for number, size in enumerate(groups):
        part = text[start : start + size]
        if part:
            own = replace(slot, left=left, width=size * slot.pitch)
            values.append(Value(f"{name}{number}", own, 0, (part,), about or name))
        start, left = start + size, left + size * slot.pitch + gap
    return values


def css(values: Iterable[Value]) -> str:
    return "\n".join(f".{each.name}{{{each.style}}}" for each in values)
