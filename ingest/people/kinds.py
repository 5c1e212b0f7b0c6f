"""What kind of party an identity is: employee, external with a stakeholder class, or service."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.errors import ConfigError
from core.tables.canonical import STAKEHOLDERS
from ingest.people.identity import (
    canonical,
    domain_of,
    is_within,
    local_part,
    registrable_domain,
    typed_identity,
)
from ingest.people.words import ROLE_MAILBOXES

# Mailboxes that send by themselves: their messages are automated.
_MACHINE = re.compile(
    r"(?:do[._-]?)?not?[._-]?reply(?:[._-].*)?|mailer-daemon|postmaster|bounces?(?:[._-].*)?|"
    r"(?:nicht[._-]?antworten|keine[._-]?antwort|non[._-]?rispondere|ne[._-]?pas[._-]?repondre|"
    r"no[._-]?responder|nao[._-]?respond[ae]r?|niet[._-]?(?:be)?antwoorden)(?:[._-].*)?|"
    r"notifications?(?:[._-].*)?|alerts?|benachrichtigung(?:en)?|notifiche|notificaciones|"
    r"notificacoes|meldingen|daemon|cron|svc[._-].*|bot[._-].*|(?:.*[._-])?(?:chat)?bot|"
    r"healthmailbox.*|microsoftexchange329e.*|systemmailbox\{?.*|discoverysearchmailbox.*|"
    r"federatedemail\..*|migration\.[0-9a-f-]{36}"
)
_LIST = re.compile(
    r"(?:dl|list|lists|distribution|verteiler|allusers)[-_].*|"
    r".*[-_](?:list|lists|liste|lista|announce|announcements|request|owner|subscribe|unsubscribe|"
    r"verteiler|distribution|users|members|allhands)"
)
_ROOM = re.compile(
    r"(?:room|raum|sala|salle|saal|zaal|conf)[._-]?\d.*|(?:room|raum|sala|salle|zaal|conf)[-_].+|"
    r"(?:meeting|conf|conference|board)rooms?[._-]?.*|(?:besprechungs|konferenz|meeting)raum.*|"
    r"sitzungszimmer.*|sala[._-]?(?:riunioni|reuniones|reuniao|reunioes).*|salle[._-]?reunion.*|"
    r"vergader(?:ruimte|zaal|kamer).*"
)
_PARTS = re.compile(r"[._-]+")
# Beside the name of a role: "support-emea", "sales.de", "info2".
_QUALIFIER = re.compile(
    r"[a-z]{2}|\d{1,4}|emea|apac|latam|dach|global|europe|group|team|dept|desk|int|extern|intern"
)


@dataclass(frozen=True)
class KindRules:
    """The rules of one audit: own domains, stakeholder domains, excluded roles, declarations."""

    own_domains: tuple[str, ...]
    stakeholders: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: frozenset[str]
    excluded_identities: frozenset[str]
    automated: frozenset[str]
    human: frozenset[str]

    def own_domain(self, identity: str) -> str:
        """Return the declared own domain that holds an address, the longest; "" for none."""
        domain = domain_of(identity)
        holding = [own for own in self.own_domains if is_within(domain, (own,))]
        return max(holding, key=len, default="") if domain else ""

    def is_own(self, identity: str) -> bool:
        """Return whether an address belongs to the organization."""
        return is_within(domain_of(identity), self.own_domains)

    def stakeholder(self, identity: str) -> str:
        """Return the class of an external party: the first declared domain that holds it."""
        domain = domain_of(identity)
        for name, domains in self.stakeholders:
            if domain and is_within(domain, domains):
                return name
        return "other"

    def is_excluded(self, identity: str, *descriptions: str | None) -> bool:
        """Return whether a party's traffic is left out, by address, mailbox, unit or function."""
        if identity in self.excluded_identities:
            return True
        described = (local_part(identity), *descriptions)
        return any(_bare(text) in self.excluded for text in described if text)


def kind_rules(
    own_domains: tuple[str, ...],
    stakeholders: tuple[tuple[str, tuple[str, ...]], ...],
    excluded_roles: tuple[str, ...],
    declared: tuple[tuple[str, ...], tuple[str, ...]],
) -> KindRules:
    """Return the rules with domains and addresses in canonical form.

    `declared` names first who is automated, then who is human. A public suffix such as "co.uk"
    as somebody's domain would take in half a country and is an error, as is an unknown
    stakeholder class.
    """
    own = tuple(_domain(d) for d in own_domains)
    return KindRules(
        own_domains=own,
        stakeholders=tuple((_class(c), tuple(_domain(d) for d in ds)) for c, ds in stakeholders),
        excluded=frozenset(_bare(role) for role in excluded_roles if "@" not in role),
        excluded_identities=frozenset(_typed(role, own) for role in excluded_roles),
        automated=frozenset(_typed(text, own) for text in declared[0]),
        human=frozenset(_typed(text, own) for text in declared[1]),
    )


def is_machine(identity: str) -> bool:
    """Return whether an address belongs to a sender that is no human."""
    return _MACHINE.fullmatch(local_part(identity)) is not None


def is_role_mailbox(identity: str) -> bool:
    """Return whether an address is a mailbox of a role, a list or a room: never a person."""
    local = local_part(identity)
    if not local:
        return False
    if _LIST.fullmatch(local) or _ROOM.fullmatch(local):
        return True
    bare = _plain(local)
    if "".join(_PARTS.split(bare)).rstrip("0123456789") in ROLE_MAILBOXES:
        return True
    parts = [part for part in _PARTS.split(bare) if part]
    named = [part for part in parts if part in ROLE_MAILBOXES]
    others = [part for part in parts if part not in ROLE_MAILBOXES]
    return bool(named) and all(_QUALIFIER.fullmatch(part) for part in others)


def _typed(text: str, own_domains: tuple[str, ...]) -> str:
    return canonical(typed_identity(text), own_domains)


def _plain(local: str) -> str:
    """A local part with its accents taken off: "buero" for "b\u00fcro"."""
    spelled = local.replace("\u00e4", "ae").replace("\u00f6", "oe").replace("\u00fc", "ue")
    bare = unicodedata.normalize("NFKD", spelled)
    return "".join(c for c in bare if not unicodedata.combining(c))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _domain(domain: str) -> str:
    bare = domain.strip().lower().lstrip("@").rstrip(".")
    if not registrable_domain(bare):
        raise ConfigError(
            f'"{domain}" is no domain of one organization.',
            code="E-CONFIG-011",
            hint='Give a domain such as "example.org".',
        )
    return bare


def _class(name: str) -> str:
    if name not in STAKEHOLDERS:
        raise ConfigError(
            f'"{name}" is no stakeholder class.',
            code="E-CONFIG-012",
            hint=f"Known classes: {', '.join(STAKEHOLDERS)}.",
        )
    return name
