"""Pieces of New audit: add exports, check them, describe the audit, watch it run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app_pages import _access, _parts
from app_pages._jobs import Checked, Job, audit_file, with_aliases
from app_pages._uploads import is_too_much, paths_beyond, refusal
from core.text import md

PEEK_S = 1
NEVER_READ = (
    "Never read: subjects, texts, attachments and their names, names of channels, IP addresses, "
    "who opened what. Not even while checking."
)


def job() -> Job:
    """Return the job of this session; its folder is made when exports are first checked."""
    if "job" not in st.session_state:
        st.session_state["job"] = str(Job.create().folder)
    return Job(Path(st.session_state["job"]))


def start_over() -> None:
    """Forget this job; what it has published stays."""
    job().remove()
    for name in ("job", "checked", "suggested"):
        st.session_state.pop(name, None)


def add_exports() -> None:
    """Draw the first step: take files in under names of our own, and check each."""
    st.header("1. Add exports", anchor=False)
    st.markdown(
        "Rosters, mailboxes, chat exports, calendars, message tables, surveys: drop them here as "
        "the tool wrote them."
    )
    _parts.notice(
        NEVER_READ, "Files stay on this machine and are deleted once the audit has read them."
    )
    files = st.file_uploader("Exports", accept_multiple_files=True, key="exports") or []
    too_much = is_too_much([file.size for file in files])
    if too_much:
        st.error(
            "At most 20 files and 1 GB here. For more, use the command line.",
            icon=":material/error:",
        )
    if st.button("Check the exports", disabled=not files or too_much, key="check"):
        found: dict[str, Checked] = {}
        job().forget_uploads()  # what was checked before: a session holds no more than this
        bar = st.progress(0.0, "Checking")
        for number, file in enumerate(files, start=1):
            bar.progress((number - 1) / len(files), _nth(number, len(files)))
            suffix, content = Path(file.name).suffix, file.getvalue()
            if why := refusal(suffix, content):
                found[f"refused{number}"] = Checked(False, why)
                continue
            path = job().keep(number, suffix, content)
            found[path.name] = job().check(path.name)
        bar.empty()
        st.session_state["checked"] = found
        st.session_state.pop("suggested", None)
    for number, checked in enumerate(_checked().values(), start=1):
        icon = ":material/check_circle:" if checked.is_good else ":material/error:"
        first = checked.says.partition("\n")[0]
        with st.expander(_line(number, first), icon=icon, expanded=not checked.is_good):
            st.code(checked.says, language=None, wrap_lines=True)


def describe() -> None:
    """Draw the second step: what the audit is called, who is inside, and the whole audit file."""
    good = [checked.declares for checked in _checked().values() if checked.is_good]
    if not good:
        return
    st.header("2. Describe the audit", anchor=False)
    left, middle, right = st.columns(3)
    title = left.text_input("Name", "New audit", key="title")
    domains = middle.text_input("Own mail domains, with commas", key="domains")
    zone = right.text_input("Time zone", "UTC", key="zone")
    named = [part.strip() for part in domains.split(",") if part.strip()]
    st.text_area(
        "Audit file",
        audit_file(title, named, zone, good),
        height=320,
        key=f"audit_text_{hash((title, domains, zone, *good))}",
        help="Every key: docs/configuration.md. Which questions belong together is never guessed.",
        on_change=None,
    )
    text = str(st.session_state.get(f"audit_text_{hash((title, domains, zone, *good))}", ""))
    if beyond := paths_beyond(text):
        st.error(
            "Only uploaded files may be named here; elsewhere lies: " + md(", ".join(beyond)),
            icon=":material/error:",
        )
        return
    _review(text)
    if st.button("Check and run", type="primary", icon=":material/play_arrow:", key="run"):
        _run(text, title)


def _review(text: str) -> None:
    """Draw whose the open addresses and accounts may be; a person decides, nothing else does."""
    if st.button("Review open identities", icon=":material/person_search:", key="review"):
        job().audit_file.write_text(_with_aliases(text), encoding="utf-8")
        with st.spinner("Comparing names"):
            st.session_state["suggested"] = job().review()
    checked, table = st.session_state.get("suggested", (None, None))
    if checked is None:
        return
    if not checked.is_good or table.empty:
        st.code(checked.says, language=None, wrap_lines=True)
        return
    st.markdown(md(checked.says.partition(" are in ")[0] + "."))
    decided = st.data_editor(
        table,
        disabled=[name for name in table.columns if name != "decision"],
        column_config={
            "decision": st.column_config.SelectboxColumn("Same person?", options=["", "yes", "no"])
        },
        hide_index=True,
        key="decisions",
    )
    if st.button("Take over what I decided", key="decide"):
        done = job().decide(decided)
        st.session_state.pop("suggested")
        (st.success if done.is_good else st.error)(md(done.says.partition("As it was")[0]))


def _with_aliases(text: str) -> str:
    return with_aliases(text) if job().has_aliases else text


def watch() -> bool:
    """Draw the audit under way or its result; return whether there is one."""
    if "job" not in st.session_state or job().run is None:
        return False
    st.header("3. Run", anchor=False)
    _watched()
    return True


@st.fragment(run_every=PEEK_S)
def _watched() -> None:
    looking = _access.require("new_audit")  # a fragment reruns without its page
    code = job().exit_code()
    if code is None:
        now = job().progress()
        label = md(f"{now.label}: {now.words()}") if now else "Starting"
        st.progress((now.share if now else None) or 0.0, label)
        st.button("Stop", on_click=_stop, icon=":material/stop:", key="stop")
        return
    job().forget_uploads()
    if code == 0:
        st.success("The audit is done. The uploaded files are deleted.", icon=":material/check:")
        if looking.is_local and st.button("Open it", type="primary", key="open"):
            st.session_state["run_folder"] = str(job().run)
            start_over()
            st.switch_page("app_pages/overview.py")
    else:
        st.error("The audit has stopped. Nothing was published.", icon=":material/error:")
    # What a run says at its end holds verdicts; an operator reads no results.
    if code or looking.scope.reach == "whole":
        st.code(job().output(), language=None, wrap_lines=True)
    if st.button("Start over", key="over"):
        start_over()
        st.rerun()


def _stop() -> None:
    if _access.viewer().may_open("new_audit"):  # a callback runs before its page
        job().stop()


def _nth(number: int, n: int) -> str:
    return md(f"Checking export {number} of {n}")


def _line(number: int, says: str) -> str:
    return md(f"Export {number}: {says}")


def _checked() -> dict[str, Checked]:
    found: dict[str, Checked] = st.session_state.get("checked", {})
    return found


def _run(text: str, title: str) -> None:
    job().audit_file.write_text(_with_aliases(text), encoding="utf-8")
    with st.spinner("Checking the audit file"):
        checked = job().check(job().audit_file.name)
    if checked.is_good:
        job().start(title)
        st.rerun()
    st.error("The audit file does not hold.", icon=":material/error:")
    st.code(checked.says, language=None, wrap_lines=True)
