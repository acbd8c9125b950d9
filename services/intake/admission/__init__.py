"""Admission under overload: newcomers wait in line, in order, and those who began go on.

Each process decides for itself by what it measures of itself (docs/decisions/0011).
"""
