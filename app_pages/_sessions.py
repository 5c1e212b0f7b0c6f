"""How long a sign-in lasts: 15 minutes without use, 8 hours at most, and not past its end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import streamlit as st

from app_pages._claims import Login

IDLE_S = 15 * 60
LONGEST_S = 8 * 3600
SKEW_S = 60
"""How far the clock of the provider may be ahead of ours."""


@dataclass
class Sessions:
    """When each sign-in was last used, over all tabs; what was signed out stays out.

    The identity cookie outlives all of this by weeks, and a copy of it cannot be called back:
    therefore a sign-in that is not known here counts from when the provider issued it.
    """

    used: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def why_over(self, login: Login) -> str:
        """Return why a sign-in holds no longer, in one word; empty where it holds."""
        now = time.time()
        last = self.used.get(login.key)
        checks = (
            ("signed_out", login.key in self.ended),
            ("future", login.issued > now + SKEW_S),
            ("longest", now - login.issued > LONGEST_S),
            ("expired", last is None and now > login.expires + SKEW_S),
            ("idle", now - (login.issued if last is None else last) > IDLE_S),
        )
        return next((word for word, is_so in checks if is_so), "")

    def use(self, login: Login) -> bool:
        """Note that a sign-in is used now; say whether it is new."""
        now = time.time()
        with self.lock:
            is_new = login.key not in self.used
            self.used[login.key] = now
            for kept in (self.used, self.ended):
                for key in [k for k, then in kept.items() if now - then > LONGEST_S + SKEW_S]:
                    del kept[key]
        return is_new

    def end(self, login: Login) -> None:
        """Let a sign-in hold no longer, in any tab and with any copy of its cookie."""
        with self.lock:
            self.ended[login.key] = time.time()


@st.cache_resource
def sessions() -> Sessions:
    """Return the sign-ins that this server knows."""
    return Sessions()
