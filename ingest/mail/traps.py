"""Where the headers of mail mislead, and what is done about it: a clause each."""

TRAPS = (
    "a date without a zone is taken on the clock of the source, and counted",
    "a date that is none (day 32, +9999) gives way to the first Received, then the From line",
    "second 60, hour 24, a.m. and p.m., month names of seven languages, and ISO dates are read",
    "recipients parted by semicolons, and groups, are taken one by one",
    "of several addresses in one place the last in brackets wins, and is counted",
    "Exchange's own addresses (X.500) stay apart until the roster says whose they are",
    "an encoded word in UTF-7 or an unknown character set is refused",
    "raw bytes in headers are UTF-8, else Windows-1252",
    "a mail without a Message-ID gets one made of sender, time, recipients and size",
    "one mail in several mailboxes is one message, its recipients united",
    "a list that writes its own address into From: the author is in Reply-To",
    "hidden recipients are counted, never kept",
    "spam, trash, drafts and chats of a Takeout are left out",
)
