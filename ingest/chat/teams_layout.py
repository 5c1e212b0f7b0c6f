"""Who is who and who is where in a Teams export, put together before its messages are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.chat.teams_export import (
    Export,
    Found,
    IdentitySet,
    Member,
    Thing,
    address_of,
    pair_of,
    rooms_named,
)
from ingest.files.json_files import JsonError

_OUTSIDE = {
    "anonymousGuest",
    "federatedUser",
    "personalMicrosoftAccountUser",
    "phoneUser",
    "skypeUser",
    "emailUser",
    "azureCommunicationServicesUser",
}


@dataclass
class Account:
    """What an export says about one account."""

    email: str | None = None
    kind: str = "person"
    shown: str | None = None
    is_listed: bool = False


@dataclass
class Layout:
    """Accounts, members of rooms, authors of roots, and which files hold messages."""

    accounts: dict[str, Account] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    """Members by chat, by team, or by channel, as lists of members tell them."""
    present: dict[str, set[str]] = field(default_factory=dict)
    """People seen in each chat."""
    authors: dict[tuple[str, str], str] = field(default_factory=dict)
    """Who wrote each message of a channel that can be replied to."""
    open_teams: set[str] = field(default_factory=set)
    closed_channels: set[str] = field(default_factory=set)
    message_files: list[str] = field(default_factory=list)
    faults: list[tuple[str, JsonError]] = field(default_factory=list)
    n_others: int = 0


def layout_of(export: Export) -> Layout:
    """Return what all files of an export say about people and rooms; holds no message."""
    layout = Layout(n_others=export.n_others)
    for name in export.names:
        n_messages, faults = 0, []
        try:
            for found in export.things(name):
                if isinstance(found.thing, JsonError):
                    faults.append(found.thing)
                else:
                    n_messages += found.thing.is_message
                    _note(layout, name, found, found.thing)
        except JsonError as fault:
            # A file that is no JSON at all is told with the messages, where it counts.
            n_messages += 1
            faults.append(fault)
        if n_messages or len(export.names) == 1:
            layout.message_files.append(name)
        else:
            layout.faults += [(export.place(name), fault) for fault in faults]
    return layout


def account_of(who: IdentitySet | None) -> tuple[str, str, str | None]:
    """Return who did something: the id in small letters, "" for nobody; the kind; the name."""
    if who is None:
        return "", "", None
    if who.user and who.user.id:
        is_outside = who.user.user_identity_type in _OUTSIDE
        return who.user.id.lower(), "guest" if is_outside else "person", who.user.shown
    for thing in (who.application, who.device):
        if thing and thing.id:
            return thing.id.lower(), "service", None
    return "", "", None


def people_of(thing: Thing) -> Iterator[IdentitySet]:
    """Return everybody whom a message names: its author, the mentioned, who reacted."""
    if thing.sender:
        yield thing.sender
    for mention in thing.mentions or ():
        if mention.mentioned:
            yield mention.mentioned
    for reaction in thing.reactions or ():
        if reaction.user:
            yield reaction.user


def members_of(layout: Layout, thing: Thing) -> tuple[set[str] | None, bool]:
    """Return who is in the room of a message, and whether a list of members tells so."""
    chat = thing.chat_id or ""
    if pair := pair_of(chat):
        return set(pair), True
    where = thing.channel_identity
    names = [chat] if chat or not where else [where.channel_id or "", where.team_id or ""]
    for name in names:
        for token in rooms_named(name):
            if token in layout.members:
                return layout.members[token], True
        if where and name == where.channel_id and name in layout.closed_channels:
            # Of a private channel the team's members say nothing.
            break
    return (layout.present.get(chat), False) if chat else (None, False)


def _note(layout: Layout, file: str, found: Found, thing: Thing) -> None:
    if thing.is_message:
        _note_message(layout, thing)
    elif thing.user_principal_name is not None or thing.mail is not None:
        _note_user(layout, thing)
    elif thing.user_id or (thing.additional_properties and thing.additional_properties.user_id):
        _note_members(layout, f"{found.context} {file}", [thing])
    elif thing.id is not None:
        _note_room(layout, thing)


def _note_message(layout: Layout, thing: Thing) -> None:
    for who in people_of(thing):
        account, kind, shown = account_of(who)
        if not account:
            continue
        known = layout.accounts.setdefault(account, Account(kind=kind, shown=shown))
        if kind == "service":
            known.kind = kind
        if thing.chat_id and kind != "service":
            layout.present.setdefault(thing.chat_id, set()).add(account)
    if thing.channel_identity and thing.id and not thing.reply_to_id:
        author = account_of(thing.sender)[0]
        if author:
            layout.authors[thing.room, thing.id] = author


def _note_user(layout: Layout, thing: Thing) -> None:
    if not thing.id:
        return
    is_guest = "#EXT#" in (thing.user_principal_name or "") or thing.user_type == "Guest"
    _list(layout, thing.id, address_of(thing), is_guest, thing.shown)


def _note_members(layout: Layout, where: str, members: list[Member] | list[Thing]) -> None:
    rooms = rooms_named(where)
    for member in members:
        more = member.additional_properties
        account = member.user_id or (more.user_id if more else None)
        if not account:
            continue
        email = member.email or (more.email if more else None)
        _list(layout, account, email, "guest" in (member.roles or ()), member.shown)
        for room in rooms:
            layout.members.setdefault(room, set()).add(account.lower())


def _note_room(layout: Layout, thing: Thing) -> None:
    room = str(thing.id)
    if thing.membership_type in {"private", "shared"}:
        layout.closed_channels.add(room)
    if thing.visibility and thing.visibility.lower() == "public":
        layout.open_teams.add(room.lower())
    if thing.members:
        _note_members(layout, room, thing.members)


def _list(
    layout: Layout, account: str, email: str | None, is_guest: bool, shown: str | None
) -> None:
    known = layout.accounts.setdefault(account.lower(), Account())
    known.is_listed = True
    known.email = known.email or email
    known.shown = known.shown or shown
    if known.kind != "service":
        known.kind = "guest" if is_guest else "person"
