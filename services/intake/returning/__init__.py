"""Back to a draft without an account: its code, and a one-time code to phone or mailbox.

What opens a draft to whom, and why: docs/decisions, "Back to a draft".
"""
