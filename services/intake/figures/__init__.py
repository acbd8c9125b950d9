"""Public figures of the service itself: how many, how fast, who waits; small counts are hidden."""

from services.intake.figures.board import Board, Figures
from services.intake.figures.counting import Period, Share

__all__ = ["Board", "Figures", "Period", "Share"]
