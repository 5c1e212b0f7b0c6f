"""Random messages, people and arcs, small and full of odd cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tiny_messages import MONDAY, work_s


def random_messages(rng: np.random.Generator, n: int, staff: int = 12) -> pd.DataFrame:
    """Return a random message table over two weeks with links, reactions, automation, groups."""
    rows: list[dict] = []
    for number in range(n):
        sender = f"p{rng.integers(staff):02d}" if rng.random() < 0.9 else "out"
        earlier = rows[rng.integers(len(rows))] if rows and rng.random() < 0.5 else None
        link = None
        if earlier is not None and rng.random() < 0.7 and earlier["recipient_id"] != "out":
            link, sender = earlier, earlier["recipient_id"]
        count = int(rng.choice([1, 1, 2, 3, 6, 35]))
        day, second = MONDAY + int(rng.integers(14)), int(rng.integers(86400))
        if link is not None:
            instant = link["sent_s"] + int(rng.choice([20, 300, 7200, 90000, 200000]))
            day, second = instant // 86400, instant % 86400
        base = {
            "message_id": f"x{number:04d}",
            "thread_id": f"t{number}" if earlier is None else earlier["thread_id"],
            "reply_to_id": None if link is None else link["message_id"],
            "sender_id": sender, "channel": str(rng.choice(["email", "chat", "call"])),
            "act": "post" if link is None else "reaction" if rng.random() < 0.1 else "reply",
            "role": str(rng.choice(["to", "cc", "member"])),
            "visibility": str(rng.choice(["direct", "open"])), "n_recipients": count,
            "sent_s": day * 86400 + second, "sent_day": day, "sent_hour": second // 3600,
            "sender_work_s": work_s(day, second), "recipient_work_s": work_s(day, second) + 100,
            "is_off_hours": bool(rng.random() < 0.3), "is_automated": bool(rng.random() < 0.1),
            "source": str(rng.choice(["a", "b"])),
        }  # fmt: skip
        quality = "none" if link is None else str(rng.choice(["explicit", "pseudo"]))
        base["auto_reason"] = "header" if base["is_automated"] else None
        others = [f"p{i:02d}" for i in range(staff) if f"p{i:02d}" != sender]
        chosen = list(rng.choice(others, size=min(count, 4), replace=False))
        if link is not None:
            chosen = [link["sender_id"], *(c for c in chosen if c != link["sender_id"])][:count]
        rows += [
            {**base, "recipient_id": str(c), "reply_quality": quality}
            for c in chosen if c != sender
        ]  # fmt: skip
    return pd.DataFrame(rows)


def random_people(staff: int = 12) -> pd.DataFrame:
    """Return people for `random_messages`: three units, a move, managers, one outsider."""
    rows = []
    for i in range(staff):
        unit, boss = f"u{i % 3}", f"p{i % 3:02d}"
        until = MONDAY + 7 if i == staff - 1 else None
        own = None if i < 3 else boss
        rows.append((f"p{i:02d}", MONDAY + 2, until, "employee", unit, own, i < 3))
    rows.append((f"p{staff - 1:02d}", MONDAY + 7, None, "employee", "u0", None, False))
    rows.append(("out", MONDAY, None, "external", None, None, False))
    names = ["person_id", "valid_from_day", "valid_to_day", "kind", "unit_id", "manager_id"]
    frame = pd.DataFrame(rows, columns=[*names, "is_leader"]).astype({"valid_to_day": "Int32"})
    stakeholder = frame["person_id"].map({"out": "partner"})
    return frame.assign(time_zone="UTC", stakeholder=stakeholder)


def random_arcs(rng: np.random.Generator, n: int, m: int) -> pd.DataFrame:
    """Return random arcs with weights; half of them have a chance of being answered."""
    ends = rng.integers(0, n, (m, 2))
    back = ends[: m // 2][rng.random(m // 2) < 0.5][:, ::-1]
    ends = np.vstack([ends, back])
    names = np.char.add("p", np.char.zfill(ends.astype(str), 3))
    weights = rng.integers(1, 5, len(ends)).astype(float)
    return pd.DataFrame({"source_id": names[:, 0], "target_id": names[:, 1], "weight": weights})
