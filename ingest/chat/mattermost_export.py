"""Lines of a Mattermost export as typed records: no text, no attachment, no title."""

from __future__ import annotations

import msgspec


class Named(msgspec.Struct):
    """A channel of a member."""

    name: str | None = None


class Team(msgspec.Struct):
    """A team of a member, with the channels they are in."""

    name: str | None = None
    channels: list[Named] | None = None


class User(msgspec.Struct):
    """An account: its name in the tool is its key."""

    username: str
    email: str | None = None
    roles: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    teams: list[Team] | None = None


class Bot(msgspec.Struct):
    """An account of a program."""

    username: str


class Channel(msgspec.Struct):
    """A channel; its name serves to find its members and goes no further."""

    team: str | None = None
    name: str | None = None
    type: str | None = None


class Reaction(msgspec.Struct):
    """Who reacted when; not how."""

    user: str | None = None
    create_at: int | None = None


class Props(msgspec.Struct):
    """Whether a program wrote the message."""

    from_webhook: str | bool | None = None
    from_bot: str | bool | None = None


class Reply(msgspec.Struct):
    """A message of a thread: who, when; no text, no attachments."""

    user: str | None = None
    create_at: int | None = None
    type: str | None = None
    props: Props | None = None
    reactions: list[Reaction] | None = None


class Post(Reply):
    """A message in a channel or between people, with its replies."""

    team: str | None = None
    channel: str | None = None
    channel_members: list[str] | None = None
    replies: list[msgspec.Raw] | None = None


class Directory(msgspec.Struct):
    """A line as the first reading sees it: accounts and channels."""

    type: str | None = None
    user: User | None = None
    bot: Bot | None = None
    channel: Channel | None = None


class Line(msgspec.Struct):
    """A line as the second reading sees it: messages."""

    type: str | None = None
    post: Post | None = None
    direct_post: Post | None = None
