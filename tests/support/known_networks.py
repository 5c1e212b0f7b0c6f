"""Public networks with published numbers, as arcs and people."""

from __future__ import annotations

import csv
from pathlib import Path

import networkx as nx
import pandas as pd
from shared_data import shared_path

from core.tables.canonical import MESSAGES, PEOPLE
from graph.network import CommunicationGraph

ARCS = ["source_id", "target_id"]


def email_eu_core() -> tuple[pd.DataFrame, pd.Series]:
    """Return arcs and department of SNAP's email-Eu-core."""
    folder = shared_path("data", "eu-core")
    arcs = pd.read_csv(folder / "email-Eu-core.txt", sep=r"\s+", names=ARCS, dtype=str)
    labels = pd.read_csv(
        folder / "email-Eu-core-department-labels.txt", sep=r"\s+", names=["id", "d"], dtype=str
    )
    return arcs, labels.set_index("id")["d"]


def org_network(name: str) -> tuple[CommunicationGraph, pd.DataFrame]:
    """Return one of the Krackhardt (`ht_*`) or Lazega (`law_*`) networks and its people by id."""
    arcs = pd.read_csv(shared_path("data", "org-networks", f"{name}.edges.csv"), dtype=str)
    people = pd.read_csv(shared_path("data", "org-networks", f"{name}.nodes.csv"), dtype=str)
    people = people.set_index("id")
    graph = CommunicationGraph.build(arcs.set_axis(ARCS, axis=1), people.index)
    return graph, people


def both_ways(graph: nx.Graph) -> CommunicationGraph:
    """Return an undirected networkx graph as one in which all contact is two-way."""
    pairs = [(str(a), str(b)) for a, b in graph.edges]
    arcs = pd.DataFrame([*pairs, *((b, a) for a, b in pairs)], columns=ARCS)
    return CommunicationGraph.build(arcs, [str(p) for p in graph.nodes])


def enron_mail(folder: Path) -> Path:
    """Write the staff mail of Enron as canonical tables without links; return the folder."""
    read = {"sep": "\t", "header": None, "quoting": csv.QUOTE_NONE}
    told = ["message_id", "sent_s", "sender_id"]
    mail = pd.read_csv(
        shared_path("data", "enron", "messages.tsv"), **read, usecols=[0, 2, 4], encoding="latin-1"
    )
    rows = pd.read_csv(shared_path("data", "enron", "recipients.tsv"), **read, usecols=[0, 2])
    rows = rows.set_axis(["message_id", "recipient_id"], axis=1)
    rows = rows.merge(mail.set_axis(told, axis=1), on="message_id", validate="m:1")
    day, second = rows["sent_s"] // 86400, rows["sent_s"] % 86400
    ids = ["message_id", "sender_id", "recipient_id"]
    rows = rows.astype(dict.fromkeys(ids, str)).assign(
        thread_id=rows["message_id"].astype(str),
        n_recipients=rows.groupby("message_id")["recipient_id"].transform("size"),
        sent_day=day,
        sent_hour=second // 3600,
        sender_work_s=rows["sent_s"] // 3,
        recipient_work_s=rows["sent_s"] // 3,
        is_off_hours=(second < 9 * 3600) | (second >= 17 * 3600),
    )
    plain = {"channel": "email", "act": "post", "role": "to", "visibility": "direct"}
    rows = rows.assign(**plain, is_automated=False, reply_quality="none", source="messages_csv")
    staff = pd.read_csv(shared_path("data", "enron", "employees.tsv"), **read, encoding="latin-1")
    people = pd.DataFrame({"person_id": staff[0].astype(str), "unit_id": staff[2]})
    people = people.assign(
        valid_from_day=0, kind="employee", time_zone="America/Chicago", is_leader=False
    )
    MESSAGES.write(rows, folder)
    PEOPLE.write(people, folder)
    return folder
