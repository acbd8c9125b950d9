"""Texts as data: reasons and messages to applicants, in versions that an administrator writes.

For the pages and acts of decisions:

* `await texts.reasons_in_force(scope)` is the list of reasons, to offer and to check against.
* `await texts.preview(desk, case, texts.Asked(...))`, or `texts.Refused(...)`, is what the
  applicant will read; `message.html` shows it.
"""

from services.verification.texts.previewing import Asked, Refused, preview
from services.verification.texts.reason_store import in_force as reasons_in_force

__all__ = ["Asked", "Refused", "preview", "reasons_in_force"]
