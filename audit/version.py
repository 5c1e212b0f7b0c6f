"""The version of the product, as releases and manifests name it."""

from __future__ import annotations

VERSION = "0.1.0"
