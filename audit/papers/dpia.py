"""The draft of a data protection impact assessment (GDPR Art. 35)."""

from __future__ import annotations

from audit.papers.facts import Facts
from core.promises import PROMISES
from reports.paper import Block, Bullets, Heading, Paper, Table, Text

# (risk, how it comes about, likelihood, severity, measures, tests, what remains)
RISKS = (
    (
        "A manager works out what one person does or says",
        "by subtracting groups, comparing periods, or knowing a small team well",
        "medium",
        "high",
        "floor, complementary suppression with an audit of the row space, remainder rule, status "
        "only after small changes, rounding, bands, a fixed set of slices",
        "python -m audit attack RUN",
        "Low for computing; a guess by somebody who knows a group well cannot be excluded.",
    ),
    (
        "Retaliation against a team that is called cold",
        "a leader reads a verdict as blame",
        "medium",
        "high",
        "verdicts about conditions, with interval, caveat and what to try; groups see the same "
        "report at the same time; not for appraisal on every page",
        "tests/test_promises.py",
        "Medium: this is conduct, not computation. The agreement has to forbid it.",
    ),
    (
        "Function creep: the data serve another purpose later",
        "somebody with access changes the configuration",
        "medium",
        "high",
        "purposes are hashed; another set refuses to run without approval by two roles; floor and "
        "policy are frozen at the first release; the audit log shows each change",
        "tests/audit/test_purposes.py",
        "Low while the log is read by somebody.",
    ),
    (
        "Chilling effect: people write less, or write for the machine",
        "people learn that metadata are looked at",
        "high",
        "medium",
        "staff notice before the start, right to object, no targets, checks against gaming, "
        "survey-only as an alternative",
        "python -m audit validate",
        "Medium. It is a cost of any such audit and belongs in the balancing.",
    ),
    (
        "A wrong inference: a group is called cold by chance, or because it talks face to face",
        "noise, missing data, channels that are not exported",
        "medium",
        "medium",
        "permutation null, error rates over the whole organization, coverage gates, both layers "
        "side by side, what would settle it",
        "docs/validation.md",
        "Low for chance; not excluded for what no export holds.",
    ),
    (
        "A breach: somebody copies the private folder",
        "stolen laptop, wrong rights, backup",
        "low",
        "high",
        "no content and no names in tables, keyed pseudonyms, key kept elsewhere, encrypted "
        "vault, encrypted volume, deletion by schedule",
        "tests/test_content.py",
        "Medium: with the key, pseudonyms lead back to people.",
    ),
    (
        "Somebody reads health, union or works-council contacts out of the traffic",
        "messages to special functions are telling by themselves",
        "low",
        "high",
        "functions named in the configuration are filtered before anything is stored; themes of "
        "interviews in words and without counts",
        "tests/ingest/test_kinds.py",
        "Low where the list is complete; it has to be checked with the works council.",
    ),
)


_FLOW = (
    (
        "export",
        "the administrator exports metadata; content is left behind where the tool allows it, and "
        "never read where it does not",
        "administrator, operator",
    ),
    (
        "intake",
        "people become keyed pseudonyms; nothing else of an address is kept but in the encrypted "
        "vault",
        "operator",
    ),
    ("analysis", "counts and estimates in the private folder", "the program"),
    (
        "publishing wall",
        "small groups are hidden, numbers rounded, the whole checked for what could be computed "
        "from it",
        "the program",
    ),
    ("release", "published tables, app, reports", "roles of the access matrix"),
    ("deletion", "by schedule, or all at the end with the key", "operator, DPO"),
)
_ALTERNATIVES = (
    "Survey only: no message is looked at. Less intrusive, and for organizations under 150 people "
    "it says more. It does not see who is never asked and who does not answer.",
    "Interviews only: deep, not comparable between groups.",
    "Aggregates from the mail system (such as Viva): no control over floors, chance or "
    "combination.",
    "Weekly mode: events are deleted within days and only weekly sums remain.",
)
_BASIS = (
    "Art. 6(1)(f) GDPR with a documented balancing, or a collective agreement (Art. 88). Consent "
    "is weak at work. TO BE COMPLETED.",
    "Germany: section 26 BDSG in the light of CJEU C-34/21, co-determination under section 87(1) "
    "no. 6 BetrVG. Italy: Art. 4 of law 300/1970; the data protection authority holds metadata of "
    "mail for more than about 21 days to need an agreement or an authorisation. France: "
    "consultation of the CSE.",
    "EU AI Act Art. 5(1)(f): no inference of emotion at work. Nothing here infers an emotion; no "
    "verdict is about a person. Employees and their representatives are informed all the same.",
    "Art. 9: answers to a survey and contacts with protected functions can reveal special "
    "categories; see risk 7.",
    "Art. 22: no decision is automated.",
)


def dpia(facts: Facts) -> Paper:
    """Return the draft: purposes, data, necessity, risks, measures, residual risk, sign-off."""
    return Paper(
        key="dpia",
        title=f"Data protection impact assessment: {facts.name}",
        lead=(
            "A draft under Art. 35 GDPR, filled from the configuration of this audit. An "
            "assessment is to be presumed mandatory: employees are observed systematically, and "
            "sources are matched. The controller completes what only it knows; such places say "
            "TO BE COMPLETED."
        ),
        foot=facts.foot,
        dated=facts.dated,
        blocks=(
            *_processing(facts),
            *_sources(facts),
            *_necessity(facts),
            *_risks(),
            *_measures(facts),
            *_views(facts),
        ),
    )


def _processing(facts: Facts) -> tuple[Block, ...]:
    return (
        Heading("1 What is done"),
        Text(
            "Metadata of messages, the HR roster and answers to surveys are turned into figures "
            "about groups of at least "
            f"{facts.config.privacy.min_people} people: whether messages are answered, who is "
            "reached, who is left in peace after hours, and whether people say that they are "
            f"heard. Period: {facts.period}."
        ),
        Heading("Purposes", 2),
        Bullets(facts.config.audit.purposes),
        Heading("What is not done", 2),
        Bullets(tuple(p.says for p in PROMISES[:5])),
        Heading("Data flow", 2),
        Table(("step", "what happens", "who can open it"), _FLOW, (2, 6, 3)),
    )


def _sources(facts: Facts) -> tuple[Block, ...]:
    kept = facts.kept()
    return (
        Heading("Sources", 2),
        Table(
            ("export", "gives", "how it could mislead, and what is done"),
            tuple(
                (s.title, ", ".join(s.gives), "; ".join(s.traps) or "none known")
                for s in facts.sources
            ),
            (3, 2, 6),
        ),
        Text(
            "Every field with its source, purpose and retention stands in the data catalogue of "
            f"the works-council pack. Kept: {facts.messages_kept}, survey rows "
            f"{kept['surveys']}, places of rejected rows {kept['rejects']}."
        ),
        Heading("Roles", 2),
        Table(
            ("who", "role under the GDPR"),
            (
                (facts.name, "controller: TO BE COMPLETED with name and contact"),
                ("consultant who runs it", "processor under Art. 28: TO BE COMPLETED, or none"),
                ("maker of the software", "none: nothing is sent to it, there is no telemetry"),
            ),
            (3, 6),
        ),
    )


def _necessity(facts: Facts) -> tuple[Block, ...]:
    return (
        Heading("2 Necessity and proportionality"),
        Bullets(
            (
                "Only who, to whom, when, and by which channel; a list of what is never read is "
                "built into each reader.",
                "Results are used for groups; a person is never the object of a result.",
                f"Groups under {facts.config.privacy.min_people} people are not shown; policy "
                f"{facts.config.privacy.policy}.",
                "Functions whose contacts are protected are left out before storage: "
                + (
                    f"{len(facts.config.privacy.excluded_roles)} entries in the configuration."
                    if facts.config.privacy.excluded_roles
                    else "NONE ARE NAMED in the configuration. Works council, medical service, "
                    "ombuds and whistleblowing addresses have to be named before the start."
                ),
            )
        ),
        Heading("Alternatives considered", 2),
        Bullets(_ALTERNATIVES),
        Heading("Lawful basis", 2),
        Bullets(_BASIS),
    )


def _risks() -> tuple[Block, ...]:
    return (
        Heading("3 Risks to the people concerned"),
        Table(
            ("no.", "risk and how it comes about", "likelihood x severity", "measures",
             "evidence", "what remains"),
            tuple(
                (str(n), f"{risk}: {how}", f"{likely} x {severe}", measures, tests, rest)
                for n, (risk, how, likely, severe, measures, tests, rest) in enumerate(RISKS, 1)
            ),
            (1, 5, 3, 6, 4, 5),
            code=(4,),
        ),
    )  # fmt: skip


def _measures(facts: Facts) -> tuple[Block, ...]:
    return (
        Heading("4 Measures and their evidence"),
        Table(
            ("promise", "kept by", "test"),
            tuple((p.says, p.kept_by, ", ".join(p.tests)) for p in PROMISES),
            (5, 5, 6),
            code=(2,),
        ),
        Text(
            "Each test runs without access to any network and can be repeated by anybody with "
            "the source: make promises. The attack suite runs on the release itself: python -m "
            "audit attack RUN."
        ),
        Text(
            f"Purposes, the watch list and the checks against gaming are reviewed on "
            f"{facts.review:%d %B %Y} at the latest."
        ),
        Heading("5 Residual risk"),
        Text(
            "High risks are brought down to low or medium by the measures above. What remains: "
            "conduct of leaders, a chilling effect, inferences about groups that talk where no "
            "export looks, and the operator, who holds exports and key together while the audit "
            "runs. If the controller does not accept these, the authority is consulted (Art. 36)."
        ),
    )


def _views(facts: Facts) -> tuple[Block, ...]:
    blank = "TO BE COMPLETED"
    return (
        Heading("6 Views, advice, decision"),
        Table(
            ("who", "view or decision", "date"),
            (
                ("people concerned or their representatives (Art. 35(9))", blank, blank),
                ("data protection officer (Art. 35(2))", blank, blank),
                ("controller", blank, blank),
                ("next review", "this paper is made anew and compared",
                 f"{facts.review:%d %B %Y}"),
            ),
            (5, 5, 3),
        ),
    )  # fmt: skip
