"""Information pages: texts that the office edits as files, checked and made into HTML."""

from services.intake.information.library import InformationPage, Library, Shelf, load_library
from services.intake.information.source import TextError

__all__ = ["InformationPage", "Library", "Shelf", "TextError", "load_library"]
