"""The report as one HTML file: pictures inside, no script, nothing fetched, prints well."""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup

from reports.brief import Brief
from reports.charts.legend import symbol_svg
from reports.document import document
from reports.figures import figures
from reports.files import read_template, write_text
from reports.registry import WriterInfo, writers


@writers.add("html", WriterInfo("Report as a web page", ".html", "text/html"))
def write_html(brief: Brief, path: Path) -> None:
    """Write the report as one page; every name is escaped, our own pictures are not."""
    write_text(path, page(brief))


def page(brief: Brief) -> str:
    """Return the page as text."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(read_template("report.html.j2"))
    return template.render(d=document(brief), figures=figures(brief), symbol=_symbol, safe=Markup)


def _symbol(state: str) -> Markup:
    return Markup(symbol_svg(state)) if state else Markup("")  # noqa: S704  constant pictures
