"""Reports: choose formats, write them from the published tables, download."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app_pages import _access, _parts, _reports
from app_pages._markup import fill, note, show
from core.errors import AuditError
from core.text import md

release = _parts.need_release("reports")
_access.viewed("reports")
ticket = _access.ticket("reports")
if ticket is None:
    _access.refuse("reports", _access.viewer())
formats = _reports.known_formats()

_parts.page_head(
    "Reports",
    "Every document is written from the same published tables as these pages: no number in one "
    "that is not in the other.",
)
chosen = st.pills(
    "Formats",
    list(formats),
    default=_reports.usual(formats),
    key="formats",
    selection_mode="multi",
    format_func=lambda name: md(formats[name].title),
)
if st.button(
    "Write the documents",
    type="primary",
    icon=":material/edit_document:",
    disabled=not chosen,
    key="write",
):
    try:
        _access.exported("reports", ",".join(chosen))
        _reports.write(release, list(chosen), formats)
    except AuditError as error:
        st.error(md(str(error)), icon=":material/error:")

st.header("Ready to download", anchor=False)
ready = _reports.ready_files(release, formats)
if not ready:
    _parts.notice(
        "Choose formats above and write them; it takes a few seconds.",
        strong="Nothing has been written for this release yet.",
    )
with st.grid(3, border=True, min_column_width=240, key="downloads") as cards:
    for document in ready:
        with cards.cell():
            show(
                fill(
                    '<div class="iso"><p class="iso-strong">{title}</p><p class="iso-soft '
                    'iso-small">{says}</p></div>',
                    title=document.title,
                    says=document.says,
                )
            )
            st.download_button(
                "Download",
                partial(ticket.load, document.path),
                document.path.name,
                document.mime,
                key=f"get-{document.path.name}",
                icon=":material/download:",
                on_click="ignore",
            )
note(f"Each document carries the line: {_reports.foot(release)}")
_parts.foot(release)
