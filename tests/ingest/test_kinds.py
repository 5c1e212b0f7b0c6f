"""Addresses of roles, lists, rooms and machines, told from people's."""

from __future__ import annotations

import pytest

from ingest.people.identity import canonical
from ingest.people.kinds import is_machine, is_role_mailbox


@pytest.mark.parametrize(
    "local",
    ["info", "support", "front-office", "info2", "sales.de", "support-emea", "hr.team",
     "büro", "vertrieb", "rechnungen", "kundenservice", "betriebsrat",
     "segreteria", "ufficio", "risorse.umane", "assistenza_clienti",
     "accueil", "service-client", "comptabilité", "rh",
     "recepcion", "atencion-cliente", "ventas",
     "vendas", "recursos.humanos", "atendimento",
     "inkoop", "klantenservice", "personeelszaken"],
)  # fmt: skip
def test_role_mailboxes_of_six_languages_are_no_people(local: str) -> None:
    assert is_role_mailbox(canonical(f"email:{local}@acme.example"))


@pytest.mark.parametrize(
    "local",
    ["dl-sales", "dev-announce", "project-x-list", "users-request", "verteiler-berlin",
     "room12", "room.3", "sala-verdi", "meetingroom.oslo", "besprechungsraum-2",
     "salle_reunion_4", "sala.riunioni.b", "vergaderruimte1"],
)  # fmt: skip
def test_lists_and_rooms_are_no_people(local: str) -> None:
    assert is_role_mailbox(canonical(f"email:{local}@acme.example"))


@pytest.mark.parametrize(
    "local",
    ["ana.rossi", "kim.press", "anna.list", "karl.service", "ben.sales", "roomi.kumar",
     "sala.maria", "hr.schmidt", "paul.office", "per.andersson", "li.all", "conrad", "raumer"],
)  # fmt: skip
def test_people_who_bear_such_words_as_names_stay_people(local: str) -> None:
    address = canonical(f"email:{local}@acme.example")
    assert is_role_mailbox(address) is (local == "li.all")  # two letters read as a country
    assert not is_machine(address)


@pytest.mark.parametrize(
    "local",
    ["do_not_reply", "no.reply", "nicht-antworten", "keine-antwort", "non.rispondere",
     "ne-pas-repondre", "no-responder", "nao-responda", "niet-beantwoorden", "jira-bot",
     "svc-backup", "notifications-eu"],
)  # fmt: skip
def test_machines_of_six_languages_are_known(local: str) -> None:
    assert is_machine(canonical(f"email:{local}@acme.example"))


@pytest.mark.parametrize("local", ["talbot", "abbot.kim", "nora.reply", "cronin", "daemonic"])
def test_names_that_look_like_machines_are_none(local: str) -> None:
    assert not is_machine(canonical(f"email:{local}@acme.example"))


def test_what_is_no_address_is_no_mailbox() -> None:
    assert not is_role_mailbox("slack:T1:info")
    assert not is_machine("id:noreply")
