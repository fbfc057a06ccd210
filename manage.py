"""Every action that needs no screen.

Reads and writes files, prints progress to stderr and, with --json, one JSON object to stdout.
Exit code 0: done. 2: the input or the request was wrong, one line per fault. 1: our failure.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DBAPIError

import safety_commands
from faults import PersonFault
from safeguards.installation import Installation, open_installation
from settings import Settings, read_settings
from terminal import COMMAND_LINE, AsJson, Input, Output, progress_bar, refuse, say

# What reads or makes a language model is imported inside its command: the others start at once.

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
figures = typer.Typer(no_args_is_help=True, help="Cijfers.")
stories = typer.Typer(no_args_is_help=True, help="Verhalen.")
users = typer.Typer(no_args_is_help=True, help="Accounts.")
retention = typer.Typer(no_args_is_help=True, help="Bewaartermijn.")
app.add_typer(safety_commands.app)
app.add_typer(figures, name="figures")
app.add_typer(stories, name="stories")
app.add_typer(users, name="users")
vault = typer.Typer(no_args_is_help=True, help="Kluis.")
audit_log = typer.Typer(no_args_is_help=True, help="Logboek.")
reading = typer.Typer(no_args_is_help=True, help="Lezen vóór vrijgave.")
app.add_typer(retention, name="retention")
app.add_typer(reading, name="reading")
app.add_typer(vault, name="vault")
app.add_typer(audit_log, name="audit")

CollectionKey = Annotated[str, typer.Option("--collection", "-c", help="sleutel van de verzameling")]
LATER_FORMATS = ("xlsx", "qdpx", "ddi", "docx", "cards-pdf", "exit")


@contextmanager
def installation() -> Iterator[Installation]:
    """The installation that the settings name."""
    yield open_installation(read_settings())


def _settings() -> Settings:
    return read_settings()


@app.command()
def demo(
    as_json: AsJson = False, process: Annotated[bool, typer.Option(help="verwerk de verhalen meteen")] = True
) -> None:
    """Laad de demonstratie: verzonnen verhalen, echte cijfers."""
    from demo.load import SEVERAL_ROLES, administrators, load_demo, open_demo_for

    with installation() as opened:
        report = load_demo(opened, by=COMMAND_LINE)
        names = administrators(opened)
        for name in names:
            open_demo_for(opened, name)
        result = {"accepted": report.accepted, "repeated": report.repeated, "opened_for": names}
        if process:
            result["processing"] = _process(opened, "demo")
    say(
        result,
        f"Demonstratie geladen: {report.accepted} verhalen nieuw, {report.repeated} waren er al."
        + (f" {SEVERAL_ROLES}" if names else ""),
        as_json=as_json,
    )


@app.command()
def process(
    collection: CollectionKey,
    rethink: Annotated[bool, typer.Option("--themes", help="zoek ook de thema's opnieuw")] = False,
    as_json: AsJson = False,
) -> None:
    """Verwerk nieuwe verhalen van een verzameling: verbergen, taal, labels, thema's."""
    with installation() as opened:
        result = _process(opened, collection, rethink=rethink)
    say(result, f"Verwerkt: {result['masked']} nieuw, {result['stories']} in totaal.", as_json=as_json)


def _process(opened: Installation, key: str, *, rethink: bool = False) -> dict[str, Any]:
    from pipeline.toolbox import Toolbox
    from storage.runs import request_run
    from storage.tables.processing import RunRow
    from stories.accept import PROCESS_RUN
    from stories.collections import find_collection
    from worker import THEMES_RUN, do_next_run

    with opened.database.writing() as session:
        kind = THEMES_RUN if rethink else PROCESS_RUN
        collection_id = find_collection(session, key).id
        run_id = request_run(session, kind, collection_id=collection_id, by=COMMAND_LINE).id
    with progress_bar("Verwerken") as move:
        claimed = do_next_run(
            opened,
            Toolbox(opened.settings),
            worker=f"{COMMAND_LINE}:{os.getpid()}",
            run_id=run_id,
            progress=lambda step, done, total: move(done, total),
        )
    if not claimed:
        refuse("Een andere worker is hier al mee bezig. Wacht tot die klaar is.")
    with opened.database.reading() as session:
        return {"run": run_id, **session.get_one(RunRow, run_id).result}


@app.command()
def deidentify(source: Input, target: Output, as_json: AsJson = False) -> None:
    """Verberg namen en andere herkenbare stukken: JSONL in, JSONL uit."""
    from pipeline.text_files import deidentify_file

    with progress_bar("Verbergen") as move:
        result = deidentify_file(source, target, progress=move)
    say(result, f"{result['stories']} verhalen, {result['spans']} stukken verborgen.", as_json=as_json)


@app.command()
def tag(
    source: Input,
    target: Output,
    taxonomy: Annotated[str, typer.Option(help="sleutel of bestand van de labels")] = "jeugdhulp_nl",
    as_json: AsJson = False,
) -> None:
    """Stel labels voor: JSONL in, JSONL uit."""
    from pipeline.text_files import tag_file

    settings = _settings()
    with progress_bar("Labels voorstellen") as move:
        result = tag_file(
            source,
            target,
            taxonomy=taxonomy,
            model=settings.embedding_model,
            threads=settings.embedding_threads,
            progress=move,
        )
    say(result, f"{result['stories']} verhalen, {result['proposed']} labels voorgesteld.", as_json=as_json)


@app.command()
def themes(
    source: Input,
    target: Output,
    seed: Annotated[int, typer.Option(help="dezelfde seed geeft dezelfde thema's")] = 1,
    embeddings: Annotated[Path | None, typer.Option(help="vectoren van `embed`, in dezelfde volgorde")] = None,
    as_json: AsJson = False,
) -> None:
    """Zoek thema's over de verhalen: JSONL in, JSON uit."""
    from pipeline.text_files import themes_file

    settings = _settings()
    with progress_bar("Thema's zoeken") as move:
        result = themes_file(
            source,
            target,
            seed=seed,
            model=settings.embedding_model,
            threads=settings.embedding_threads,
            embeddings=embeddings,
            progress=move,
        )
    sentence = f"{result['stories']} verhalen, {result['themes']} thema's, {result['without_theme']} zonder thema."
    say(result, sentence, as_json=as_json)


@app.command()
def embed(source: Input, target: Output, as_json: AsJson = False) -> None:
    """Maak vectoren van de verhalen: JSONL in, .npy uit."""
    from pipeline.text_files import embed_file

    settings = _settings()
    with progress_bar("Vectoren maken") as move:
        result = embed_file(
            source, target, model=settings.embedding_model, threads=settings.embedding_threads, progress=move
        )
    say(result, f"{result['stories']} vectoren van {result['dimension']} getallen.", as_json=as_json)


@figures.command("import")
def import_figure_file(
    file: Path,
    collection: CollectionKey,
    mapping: Annotated[Path | None, typer.Option(help="YAML die zegt wat elke kolom is")] = None,
    as_json: AsJson = False,
) -> None:
    """Zet cijfers uit CSV of XLSX in een verzameling: alles of niets."""
    from dataclasses import asdict

    from indicators.import_figures import import_figures
    from indicators.mapping import load_mapping

    with installation() as opened, opened.database.writing() as session:
        chosen = load_mapping(mapping) if mapping else None
        report = import_figures(session, file, collection_key=collection, mapping=chosen, by=COMMAND_LINE)
    known = report.n_figures - report.n_missing - report.n_suppressed
    sentence = (
        f"{report.file}: {report.n_figures} cijfers, {known} bekend, {report.n_missing} leeg. {' '.join(report.notes)}"
    )
    if report.already_imported:
        sentence = f"{report.file} stond er al in; er is niets toegevoegd. {' '.join(report.notes)}"
    say(asdict(report), sentence, as_json=as_json)


@stories.command("import")
def import_story_files(
    format: Annotated[str, typer.Argument(help="verteltafel-csv, jsonl of comments-csv")],
    files: list[Path],
    collection: CollectionKey,
    mapping: Annotated[Path | None, typer.Option(help="YAML die zegt wat elke kolom is")] = None,
    as_json: AsJson = False,
) -> None:
    """Zet verhalen uit bestanden in een verzameling."""
    from imports.registry import import_stories

    with installation() as opened, progress_bar("Verhalen lezen") as move:
        report = import_stories(
            opened, format, files, collection_key=collection, mapping=mapping, by=COMMAND_LINE, progress=move
        )
    result = {"accepted": report.accepted, "repeated": report.repeated, "set_apart": report.set_apart}
    sentence = (
        f"{report.accepted} verhalen nieuw, {report.repeated} waren er al of zijn ingetrokken, "
        f"{len(report.set_apart)} apart gezet."
    )
    say({**result, "notes": report.notes}, "\n".join([sentence, *report.notes]), as_json=as_json)


@app.command()
def export(
    format: Annotated[str, typer.Argument(help="csv of jsonl")],
    target: Output,
    collection: CollectionKey,
    profile: Annotated[str, typer.Option("--profile", "-p", help="evaluator of report")] = "evaluator",
    as_json: AsJson = False,
) -> None:
    """Schrijf een verzameling naar een bestand, door de poort."""
    from dataclasses import asdict

    from exports import write_export
    from safeguards.access import Role, Viewer
    from stories.collections import find_collection

    if format in LATER_FORMATS:
        refuse(f'Formaat "{format}" is er nog niet in deze versie. Kies csv of jsonl.')
    with installation() as opened:
        with opened.database.reading() as session:
            collection_id = find_collection(session, collection).id
        # Whoever runs commands on this machine holds the database and the key already. The gate's other
        # rules (consent, small groups) hold here too, and the audit log says that it was the command line.
        viewer = Viewer(0, COMMAND_LINE, COMMAND_LINE, frozenset({(collection_id, Role.EVALUATOR)}))
        report = write_export(opened, viewer, format, target, collection_key=collection, profile=profile)
    sentence = f"{report.path.name}: {report.n_stories} verhalen. Herkomst in {report.provenance_path.name}."
    say(asdict(report), sentence, as_json=as_json)


@app.command()
def withdraw(code: str, as_json: AsJson = False) -> None:
    """Wis een verhaal met de code van de verteller."""
    from safeguards.withdrawal import withdraw_by_code

    with installation() as opened, opened.database.writing() as session:
        found = withdraw_by_code(session, code)
    if not found:
        refuse("Deze code hoort bij geen verhaal. Kijk of alle tekens kloppen; misschien is het verhaal al gewist.")
    say({"withdrawn": True}, "Het verhaal is gewist, met alles wat ervan gemaakt was.", as_json=as_json)


@reading.command("release")
def release_readings(
    collection: CollectionKey,
    everything: Annotated[bool, typer.Option("--all", help="alles wat wacht; zonder dit gebeurt er niets")] = False,
    reason: Annotated[str, typer.Option(help="waarom dit zonder lezer mag; komt in het logboek")] = "",
    as_json: AsJson = False,
) -> None:
    """Geef alles vrij wat op een lezer wacht. Meldingen en wat een lezer tegenhield blijven staan."""
    from stories.collections import find_collection
    from stories.reading_overview import release_waiting

    if not everything:
        refuse("Met deze opdracht komen alle wachtende verhalen vrij, ongelezen. Geef --all als u dat bedoelt.")
    with installation() as opened, opened.database.writing() as session:
        n_released = release_waiting(session, find_collection(session, collection).id, by=COMMAND_LINE, reason=reason)
    say({"released": n_released}, f"{n_released} verhalen vrijgegeven zonder lezer.", as_json=as_json)


@reading.command("status")
def show_reading(collection: CollectionKey, as_json: AsJson = False) -> None:
    """Hoe ver het lezen is: wat wacht, hoe lang, en wat besloten is. Nooit per lezer."""
    from stories.collections import find_collection
    from stories.reading_overview import overview_reading

    with installation() as opened, opened.database.reading() as session:
        overview = overview_reading(session, find_collection(session, collection).id)
    sentence = f"{overview.waiting} verhalen wachten op een lezer; {overview.alarms} meldingen staan open."
    say(vars(overview), sentence, as_json=as_json)


@users.command("add")
def add_user(
    name: str,
    display_name: Annotated[str, typer.Option("--display-name", help="naam op het scherm")] = "",
    role: Annotated[str, typer.Option(help="rol, zoals facilitator of evaluator")] = "",
    collection: Annotated[str, typer.Option("--collection", "-c", help="verzameling waarin de rol geldt")] = "",
    also: Annotated[bool, typer.Option("--also", help="de rol komt met opzet naast andere rollen")] = False,
    link: Annotated[bool, typer.Option("--link", help="geef een link in plaats van een eenmalig wachtwoord")] = False,
    as_json: AsJson = False,
) -> None:
    """Maak een account, of geef een bestaand account een rol erbij."""
    from safeguards.access import Role
    from safeguards.invitations import invite_user
    from safeguards.signin import create_user, grant_role, has_user
    from stories.collections import find_collection

    if role and role not in set(Role):
        refuse(f'Rol "{role}" bestaat niet. Kies uit {", ".join(Role)}.')
    if role and role != Role.ADMINISTRATOR and not collection:
        refuse("Een rol geldt in een verzameling. Geef die met --collection.")
    secret = None
    with installation() as opened, opened.database.writing() as session:
        collection_id = find_collection(session, collection).id if collection else None
        if not has_user(session, name):
            make = invite_user if link else create_user
            secret = make(session, name, display_name or name, by=COMMAND_LINE)
        if role:
            hint = "Komt deze rol er met opzet bij? Geef dan --also."
            grant_role(
                session,
                name,
                Role(role),
                collection_id=collection_id,
                by=COMMAND_LINE,
                beside_others=also,
                hint=hint,
            )
    if secret and link:
        print(f"Link voor {name}, werkt één keer: {opened.settings.base_url}/welkom/{secret}", file=sys.stderr)
    elif secret:
        print(f"Eenmalig wachtwoord van {name}: {secret}", file=sys.stderr)
    say({"name": name, "role": role or None, "is_new": secret is not None}, f"Account {name} is er.", as_json=as_json)


@users.command("link")
def renew_user_link(name: str, as_json: AsJson = False) -> None:
    """Geef een account een link voor een nieuw wachtwoord; het oude en open aanmeldingen vervallen."""
    from safeguards.invitations import renew_by_link

    with installation() as opened, opened.database.writing() as session:
        token = renew_by_link(session, name, by=COMMAND_LINE)
    print(f"Link voor {name}, werkt één keer: {opened.settings.base_url}/welkom/{token}", file=sys.stderr)
    say({"name": name}, "Het oude wachtwoord werkt niet meer.", as_json=as_json)


@users.command("end")
def end_user_sign_ins(name: str, as_json: AsJson = False) -> None:
    """Beëindig alle open aanmeldingen van een account, op alle apparaten."""
    from safeguards.signin import end_sign_ins

    with installation() as opened, opened.database.writing() as session:
        end_sign_ins(session, name, by=COMMAND_LINE)
    say({"name": name}, f"Alle aanmeldingen van {name} zijn beëindigd.", as_json=as_json)


@retention.command("run")
def run_retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="zeg alleen wat er weg zou gaan")] = False,
    as_json: AsJson = False,
) -> None:
    """Vernietig wat zijn tijd heeft gehad: eerst de originelen, dan de verhalen. De worker doet dit elke dag."""
    from safeguards.privacy_commands import apply_retention

    with installation() as opened, progress_bar("Bewaartermijn") as move:
        outcome = apply_retention(opened, dry_run=dry_run, by=COMMAND_LINE, progress=move)
    say(*outcome, as_json=as_json)


@vault.command("rotate")
def rotate_vault(as_json: AsJson = False) -> None:
    """Wissel de sleutel van de kluis. Wie dit onderbreekt, geeft de opdracht gewoon opnieuw."""
    from safeguards.privacy_commands import change_vault_key

    with installation() as opened, progress_bar("Opnieuw versleutelen") as move:
        outcome = change_vault_key(opened, by=COMMAND_LINE, progress=move)
    say(*outcome, as_json=as_json)


@audit_log.command("check")
def check_audit(
    against: Annotated[Path | None, typer.Option(help="een eerdere uitvoer van `audit export`")] = None,
    tip: Annotated[str, typer.Option(help="wat eerder is genoteerd, als aantal:vingerafdruk")] = "",
    as_json: AsJson = False,
) -> None:
    """Kijk of het logboek heel is, en of het nog het logboek is dat eerder is genoteerd."""
    from safeguards.privacy_commands import check_audit_log

    with installation() as opened:
        outcome = check_audit_log(opened, against=against, tip=tip)
    say(*outcome, as_json=as_json)


@audit_log.command("export")
def export_audit(target: Output, as_json: AsJson = False) -> None:
    """Schrijf het logboek naar JSON Lines, met de vingerafdruk als laatste regel."""
    from safeguards.privacy_commands import export_audit_log

    with installation() as opened:
        outcome = export_audit_log(opened, target, by=COMMAND_LINE)
    say(*outcome, as_json=as_json)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Kijk of de installatie in orde is, en welke verzamelingen er zijn."""
    from models.build import are_resources_built
    from models.manifest import default_folder
    from safeguards import audit
    from stories.collections import list_collections
    from stories.queries import count_incoming

    with installation() as opened, opened.database.reading() as session:
        collections = {
            collection.key: sum(part.received for part in count_incoming(session, collection.id))
            for collection in list_collections(session)
        }
        broken = audit.first_broken_row(session)
        n_lines, tip = audit.tip(session)
        built = are_resources_built(default_folder())
    result = {
        "collections": collections,
        "audit_chain": "ok" if broken is None else broken,
        "audit_tip": f"{n_lines}:{tip}",
        "resources_built": built,
    }
    lines = [f"  {key}: {count} verhalen" for key, count in collections.items()] or ["  nog geen verzamelingen"]
    if broken is not None:
        refuse(f"Het logboek klopt niet vanaf regel {broken}. Meld dit bij de privacyfunctionaris.")
    if not built:
        refuse("De taalbestanden zijn nog niet gemaakt. Doe `make setup`.")
    say(result, "\n".join(["De installatie is in orde.", *lines, f"  logboek: {n_lines}:{tip}"]), as_json=as_json)


@app.command()
def run(
    with_demo: Annotated[bool, typer.Option("--demo/--no-demo", help="laad de demonstratie als alles leeg is")] = True,
) -> None:
    """Start formulier, pagina's en worker op deze machine."""
    from start import start

    raise typer.Exit(start(_settings(), with_demo=with_demo))


def _not_there_yet(what: str) -> Callable[[], None]:
    def say_so() -> None:
        refuse(f"`{what}` is er nog niet in deze versie.")

    say_so.__doc__ = "Nog niet in deze versie."
    return say_so


app.command("patterns", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    _not_there_yet("patterns")
)


def main() -> int:
    """Run one command. Faults that a person can mend end with exit code 2, ours with 1."""
    try:
        # Without standalone mode an Exit comes back as its code, and a finished command as None.
        return app(standalone_mode=False) or 0
    except typer.Abort:
        return 1
    except PersonFault as fault:
        print(fault, file=sys.stderr)
        return 2
    except DBAPIError as error:
        # The kind of error only: its text could hold an answer.
        print(
            f"De database deed niet mee ({type(error.orig).__name__}): de schijf is vol, of een ander programma houdt "
            "haar bezet. Wat niet klaar was, is niet bewaard. Maak ruimte en probeer het opnieuw.",
            file=sys.stderr,
        )
        return 1
    except Exception as error:
        if hasattr(error, "show"):  # a wrong option or argument, said by the command-line library
            error.show()
            return 2
        raise


if __name__ == "__main__":
    sys.exit(main())
