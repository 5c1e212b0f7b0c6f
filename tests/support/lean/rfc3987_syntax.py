"""Stands before a package that only the tool for the bill of materials brings along.

Wherever that package lies, everything that draws a chart loads it through `jsonschema` and
builds a grammar for seconds. An installed product has no such package; tests run without it too.
"""

raise ImportError("tests run without the grammar of internationalized addresses")
