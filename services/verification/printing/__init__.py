"""Printing for the counter: batches of cards, printers, and what came out."""
