"""The code lists as options of questions."""

from __future__ import annotations

from services.intake.forms.fields import Option
from shared import code_lists


def _options(labels: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in labels.items())


APPLICATION_KIND = _options(code_lists.APPLICATION_KIND)
REPLACEMENT_REASON = _options(code_lists.REPLACEMENT_REASON)
FORM_PAGE = _options(code_lists.FORM_PAGE)
YES_NO = _options({"yes": "Ya", "no": "Tidak"})
HAS_MOBILE = _options({"yes": "Ya", "no": "Tidak punya nomor HP"})
PROVINCE = _options(code_lists.PROVINCE)
SEX = _options(code_lists.SEX)
RELIGION = _options(code_lists.RELIGION)
MARITAL_STATUS = _options(code_lists.MARITAL_STATUS)
DISABILITY_STATUS = _options(code_lists.DISABILITY_STATUS)
DISABILITY_KIND = _options(code_lists.DISABILITY_KIND)
CONTACT_CHANNEL = _options(code_lists.CONTACT_CHANNEL)
FORM_LEVEL = _options(code_lists.EDUCATION_FORM_LEVEL)
LEVEL_RANK = {option.value: rank for rank, option in enumerate(FORM_LEVEL)} | {"smk": 3}
LEVELS_WITH_MAJOR = frozenset(LEVEL_RANK) - {"none", "sd", "smp"}
COMPLETED = _options({"yes": "Tamat", "no": "Tidak tamat"})
LANGUAGE = _options(code_lists.LANGUAGE)
LANGUAGE_LEVEL = _options(code_lists.LANGUAGE_LEVEL)
GUARDIAN_RELATION = _options(code_lists.GUARDIAN_RELATION)
EMPLOYMENT_STATUS = _options(code_lists.EMPLOYMENT_STATUS)
WORK_LOCATION = _options(code_lists.WORK_LOCATION)
INDUSTRY = _options(code_lists.INDUSTRY)
