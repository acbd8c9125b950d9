"""Sheets for the counter: many cards in one PDF, as a batch of the desk asks for them."""
