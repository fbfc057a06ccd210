"""What the commands on retention, the vault's key and the audit log do: an outcome, and a sentence about it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from safeguards import audit
from safeguards.audit_file import AuditFault, check_log, read_noted_tip, write_log
from safeguards.installation import Installation
from safeguards.retention import RetentionPlan, Terms, plan_retention, run_retention
from safeguards.vault_rotation import rotate_vault

Progress = Callable[[int, int], None]
Outcome = tuple[dict[str, Any], str]


def apply_retention(installation: Installation, *, dry_run: bool, by: str, progress: Progress) -> Outcome:
    """Destroy what has had its time, or with `dry_run` say what would go."""
    terms, today = Terms.from_settings(installation.settings), date.today()
    if dry_run:
        with installation.database.reading() as session:
            plans = plan_retention(session, terms, today=today)
    else:
        plans = run_retention(installation.database, terms, by=by, progress=progress)
    head = "Zou nu weggaan:" if dry_run else "Weggegaan:"
    lines = [f"  {plan.collection_key}: {_describe_plan(plan)}" for plan in plans] or ["  nog geen verzamelingen"]
    result = {"dry_run": dry_run, **asdict(terms), "collections": [asdict(plan) for plan in plans]}
    return result, "\n".join([head, *lines])


def change_vault_key(installation: Installation, *, by: str, progress: Progress) -> Outcome:
    """Change the vault's key. Raises VaultError."""
    done = rotate_vault(installation, by=by, progress=progress)
    start = "De wissel die al bezig was, is afgemaakt." if done.was_under_way else "De sleutel is gewisseld."
    after = (
        "De oude sleutel is weg. Bewaar een kopie van de nieuwe buiten deze machine. Oude back-ups opent zij niet."
        if done.has_retired
        else "Haal nu de oude sleutel uit VERTELTAFEL_VAULT_KEY en start alles opnieuw."
    )
    return asdict(done), f"{start} {done.n_changed} stukken zijn opnieuw versleuteld. {after}"


def check_audit_log(installation: Installation, *, against: Path | None, tip: str) -> Outcome:
    """Check the log, also beside an earlier export or a noted "count:hash". Raises AuditFault."""
    noted = read_noted_tip(against) if against else _read_tip(tip) if tip else None
    with installation.database.reading() as session:
        checked = check_log(session, noted=noted)
    compared = " En het is nog het logboek dat eerder is genoteerd." if checked.was_compared else ""
    sentence = (
        f"Het logboek klopt: {checked.n_rows} regels.{compared} Noteer elders: {checked.n_rows}:{checked.tip_hash}"
    )
    return asdict(checked), sentence


def export_audit_log(installation: Installation, target: Path, *, by: str) -> Outcome:
    """Write the whole log to a file; doing so is a line in it. Raises AuditFault."""
    with installation.database.writing() as session:
        audit.record(session, "export_audit", "", by=by)
        checked = write_log(session, target)
    return asdict(checked), f"{target.name}: {checked.n_rows} regels, met de vingerafdruk onderaan."


def _read_tip(text: str) -> tuple[int, str]:
    count, _, noted_hash = text.partition(":")
    if not (count.isascii() and count.isdecimal() and len(noted_hash) == len(audit.FIRST_HASH)):
        raise AuditFault(f'"{text}" is geen vingerafdruk. Geef aantal:vingerafdruk, zoals `audit check` het schrijft.')
    return int(count), noted_hash


def _describe_plan(plan: RetentionPlan) -> str:
    if plan.is_kept:
        return "niets, want deze verhalen zijn verzonnen"
    waiting = f" ({plan.n_unmasked} originelen over tijd wachten nog op verwerking)" if plan.n_unmasked else ""
    return f"{plan.n_originals} originelen, {plan.n_stories} hele verhalen{waiting}"
