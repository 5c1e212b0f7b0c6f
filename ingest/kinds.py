"""What kind of party an identity is: employee, external with a stakeholder class, or service."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.errors import ConfigError
from core.tables.canonical import STAKEHOLDERS
from ingest.identity import canonical, domain_of, is_within, local_part, registrable_domain

# Mailboxes that send by themselves: their messages are automated.
_MACHINE = re.compile(
    r"(?:do-?)?no-?t?-?reply(?:[._-].*)?|mailer-daemon|postmaster|bounces?(?:[._-].*)?|"
    r"notifications?|alerts?|healthmailbox.*|microsoftexchange329e.*|systemmailbox\{?.*"
)
# Mailboxes that several people read: no person, but people write from them.
_ROLE = {
    "info",
    "support",
    "sales",
    "contact",
    "office",
    "hello",
    "help",
    "helpdesk",
    "service",
    "admin",
    "administrator",
    "webmaster",
    "billing",
    "accounts",
    "accounting",
    "invoices",
    "hr",
    "jobs",
    "careers",
    "recruiting",
    "press",
    "marketing",
    "team",
    "reception",
    "security",
    "abuse",
    "hostmaster",
    "feedback",
    "orders",
    "newsletter",
    "news",
    "staff",
    "all",
    "everyone",
    "kontakt",
    "buero",
    "personal",
    "vertrieb",
}


@dataclass(frozen=True)
class KindRules:
    """The rules of one audit: own domains, stakeholder domains, excluded roles, declarations."""

    own_domains: tuple[str, ...]
    stakeholders: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: frozenset[str]
    excluded_identities: frozenset[str]
    automated: frozenset[str]
    human: frozenset[str]

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
    """Return whether an address is a mailbox of a role, not of a person."""
    return local_part(identity) in _ROLE


def _typed(text: str, own_domains: tuple[str, ...]) -> str:
    has_type = text.partition(":")[0] in {"email", "id", "slack", "chat"} and ":" in text
    typed = text if has_type else f"email:{text}" if "@" in text else f"id:{text}"
    return canonical(typed, own_domains)


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
