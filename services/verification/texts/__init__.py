"""Texts as data: reasons and messages to applicants, in versions that an administrator writes.

For the pages of decisions: `texts.preview(desk, case, texts.Asked(...))` or `texts.Refused(...)`
is what the applicant will read; `message.html` shows it.
"""

from services.verification.texts.previewing import Asked, Refused, preview

__all__ = ["Asked", "Refused", "preview"]
