"""The workbook: every number of the report, with formulas and links switched off."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from core.files import write_whole
from reports import theme
from reports.brief import Brief
from reports.registry import WriterInfo, writers
from reports.sheets import Cell, Sheet, sheets

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Looks:
    head: Format
    text: Format
    quiet: Format
    whole: Format
    decimal: Format
    title: Format
    strong: Format
    states: dict[str, Format]


@writers.add("xlsx", WriterInfo("Workbook", ".xlsx", _MIME))
def write_xlsx(brief: Brief, path: Path) -> None:
    """Write one sheet per table; status has a column of its own, a hidden value is blank."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, _OPTIONS)
    last = brief.about.last_on
    workbook.set_properties(
        {
            "title": f"{brief.about.title}, empathy audit",
            "author": "Isotherm",
            "created": dt.datetime(last.year, last.month, last.day),
        }
    )
    looks = _looks(workbook)
    for sheet in sheets(brief):
        _add(workbook, sheet, looks, _foot(brief))
    workbook.close()
    write_whole(path, content.getvalue())


def _add(workbook: Workbook, sheet: Sheet, looks: _Looks, foot: str) -> None:
    page = workbook.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8{foot}&R&8&P / &N")
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    if sheet.is_prose:
        _add_prose(page, sheet, looks)
    else:
        _add_table(page, sheet, looks)


def _add_prose(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    page.set_portrait()
    for place, (name, text) in enumerate(sheet.rows):
        page.write_string(place, 0, str(name), looks.strong if place else looks.title)
        page.write_string(place, 1, str(text), looks.text)


def _add_table(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, looks.head)
    for place, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write(page, (place, column), value, looks)
    page.freeze_panes(1, sheet.frozen)
    page.repeat_rows(0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _write(page: Worksheet, at: tuple[int, int], value: Cell, looks: _Looks) -> None:
    row, column = at
    if value is None:
        page.write_blank(row, column, None, looks.text)
    elif isinstance(value, str):
        page.write_string(row, column, value, looks.states.get(value, looks.text))
    elif isinstance(value, int) or float(value).is_integer():
        page.write_number(row, column, value, looks.whole)
    else:
        page.write_number(row, column, value, looks.decimal)


def _looks(workbook: Workbook) -> _Looks:
    base = {
        "font_name": "Calibri",
        "font_size": 10,
        "valign": "top",
        "font_color": theme.LIGHT.ink,
    }
    wrapped = base | {"text_wrap": True}
    head = base | {"bold": True, "bottom": 1, "bg_color": theme.LIGHT.panel, "text_wrap": True}
    states: dict[str, Format] = {}
    for state in theme.STATES.values():
        if state.is_marked:
            tint = theme.mixed(theme.LIGHT.page, theme.LIGHT.fills[state.key], 0.25)
            look = workbook.add_format(wrapped | {"bg_color": tint, "bold": True})
            states |= {state.word: look, state.word_both: look}
    for key, name in theme.JOINT_STATES.items():
        states[theme.JOINT_WORDS[key]] = states[theme.STATES[name].word]
    quiet = workbook.add_format(wrapped | {"font_color": theme.LIGHT.muted, "italic": True})
    states["Not shown"] = quiet
    return _Looks(
        head=workbook.add_format(head),
        text=workbook.add_format(wrapped),
        quiet=quiet,
        whole=workbook.add_format(base | {"num_format": "#,##0"}),
        decimal=workbook.add_format(base | {"num_format": "0.0#"}),
        title=workbook.add_format(base | {"font_size": 16, "bold": True}),
        strong=workbook.add_format(wrapped | {"bold": True}),
        states=states,
    )


def _foot(brief: Brief) -> str:
    return brief.foot.replace("&", "&&")
