"""The end of an engagement: everything private goes, and the key with it."""

from __future__ import annotations

from audit.life_cycle.jobs import jobs_of
from audit.life_cycle.key_life import CERTIFICATE, destroy
from audit.life_cycle.purging import count_private, remove_private
from audit.life_cycle.subjects import Desk


def end_engagement(desk: Desk, *, is_dry: bool = False) -> list[str]:
    """Remove all private data of an engagement, destroy its key and return what to say of it.

    First the data, then the key: killed in between, the command is called again and ends it. The
    caller holds the lock. What was published, the reports and the audit log stay.
    """
    if is_dry:
        n_files = count_private(desk.folder)
        n_jobs = len(jobs_of(desk.folder.root))
        return [
            f"{n_files:,} private files and {n_jobs} jobs of the app would go, and the key with "
            "them. Nothing was changed."
        ]
    desk.journal.write("purge", reason=desk.reason, scope="all", state="begun")
    n_files = remove_private(desk.folder)
    desk.journal.write("purge", reason=desk.reason, scope="all", state="done", n_files=n_files)
    lines = [
        f"Removed {n_files:,} private files. What was published, the reports and the audit log "
        "stay.",
        f"Yours to delete: {desk.audit_file.name}, the exports and alias files beside it, and "
        "backups.",
    ]
    if desk.config.audit.is_sample:
        return [*lines, "The key of the sample is no secret: there is none to destroy."]
    certificate = destroy(desk)
    where = desk.folder.root / f"{CERTIFICATE}.md"
    return [*lines, "", certificate.markdown(), f"Written to {where}"]
