"""The pack for a works council: what is held, what is seen, by whom, and how to check it."""

from __future__ import annotations

from audit.papers.catalogue import PRIVATE, fields_of, purpose_of
from audit.papers.facts import Facts
from core.promises import PROMISES
from core.roles import DOWNLOADS, PAGES, ROLES
from core.tables.published import PUBLISHED
from reports.paper import Block, Bullets, Heading, Paper, Table, Text
from reports.theme import CANNOT_SHOW

PROHIBITED = (
    "appraisal, pay, promotion, discipline, transfer or dismissal of anybody",
    "a ranking, score or list of persons, or of groups for a bonus",
    "finding out who answered a survey, objected, or wrote to whom",
    "watching a named person, in suspicion or out of it",
    "inference of mood, personality, health, union membership or intention to leave",
    "combination with other data about persons",
    "any purpose beyond those named here",
)
AGREEMENT = (
    "Purposes, sources, period, floor, policy and roles as in this pack; a change needs both "
    "sides.",
    "The functions left out before storage are agreed by name, and the list is checked before "
    "each import.",
    "Both sides see the release at the same time; no early view, no second version.",
    "The works council may read the audit log at any time, verify it, and keep the heads of the "
    "log that are sent to it.",
    "Either side may stop the audit by the kill switch; it goes on only when both agree.",
    "Releases follow a fixed schedule. Nothing is released in between.",
    "A group that is called cold is asked, not blamed; what is tried is decided with it.",
    "Private data are destroyed with the key at the end; the certificate goes to both sides.",
    "The attack suite is run on each release; its result is part of the minutes.",
    "Uses listed as prohibited are void; figures got by them may not be relied on.",
)


NOT_PREVENTED = (
    "Somebody who knows all but one member of a group well can guess at the one.",
    "Rounding blurs a change, it does not erase it: somebody who knows who left a "
    "group, and that all others answered as before, can explain up to a tenth of the "
    "variance of the leaver's value. The attack suite prints the measured share.",
    "Leaders also know their people without this audit, and act on what they think they know.",
    "Members of a group have no sign-in of their own: that they get the report when "
    "their leaders do is a promise the organization has to keep.",
    "Without a sign-in, whoever sits at the operator's machine sees all that is "
    "released; with one, leaders see their unit, what lies below it and the unit "
    "above.",
)


def works_council(facts: Facts) -> Paper:
    """Return the pack, told by configuration, tables and release where there is one."""
    return Paper(
        key="works-council-pack",
        title=f"Pack for the works council: {facts.name}",
        lead=(
            "What is held about people, what is shown about groups, to whom, and how to check "
            "that this is true. Generated from the configuration and the program itself, so that "
            "it cannot say something else than what runs."
        ),
        foot=facts.foot,
        dated=facts.dated,
        blocks=(
            *_purposes(facts),
            *_disclosure(facts),
            *_seen(facts),
            *_access(),
            *_checking(facts),
            *_agreement(),
            *_annexes(facts),
        ),
    )


def _purposes(facts: Facts) -> tuple[Block, ...]:
    return (
        Heading("1 What it is for, and what it is not for"),
        Bullets(facts.config.audit.purposes),
        Heading("Prohibited uses", 2),
        Bullets(PROHIBITED),
        Heading("What the numbers cannot show", 2),
        Bullets(CANNOT_SHOW),
        Heading("Promises and the tests that prove them", 2),
        Table(
            ("no.", "promise", "test"),
            tuple((str(p.number), p.says, ", ".join(p.tests)) for p in PROMISES),
            (1, 6, 6),
            code=(2,),
        ),
    )


def _disclosure(facts: Facts) -> tuple[Block, ...]:
    privacy = facts.config.privacy
    number = (
        "Between the floor and 19 people only a word is shown; numbers begin at 20."
        if privacy.policy == "strict"
        else "From 8 people on a number is shown, rounded to 5 points; sizes are bands."
    )
    return (
        Heading("2 What is hidden, and why"),
        Text(
            f"Floor: {privacy.min_people} people with data. Policy: {privacy.policy}. {number} "
            "A floor of 5 is fixed in the program; floor and policy cannot be relaxed after the "
            "first release."
        ),
        Heading("An example", 2),
        Text(
            "A division has three teams of 30, 12 and 6 people. The team of 6 is under the floor. "
            "Hiding it alone would be useless: the division minus the other two gives it back. So "
            "the team of 12 is hidden with it. The two together are 18 people, and what can be "
            "computed is their average, which tells about neither."
        ),
        Text(
            "The same question is asked of everything that is published together, by linear "
            "algebra: no hidden figure may be a combination of shown ones. It is asked again of "
            "both periods and of earlier releases: if one to "
            f"{privacy.min_people - 1} people joined or left a group of fewer than 42 (140 where "
            "a verdict rests on the number), only one of its two numbers is shown, because the "
            "difference would be about those who moved."
        ),
        Heading("What this does not prevent", 2),
        Bullets(NOT_PREVENTED),
    )


def _seen(facts: Facts) -> tuple[Block, ...]:
    examples = dict(facts.released.examples) if facts.released else {}
    says = (
        f"Release {facts.released.run_id}, {facts.released.period}, about "
        f"{facts.released.people} people. Its headline: {facts.released.headline}"
        if facts.released
        else "There is no release yet. Until then the sample of a made-up company shows the same "
        "pages and reports: python -m audit demo."
    )
    return (
        Heading("3 Everything that leaders will see"),
        Text(
            "Pages and reports are made from the following tables and nothing else; every column "
            "of them stands in annex A. They lie in the folder published/, where each can be "
            "opened and compared with this list."
        ),
        Text(says),
        Table(
            ("table", "what it says", "its first row that is shown"),
            tuple((t.name, t.says, examples.get(t.name, "")) for t in PUBLISHED.values()),
            (3, 4, 9),
            code=(0,),
        ),
    )


def _access() -> tuple[Block, ...]:
    opens = tuple(
        (
            role.title,
            role.says,
            ", ".join(PAGES[page] for page in role.pages),
            ", ".join(DOWNLOADS[name] for name in role.downloads) or "none",
        )
        for role in ROLES.values()
    )
    return (
        Heading("4 Who may open what"),
        Table(("role", "sees", "pages", "downloads"), opens, (3, 6, 5, 4)),
        Text(
            "Roles come from the organization's own sign-in; whoever has none is refused. Without "
            "a sign-in the app answers on one machine alone, that of the operator, and shows "
            "there all that is released. Every view, refusal and download is logged. Whoever has "
            "administrator's rights on that machine can read the private folder: the program "
            "cannot prevent that, only encryption of the disk and who holds the key can."
        ),
    )


def _checking(facts: Facts) -> tuple[Block, ...]:
    kept = facts.kept()
    return (
        Heading("5 How to check, and how to stop it"),
        Table(
            ("question", "how to find out"),
            (
                ("Has somebody looked, exported, changed a setting?",
                 "python -m audit audit-log show RUN, or the page Audit log"),
                ("Has the log been changed?", "python -m audit audit-log verify RUN; it names "
                 "the first bad entry. The head in each report's footer shows a cut tail."),
                ("Can a hidden group be computed?", "python -m audit attack RUN"),
                ("Was the configuration changed?",
                 "compare the hash in the footer of this paper with that of a report"),
                ("Is a person in it?", "python -m audit access-request, by the DPO"),
                ("Stop everything", "a file named STOP in the run folder, or python -m audit "
                 "stop RUN: runs and reports refuse, the app shows one sentence"),
            ),
            (4, 7),
        ),
        Text(
            f"Kept: {facts.messages_kept}, survey rows {kept['surveys']}, rejects "
            f"{kept['rejects']}. Backups are the operator's: they should expire within 30 days. "
            "At the end python -m audit purge --all destroys the data and the key and prints a "
            "certificate."
        ),
        Text(
            f"Next review of purposes, watch list and checks against gaming: "
            f"{facts.review:%d %B %Y}."
        ),
    )  # fmt: skip


def _agreement() -> tuple[Block, ...]:
    return (
        Heading("6 Points for an agreement"),
        Bullets(AGREEMENT),
    )


def _annexes(facts: Facts) -> tuple[Block, ...]:
    kept = facts.kept()
    blocks: list[Block] = [
        Heading("Annex A: every column that pages and reports are made from"),
        *(
            block
            for contract in PUBLISHED.values()
            for block in (
                Heading(contract.name, 2),
                Table(("column", "what it says"), fields_of(contract), (3, 9), code=(0,)),
            )
        ),
        Heading("Annex B: data catalogue, every field that is held"),
        Text(
            "Private tables. None of them can be opened in the app. What is derived is kept as "
            "long as what it is derived from."
        ),
    ]
    for contract in PRIVATE.values():
        purpose = purpose_of(contract)
        blocks += [
            Heading(contract.name, 2),
            Text(
                f"{contract.says} From: {purpose.comes_from}. What for: {purpose.why}. Kept: "
                f"{kept[purpose.kept]}."
            ),
            Table(("field", "what it says"), fields_of(contract), (3, 9), code=(0,)),
        ]
    return tuple(blocks)
