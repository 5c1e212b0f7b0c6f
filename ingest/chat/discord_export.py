"""Files of DiscordChatExporter as typed records: no content, no embed, no name of a channel."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec


class Place(msgspec.Struct):
    """A channel: its id and kind, not its name."""

    id: str
    type: str | None = None


class Author(msgspec.Struct):
    """An account."""

    id: str
    name: str | None = None
    nickname: str | None = None
    isBot: bool = False  # noqa: N815 - as the export spells it


class Reaction(msgspec.Struct):
    """Who reacted; not how."""

    count: int | None = None
    users: list[Author] | None = None


class Reference(msgspec.Struct):
    """The message that another one answers."""

    messageId: str | None = None  # noqa: N815 - as the export spells it


class Message(msgspec.Struct):
    """A message: who, when, whom it names and answers; no content, embed or attachment."""

    id: str
    type: str | None = None
    timestamp: str | None = None
    author: Author | None = None
    mentions: list[Author] | None = None
    reactions: list[Reaction] | None = None
    reference: Reference | None = None


class Channel(msgspec.Struct):
    """One file: a channel or a part of it."""

    channel: Place
    messages: list[msgspec.Raw]
    messageCount: int | None = None  # noqa: N815 - as the export spells it


@dataclass
class Answers:
    """Who wrote each message and what it answers, over all files of the export."""

    authors: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, None]] = field(default_factory=dict)

    def root(self, message: str) -> str:
        """Return the message at which a chain of answers begins."""
        seen = {message}
        while (parent := self.parents.get(message)) and parent not in seen:
            seen.add(parent)
            message = parent
        return message
