"""The app behind a sign-in, opened as one account or another, on a run of its own."""

from __future__ import annotations

import re
from pathlib import Path

from app_text import text_of
from shared_data import CHECKOUT
from signed_in import accounts, claims_of
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.journal import entries
from core.published import Published
from core.roles import ROLES

ISSUER = "https://login.company.example"
PEOPLE = accounts(("workshop", "office"))


class App:
    """The app behind a sign-in, opened as one account or another, on a run of its own."""

    def __init__(self, run: Path, secrets: Path) -> None:
        self.run = run
        self.secrets = secrets
        groups = Published(run / "published").table("org_groups")
        self.title = str(Published(run / "published").table("about")["title"].iloc[0])
        self.names = dict(zip(groups["group_id"], groups["name"], strict=True))

    def open(
        self, account: str, page: str = "", script: str = "app.py", address: str = "", **query: str
    ) -> AppTest:
        """Open a page from the menu, a script without its front door, or what is typed."""
        at = AppTest.from_file(str(CHECKOUT / script), default_timeout=60)
        at._page_hash = calc_hash(address) if address else ""
        at.user = claims_of(PEOPLE[account], ISSUER, account)
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        if page and page != ROLES.get(account, ROLES["leader"]).home:
            at.switch_page(f"app_pages/{page}.py").run()
        return at

    def named(self, at: AppTest) -> set[str]:
        """Return the ids of the groups whose name stands anywhere on a page."""
        said = all_text(at).replace(self.title, "")
        return {i for i, name in self.names.items() if re.search(rf"\b{re.escape(name)}\b", said)}

    def log(self) -> list[tuple[str, dict]]:
        return [(entry.event, dict(entry.facts)) for entry in entries(self.run / "journal.jsonl")]


def all_text(at: AppTest) -> str:
    boxes = [*at.selectbox, *at.get("multiselect")]
    options = [str(o) for box in boxes for o in box.options]
    shown = [str(e.value) for e in (*at.error, *at.info, *at.warning, *at.success, *at.code)]
    charts = [repr(c.proto) for c in at.get("vega_lite_chart")]
    frames = [f.value.to_csv() for f in at.dataframe]
    return "\n".join([text_of(at), *options, *shown, *charts, *frames])
