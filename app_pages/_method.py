"""The text of Method and privacy, in sections."""

from __future__ import annotations

import streamlit as st

from app_pages import _parts
from app_pages._data import Release
from app_pages._gate import Viewer
from app_pages._markup import Markup, fill, heads, join, note, show, wide_table
from app_pages._pills import pill
from app_pages._roles import roles_table
from app_pages._sayings import LAYERS
from core.promises import PROMISES
from core.text import md
from reports.brief import About
from reports.method import CELL, CERTIFICATE, Certified, certified
from reports.trust import catalogue

_VERDICTS = (
    (
        "desert",
        "Colder than comparable groups by a material amount, beyond what chance gives "
        "anywhere in the tree, in most windows, and whoever is left out.",
    ),
    (
        "desert_watch",
        "Colder by a material amount, but the evidence would not survive every "
        "check above. Look again.",
    ),
    ("typical", "The whole interval lies near the rest."),
    ("hotspot_watch", "Warmer by a material amount, not yet confirmed."),
    ("hotspot", "As a desert, in the other direction. Something others could copy."),
    (
        "blind_spot",
        "What people do and what they say point in different directions. Often the "
        "most useful thing to ask about.",
    ),
    (
        "not_enough_evidence",
        "The default. It does not mean typical: an effect may be there that "
        "this data cannot tell from chance.",
    ),
    (
        "not_shown",
        "Too few people, or it would reveal a smaller group. No number exists for it anywhere.",
    ),
)

_GLOSSARY = (
    ("unit", "a team or sub-organization of the org tree"),
    (
        "group",
        "a set of people a number may be about: a unit with all below it, or several "
        "small units together",
    ),
    ("message", "one act of sending, by mail or in a chat"),
    ("tie", "two people with contact in both directions"),
    ("window", "four whole weeks; a period pools several"),
    ("indicator", "a number about a group with a question behind it"),
    ("leaning", "which side of the rest a group's estimate lies on, with its odds; no verdict"),
    ("interval", "90 %: drawn so that nine in ten such intervals hold the true difference"),
)


def claims() -> None:
    """Say what may be claimed and what may not."""
    st.header("What this can say", anchor=False)
    st.markdown(
        "Traces of communication cannot show empathy. They can show whether conditions that "
        "empathy needs are there: people get answers, upward as well as downward; everybody is "
        "reached; nobody is left alone or pressed at night. Whether people *feel* heard is known "
        'only by asking them. So the words are always "conditions for empathy in a group", '
        "never the empathy of a person, and there is no single empathy score.\n\n"
        "Behavioural indicators are **not yet validated in your organization**; until they are, "
        "read them together with what people say."
    )


def verdicts() -> None:
    """Say what each verdict word means."""
    st.header("What a verdict is", anchor=False)
    show(
        fill(
            '<ul class="iso iso-steps">{rows}</ul>',
            rows=join(
                fill("<li><span>{pill}</span><span>{says}</span></li>", pill=pill(word), says=says)
                for word, says in _VERDICTS
            ),
        )
    )
    st.markdown(
        "A verdict speaks of conditions in a group over several weeks. It does not say why, and "
        "it ranks nobody."
    )


def layers() -> None:
    """Say what the two layers are and why they are never fused."""
    st.header("Two layers, never fused", anchor=False)
    st.markdown(
        "**Behaviour** comes from who wrote to whom and when: sender, recipients and time, never "
        "a word of what was written. **Perception** comes from surveys. Each layer is judged on "
        "its own. Where both are cold or both warm the verdict is *confirmed*; where they "
        "disagree there is a *blind spot*. Themes of **interviews** stand beside both, in "
        "words and without counts; they change no verdict."
    )


def chance() -> None:
    """Name the null models."""
    st.header("How chance is ruled out", anchor=False)
    st.markdown(
        "Every message is compared with messages of its own kind: the same relation, hour, "
        "channel and load, and the habits of its sender. What is left is summed per group and "
        "compared with a company in which people were dealt to groups at random, thousands of "
        "times, keeping group sizes, the tree and everybody's own numbers. A confirmed verdict "
        "must beat the most extreme group of 95 in 100 such companies, so that looking at many "
        "groups finds nothing by itself. Ratios about ties are compared with networks that keep "
        "how many contacts each person has and change with whom.\n\n"
        "Estimates are pulled towards the middle as far as they are uncertain, and a result that "
        "hangs on one member is dropped."
    )


def suppression(floor: int) -> None:
    """Explain hiding with a worked example."""
    st.header("Why some groups are not shown", anchor=False)
    st.markdown(
        f"A number needs at least **{floor} people** behind it. That alone is not enough. Say a "
        "division of 40 people has three teams of 20, 16 and 4, and the numbers of the division "
        "and of the two larger teams are shown. Anybody can then work out the team of 4: it is "
        "what is left over. So a second team is hidden as well, the one that costs the least to "
        'lose, and it reads "would reveal a smaller group". Teams under the floor are first '
        "joined with a sibling, so that nobody vanishes without a reason.\n\n"
        "Shown numbers are rounded to 5 points, sizes are given as bands, and a hidden group "
        "carries nothing: no value, no size, no place in an order. Hidden rows are always "
        "listed last, A to Z."
    )


def certificate(release: Release) -> None:
    """Say which rules this release went through, and what they kept back."""
    lines = list(certified(release.brief()))
    st.header(CERTIFICATE, anchor=False)
    if not lines:
        note("This release carries no certificate: run the audit again to get one.", "iso-soft")
        return
    note(f"Every release goes through these rules before anything leaves. {CELL}", "iso-read")
    columns = heads(("Rule", "What it says", "Cells looked at", "Kept back"))
    rules = (_certified(line) for line in lines if not line.bound)
    show(wide_table("Certificate", columns, rules))
    note(
        "A cell is counted under the rule that decided on it; contact is counted in pairs of "
        "groups. All counts are rounded to 5."
    )
    for line in lines:
        if line.bound:
            st.subheader(md(line.name), anchor=False)
            note(line.says, "iso-read")
            _parts.notice(line.bound)


def _certified(line: Certified) -> Markup:
    return fill(
        '<tr><th scope="row">{name}</th><td>{says}</td><td class="iso-number">{seen}</td>'
        '<td class="iso-number">{kept}</td></tr>',
        name=line.name,
        says=line.says,
        seen=line.seen or "–",
        kept=line.kept or "–",
    )


def promises() -> None:
    """List what the product never does."""
    st.header("Promises", anchor=False)
    st.markdown("\n".join(f"{promise.number}. {md(promise.says)}" for promise in PROMISES))


def who_sees(looking: Viewer) -> None:
    """Say who can open this app, and what each role opens."""
    st.header("Who can see this", anchor=False)
    st.markdown(_LOCAL if looking.is_local else _SIGNED_IN)
    show(roles_table())


def glossary() -> None:
    """List the words."""
    st.header("Glossary", anchor=False)
    show(
        fill(
            '<ul class="iso iso-steps">{rows}</ul>',
            rows=join(
                fill(
                    '<li><span class="iso-strong">{word}</span><span>{says}</span></li>',
                    word=word,
                    says=says,
                )
                for word, says in _GLOSSARY
            ),
        )
    )


def measured(release: Release) -> None:
    """List the indicators: the question, how reliable it is here, what it cannot show."""
    st.header("What is measured", anchor=False)
    show(
        fill(
            '<ul class="iso iso-steps">{rows}</ul>',
            rows=join(
                fill(
                    '<li><span class="iso-strong">{title}<br><span class="iso-soft iso-small">'
                    '{layer}</span></span><span>{question}<br><span class="iso-soft iso-small">'
                    "{gate}Cannot show: {cannot}</span></span></li>",
                    title=f"{entry.code} {entry.title}",
                    layer=LAYERS[entry.layer],
                    question=entry.question,
                    gate=f"Reliability here: {entry.gate}. " if entry.gate else "",
                    cannot=entry.cannot_show,
                )
                for entry in catalogue(release.brief())
            ),
        )
    )


def versions(about: About) -> None:
    """List what is needed to make this release again."""
    st.header("To make this again", anchor=False)
    facts = (
        ("Version", about.version),
        ("Seed", str(about.seed)),
        ("Run", about.run_id),
        ("Configuration", about.config_hash),
        ("Policy", about.policy),
        ("Floor", f"{about.min_people} people"),
        ("Windows", f"{about.windows_per_period} of {about.weeks_per_window} weeks"),
        ("Answers known by", _REPLIES[about.reply_quality]),
    )
    show(
        fill(
            '<dl class="iso iso-facts">{rows}</dl>',
            rows=join(
                fill("<dt>{name}</dt><dd>{value}</dd>", name=name, value=value)
                for name, value in facts
            ),
        )
    )


_LOCAL = (
    "Here there is no sign-in. The app answers on this machine alone (the loopback address) "
    "and shows nothing on any other. Where it is set up for an organization, people sign in "
    "with its own provider, and a role opens what stands below and nothing else. The app opens "
    "published tables of groups; tables about people lie in a private folder that it never reads."
)
_SIGNED_IN = (
    "People sign in with the organization's own provider; a role opens what stands below and "
    "nothing else. A sign-in ends after 15 minutes without use and after 8 hours at most. Each "
    "view and each download is written to the audit log, under a pseudonym. The app opens "
    "published tables of groups; tables about people lie in a private folder that it never reads."
)
_REPLIES = {
    "explicit": "reply marks in the messages",
    "pseudo": "the next message back within the horizon",
    "none": "no messages",
}
