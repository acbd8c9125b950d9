"""The office's full list of occupations: imported by command, used by the form."""

from services.intake.occupations.catalogue import Catalogue

__all__ = ["Catalogue"]
