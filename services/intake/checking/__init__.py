"""Checking a card: how it stands, by its printed code, and the objects its QR is checked by."""
