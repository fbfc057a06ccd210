"""The commands of `manage.py` for when things go wrong: back up, restore, and say what it is all made of."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from safeguards.backups import load_passphrase, make_backup
from safeguards.installation import open_installation
from safeguards.restoring import restore_backup
from safeguards.sbom import write_sbom
from settings import Settings, read_settings
from terminal import COMMAND_LINE, AsJson, Input, Output, progress_bar, refuse, say

app = typer.Typer()


@app.command()
def backup(
    target: Output,
    with_key: Annotated[bool, typer.Option("--with-key", help="neem de sleutel van de kluis mee op")] = False,
    as_json: AsJson = False,
) -> None:
    """Schrijf alles naar één versleuteld bestand, terwijl het werk doorgaat."""
    settings = read_settings()
    passphrase = _ask_passphrase(settings, is_new=True)
    with progress_bar("Back-up") as move:
        made = make_backup(
            open_installation(settings),
            target,
            passphrase=passphrase,
            by=COMMAND_LINE,
            with_key=with_key,
            progress=move,
        )
    key = "met de sleutel van de kluis" if made.has_vault_key else "zonder de sleutel van de kluis: bewaar die apart"
    sentence = (
        f"{made.file}: {made.tables['stories'].rows} verhalen, {made.rows} rijen, {key}. "
        f"Noteer de stand van het logboek: {made.audit_tip[0]} regels, {made.audit_tip[1]}."
    )
    say(asdict(made), sentence, as_json=as_json)


@app.command()
def restore(
    source: Input,
    withdrawn: Annotated[list[Path], typer.Option(help="lijst van sindsdien ingetrokken verhalen")] = [],  # noqa: B006
    only_check: Annotated[bool, typer.Option("--check", help="lees alles na en verander niets")] = False,
    as_json: AsJson = False,
) -> None:
    """Zet een back-up terug in een lege installatie: alles of niets."""
    settings = read_settings()
    passphrase = _ask_passphrase(settings, is_new=False)
    with progress_bar("Terugzetten") as move:
        done = restore_backup(
            settings,
            source,
            passphrase=passphrase,
            by=COMMAND_LINE,
            withdrawn=withdrawn,
            only_check=only_check,
            progress=move,
        )
    sentence = f"De back-up van {done.made_at} is heel: {done.stories} verhalen, {done.rows} rijen. "
    sentence += (
        f"Alles is teruggezet; {done.n_withdrawn} sindsdien ingetrokken verhalen zijn weer gewist. "
        "Kijk de accounts na: wat na de back-up is ingetrokken of gewijzigd, geldt weer zoals het toen was."
        if done.is_put_back
        else "Er is niets veranderd."
    )
    say(asdict(done), sentence, as_json=as_json)


def _ask_passphrase(settings: Settings, *, is_new: bool) -> str:
    if settings.backup_key_file:
        return load_passphrase(Path(settings.backup_key_file))
    if not sys.stdin.isatty():
        refuse("Geef met VERTELTAFEL_BACKUP_KEY_FILE het bestand met het wachtwoord van de back-up.")
    return typer.prompt("Wachtwoord van de back-up", hide_input=True, confirmation_prompt=is_new, err=True)


@app.command()
def sbom(target: Output, as_json: AsJson = False) -> None:
    """Schrijf de lijst van alle onderdelen met versie en licentie (CycloneDX)."""
    result = write_sbom(target)
    say(result, f"{target.name}: {result['components']} onderdelen.", as_json=as_json)
