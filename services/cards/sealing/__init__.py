"""The office's own seal on the PDF of a card, unattended."""
