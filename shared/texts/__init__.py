"""Messages to applicants as data: their words, what fills them, and the mail around them.

The desk edits and previews the words, notify sends them; both compose here.
"""
