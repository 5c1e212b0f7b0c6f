"""Folders and labels whose mail nobody sent or wanted: drafts, spam, trash, chats kept as mail."""

from __future__ import annotations

import base64
import unicodedata

# As mail programs name them in English, German, French, Italian, Spanish, Portuguese and Dutch.
_LEFT_OUT = {
    "spam", "junk", "junk e-mail", "junk email", "junk mail", "bulk mail", "trash", "bin",
    "deleted items", "deleted messages", "deleted", "draft", "drafts", "chat", "chats",
    "templates", "unsent messages",
    "papierkorb", "gelöschte objekte", "gelöschte elemente", "gelöscht", "entwürfe", "entwurf",
    "junk-e-mail", "unerwünscht", "vorlagen",
    "corbeille", "éléments supprimés", "brouillons", "brouillon", "courrier indésirable",
    "indésirables", "pourriel",
    "cestino", "posta eliminata", "bozze", "bozza", "posta indesiderata",
    "papelera", "elementos eliminados", "borradores", "borrador", "correo no deseado",
    "lixo", "lixeira", "itens excluídos", "itens eliminados", "rascunhos", "lixo eletrónico",
    "lixo eletrônico",
    "prullenbak", "prullenmand", "verwijderde items", "concepten", "ongewenste e-mail",
    "ongewenste post",
}  # fmt: skip
_SIGNS = str.maketrans(",", "/")  # modified base64 writes a comma for the slash


def is_left_out(name: str) -> bool:
    """Return whether mail under a folder or label is left out."""
    return unicodedata.normalize("NFC", name).strip().casefold() in _LEFT_OUT


def decoded_folder(name: str) -> str:
    """Return a folder name of IMAP (modified UTF-7, RFC 3501, 5.1.3) as text."""
    parts = name.split("&")
    text = parts[0]
    for part in parts[1:]:
        coded, _, after = part.partition("-")
        text += _from_utf16(coded) + after if coded else f"&{after}"
    return text


def _from_utf16(coded: str) -> str:
    try:
        padded = coded.translate(_SIGNS) + "=" * (-len(coded) % 4)
        return base64.b64decode(padded, validate=True).decode("utf-16-be")
    except ValueError:
        return ""
