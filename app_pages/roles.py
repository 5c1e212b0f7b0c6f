"""Roles: who may open what, and how the sign-in is set up; read only."""

from __future__ import annotations

import streamlit as st

from app_pages import _access, _parts, _roles
from app_pages._markup import note, show
from app_pages._settings import read_sign_in

_access.require("roles")
_access.viewed("roles")
_parts.page_head(
    "Roles", "Who may open what. Changed in the secrets of the deployment, never from here."
)
show(_roles.roles_table())
sign_in = read_sign_in(st.get_option("secrets.files"))
if sign_in is not None:
    st.header("How the sign-in is set up", anchor=False)
    show(_roles.sign_in_facts(sign_in))
    st.header("Which value gives which role", anchor=False)
    show(_roles.mapping_table(sign_in))
note("Changes hold from the next click of everybody on; docs/access.md says where they are made.")
