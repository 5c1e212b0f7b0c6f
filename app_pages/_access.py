"""Who may look: without sign-in, only this machine."""

from __future__ import annotations

import ipaddress

import streamlit as st

REFUSAL = (
    "Isotherm has no sign-in yet, so it opens on this machine only: start it with "
    "`--server.address 127.0.0.1`."
)


def is_loopback(address: str | None) -> bool:
    """Return whether a server address can be reached from this machine alone."""
    if not address:
        return False  # an empty address means every network interface
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_other_addresses() -> None:
    """Stop with one sentence where the server listens to more than this machine."""
    if not is_loopback(st.get_option("server.address")):
        st.error(REFUSAL, icon=":material/lock:")
        st.stop()
