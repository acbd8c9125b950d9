"""The questions as this office asks them (`[skills]` and `[wage]` of the office file)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

from services.intake.forms.fields import Field, FormPage, Group, Option, as_typed
from shared.office import Office
from shared.wages import wage_in_words


def tailored(page: FormPage, office: Office) -> FormPage:
    """The page, or the part of it that stands on one screen."""
    if page.id == "skills" and office.skills.min_rows:
        groups = tuple(_at_least(each, office.skills.min_rows) for each in page.groups)
        return replace(page, groups=groups)
    if page.id == "preferences" and office.wage.mode == "bands":
        fields = tuple(_in_bands(each, office.wage.bands) for each in page.fields)
        return replace(page, fields=fields)
    return page


def _at_least(group: Group, rows: int) -> Group:
    return replace(group, least=rows, hint=f"Isi paling sedikit {rows} keterampilan.")


def _in_bands(field: Field, limits: tuple[int, ...]) -> Field:
    if field.name != "wage":
        return field
    return replace(
        field,
        kind="select",
        empty="Pilih upah yang diinginkan, atau kosongkan.",
        rule=as_typed,
        options=_bands(limits),
        hint="Boleh dikosongkan.",
    )


@cache
def _bands(limits: tuple[int, ...]) -> tuple[Option, ...]:
    """The first band has no beginning, the last one no end."""
    between = (f"{low}-{high}" for low, high in pairwise(limits))
    bands = (f"-{limits[0]}", *between, f"{limits[-1]}-")
    return tuple(Option(band, wage_in_words(band)) for band in bands)
