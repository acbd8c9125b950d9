"""Uploads: bytes rest in quarantine until they are examined; only clean page images go on."""
