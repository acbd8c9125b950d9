"""The form of AK/II: pages and fields as data, and the rules that read what was posted."""

from services.intake.forms.fields import Errors, Field, FormPage, Group, Option, Values
from services.intake.forms.pages import ANSWER_PAGES, PAGES, TASKS, Task
from services.intake.forms.parsing import Parsed, form_of, parse_page

__all__ = [
    "ANSWER_PAGES",
    "PAGES",
    "TASKS",
    "Errors",
    "Field",
    "FormPage",
    "Group",
    "Option",
    "Parsed",
    "Task",
    "Values",
    "form_of",
    "parse_page",
]
