"""The notice to staff (GDPR Art. 13 and 14): one page in plain words."""

from __future__ import annotations

from audit.papers.facts import Facts
from reports.paper import Bullets, Heading, Paper, Text

_NEVER = (
    "What you write. Subject lines. Names of files and channels. Calls, camera, screen, keyboard, "
    "presence, read receipts. Your mood, health, personality or plans to leave."
)
_RIGHTS = (
    "Ask what is held about you (Art. 15).",
    "Object (Art. 21): from then on nothing of yours enters any figure. You remain one of the "
    "heads of your group, nothing more.",
    "Have your data erased (Art. 17).",
    "Have them corrected (Art. 16): the roster is corrected at its source.",
    "Complain to the data protection authority.",
)


def staff_notice(facts: Facts) -> Paper:
    """Return the notice: what is looked at, what is not, who sees what, how to object."""
    floor, kept = facts.config.privacy.min_people, facts.kept()
    return Paper(
        key="staff-notice",
        title="What the empathy audit looks at, and what it does not",
        lead=(
            f"{facts.name}. Period: {facts.period}. Contact for questions and objections: TO BE "
            "COMPLETED (data protection officer, works council)."
        ),
        foot=facts.foot,
        dated=facts.dated,
        blocks=(
            Heading("What it is for", 2),
            Bullets(facts.config.audit.purposes),
            Heading("What is looked at", 2),
            Bullets(_looked_at(facts)),
            Heading("What is never looked at", 2),
            Text(f"{_NEVER} {_left_out(facts)}"),
            Heading("What comes out", 2),
            Text(
                f"Figures about groups of at least {floor} people. No list, score or graph of "
                "persons, for nobody. It may not be used for appraisal, pay, discipline or "
                "dismissal. Your group sees the same report as its leaders, at the same time."
            ),
            Heading("How long data are kept", 2),
            Text(
                f"{facts.messages_kept.capitalize()}, survey answers {kept['surveys']}. Names "
                "and addresses are replaced by keyed codes at once; the file that could lead "
                "back is encrypted and opened by hand only, for a stated reason, each time on "
                "record."
            ),
            Heading("What you can do", 2),
            Bullets(_RIGHTS),
            Text(
                "Nobody has to give a reason, and nobody in your line of management learns of a "
                "request."
            ),
        ),
    )


def _left_out(facts: Facts) -> str:
    if facts.config.privacy.excluded_roles:
        return (
            "Contacts with the functions that the works council and the company have named: they "
            "are dropped before anything is stored."
        )
    return (
        "TO BE SETTLED before this notice goes out: no protected function (works council, medical "
        "service, ombuds) is named in the configuration yet, so their messages would be read like "
        "any other."
    )


def _looked_at(facts: Facts) -> tuple[str, ...]:
    found = []
    if facts.gives("messages"):
        found.append(
            "Who wrote to how many people, when, by which channel, and whether an answer came: "
            "the outside of messages, as on an envelope."
        )
    if facts.gives("people"):
        found.append("The list of employees: team, site, level, entry date, manager.")
    if facts.gives("answers"):
        mode = facts.config.survey.mode
        found.append(
            f"Answers to the survey, which was promised to be {mode}. They are never put "
            "together with messages of a person."
        )
    if facts.gives("codings"):
        found.append("Themes of interviews, as codes without words of anybody.")
    return tuple(found)
