"""`check`: what would be read of an audit file's sources, or of any single export."""

from __future__ import annotations

