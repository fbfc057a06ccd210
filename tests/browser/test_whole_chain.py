"""The whole chain in a browser, on what `make run` starts: from a told story to an advice, an export, a withdrawal."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.build import build_language_resources
from models.manifest import default_folder

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "tests" / "output"
NEW_PASSWORD = "een zin die lang genoeg is"
TITLE = "De zeemeermin en de brief"
STORY = (
    "Onze helper Fatima kwam elke dinsdag langs. Ze luisterde eerst en regelde daarna een brief voor school. "
    "Bellen kon op 06-12345678. Mijn zoon tekende een zeemeermin en durfde weer naar buiten."
)
QUESTION = "Komt de hulp volgens ouders en kinderen op tijd?"
SLOW = 60_000  # the demo's processing has the machine to itself for a while


@dataclass(frozen=True)
class Site:
    """What `make run` printed: where it is, and the password of its first administrator."""

    address: str
    password: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything started on an empty installation, the demo loaded and processed by the real pipeline."""
    data = tmp_path_factory.mktemp("chain")
    build_language_resources(default_folder())
    (data / "models").symlink_to(default_folder().parent)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "VERTELTAFEL_DATA_FOLDER": str(data), "VERTELTAFEL_PORT": str(port)}
    command = [sys.executable, str(ROOT / "manage.py"), "run"]
    with (data / "out.txt").open("w") as out:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        said = wait_for(data / "out.txt", "De demonstratie is verwerkt", running)
        found = re.search(r"eenmalige wachtwoord: (\S+)", said)
        assert found, said
        yield Site(f"http://127.0.0.1:{port}", found[1])
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0, "stopping is not a failure"


def wait_for(path: Path, words: str, running: subprocess.Popen[bytes]) -> str:
    """What the program printed, once these words are in it."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        said = path.read_text()
        if words in said:
            return said
        assert running.poll() is None and "is gestopt" not in said, said
        time.sleep(0.5)
    raise AssertionError(f"{words!r} was never printed: {path.read_text()}")


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """The facilitator's laptop."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", accept_downloads=True)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


@pytest.mark.timeout(900)
def test_from_a_told_story_to_an_advice_and_back(site: Site, browser: Browser, page: Page, desk: Page) -> None:
    PICTURES.mkdir(exist_ok=True)
    code = tell_a_story(page, site.address)
    sign_in(desk, site)
    see_it_wait(desk, site.address)
    read_it_before_anyone_else(desk, site.address)
    see_it_arrive(desk, site.address)
    read_it_masked(desk, site.address)
    read_a_corner_of_the_triangle(desk, site.address)
    lay_stories_beside_figures(desk, site.address)
    file_an_assignment(desk, site.address)
    put_evidence_on_the_table(desk, site.address)
    refuse_an_advice_without_rivals(desk)
    write_two_rival_readings(desk)
    write_an_advice(desk)
    assert TITLE in export_everything(desk, site.address)
    withdraw(page, site.address, code)
    assert TITLE not in export_everything(desk, site.address)
    see_the_mark_it_left(desk, site.address)


def tell_a_story(page: Page, address: str) -> str:
    """A mother on her phone; the code that she keeps."""
    page.goto(f"{address}/vertel/demo")
    page.get_by_role("link", name=re.compile("Ouder")).click()
    page.check("input[value=table]")
    go_on(page)
    page.fill("textarea[name=text]", STORY)
    page.fill("input[name=title]", TITLE)
    go_on(page)
    page.locator("vt-triad:visible .figure__surface").tap(position={"x": 150, "y": 60})
    while page.get_by_role("button", name="Verder").is_visible():
        go_on(page)
    page.get_by_role("button", name="Kijk uw verhaal na").click()
    look = page.locator("main").inner_text()
    assert "Fatima" not in look and "06-12345678" not in look, "the last look shows what others will read"
    page.screenshot(path=PICTURES / "phone-last-look.png", full_page=True)
    page.get_by_role("button", name="Versturen").click()
    page.screenshot(path=PICTURES / "phone-receipt.png", full_page=True)
    found = re.search(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", page.locator("main").inner_text())
    assert found
    return found[0]


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Verder").click()


def sign_in(desk: Page, site: Site) -> None:
    """With the one-time password, which has to be changed first."""
    desk.goto(f"{site.address}/inloggen")
    desk.get_by_label("Naam").fill("beheer")
    desk.locator("input[type=password]").fill(site.password)
    desk.keyboard.press("Enter")
    passwords = desk.locator("input[type=password]")
    expect(passwords).not_to_have_count(1)
    passwords.nth(0).fill(site.password)
    for number in range(1, passwords.count()):
        passwords.nth(number).fill(NEW_PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name=re.compile("Dag Beheerder"))).to_be_visible()


def open_page(desk: Page, address: str, heading: str) -> None:
    """Open a page by its address and wait until it is drawn."""
    desk.goto(address)
    expect(desk.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(desk.get_by_text("Verzonnen verhalen: dit is een demonstratie").first).to_be_visible()


def see_it_wait(desk: Page, address: str) -> None:
    """Within a minute the story is masked; until a reader releases it, nobody else sees it."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        open_page(desk, f"{address}/binnen?verzameling=demo", "Binnenkomende verhalen")
        if desk.get_by_text("1 verhaal wacht op een lezer").is_visible():
            break
        desk.wait_for_timeout(1500)
    expect(desk.get_by_text("1 verhaal wacht op een lezer")).to_be_visible()
    expect(desk.get_by_text("580 verhalen vrijgegeven")).to_be_visible()


def read_it_before_anyone_else(desk: Page, address: str) -> None:
    """A reader opens it with a key, hides the helper's day with the keyboard, and releases it."""
    open_page(desk, f"{address}/lezen?verzameling=demo", "Lezen vóór vrijgave")
    expect(desk.get_by_role("button", name="Lees het volgende verhaal")).to_be_enabled()
    assert TITLE not in desk.locator("body").inner_text(), "never a list of texts"
    desk.keyboard.press("Alt+Shift+L")
    expect(desk.get_by_role("heading", name=TITLE)).to_be_visible()
    body = desk.locator("body").inner_text()
    assert "Fatima" not in body and "06-12345678" not in body
    desk.get_by_role("combobox", name="Kies een zin").click()
    desk.get_by_role("option", name=re.compile(r"^1\. ")).click()
    desk.get_by_role("button", name="dinsdag").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Verberg dit")).to_be_enabled()
    desk.get_by_role("combobox", name="Wat is het?").click()
    desk.get_by_role("option", name="datum").click()
    desk.get_by_role("button", name="Verberg dit").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Verborgen, overal waar het in dit verhaal staat.")).to_be_visible()
    expect(desk.locator(".vt-mask", has_text="datum 1")).to_be_visible()
    desk.screenshot(path=PICTURES / "reading.png", full_page=True)
    desk.get_by_role("button", name="Geef vrij").first.click()
    expect(desk.get_by_text("Het verhaal is vrijgegeven.")).to_be_visible()


def see_it_arrive(desk: Page, address: str) -> None:
    """Released, it counts with the others, and the worker makes again what the reader changed."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        open_page(desk, f"{address}/binnen?verzameling=demo", "Binnenkomende verhalen")
        if desk.get_by_text("581 verhalen vrijgegeven").is_visible():
            break
        desk.wait_for_timeout(1500)
    expect(desk.get_by_text("581 verhalen vrijgegeven")).to_be_visible()
    desk.screenshot(path=PICTURES / "incoming.png")


def read_it_masked(desk: Page, address: str) -> None:
    """Found by a word, but only together with enough others: five tellers is the smallest group to read."""
    open_page(desk, f"{address}/verhalen?verzameling=demo&zoek=zeemeermin", "Verhalen verkennen")
    expect(desk.get_by_text(re.compile("te klein om te tonen")).first).to_be_visible()
    open_page(desk, f"{address}/verhalen?verzameling=demo&zoek=brief&wie=parent", "Verhalen verkennen")
    card = desk.get_by_text("zeemeermin en durfde").first
    expect(card).to_be_visible()
    body = desk.locator("body").inner_text()
    assert "Fatima" not in body and "06-12345678" not in body
    desk.screenshot(path=PICTURES / "explore.png")


def read_a_corner_of_the_triangle(desk: Page, address: str) -> None:
    """By keyboard or by click, a region of a triad gives its stories."""
    open_page(desk, f"{address}/verhalen?verzameling=demo&wie=parent", "Verhalen verkennen")
    choices = desk.locator("[data-testid=stRadio]")
    choices.get_by_text(re.compile(r"^vooral “luisteren en er zijn”")).first.click()
    expect(desk.get_by_text("223 verhalen, blad 1 van")).to_be_hidden()
    expect(desk.get_by_text(re.compile(r"verhalen, blad 1 van"))).to_be_visible()
    n_in_corner = int(re.search(r"(\d+) verhalen, blad 1 van", desk.locator("body").inner_text())[1])  # type: ignore[index]
    assert 5 <= n_in_corner < 223
    desk.screenshot(path=PICTURES / "explore-corner.png")


def lay_stories_beside_figures(desk: Page, address: str) -> None:
    """An aim with figures, and what is missing by name."""
    open_page(desk, f"{address}/doelen?verzameling=demo&doel=A3", "Tellen en vertellen")
    expect(desk.get_by_role("heading", name="Vertellen", exact=True)).to_be_visible()
    expect(desk.get_by_role("heading", name="Tellen", exact=True)).to_be_visible()
    expect(desk.get_by_text(re.compile("werkdagen")).first).to_be_visible()
    desk.screenshot(path=PICTURES / "side-by-side.png")


def field(desk: Page, label: str) -> Locator:
    """A text field by its question."""
    return desk.get_by_role("textbox", name=label)


def fill(desk: Page, label: str, text: str) -> None:
    """Write in a field, and leave it, as the page only then hears of it."""
    field(desk, label).fill(text)
    field(desk, label).blur()


def settle(desk: Page) -> None:
    """Wait until the page has answered what was done last."""
    desk.wait_for_timeout(400)
    expect(desk.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)


def pick(desk: Page, label: str, words: str) -> None:
    """An option of a list, found by typing some of its words."""
    settle(desk)
    box = desk.get_by_role("combobox", name=label)
    box.click()
    box.press_sequentially(words, delay=20)
    option = desk.get_by_role("option", name=re.compile(words)).first
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value(re.compile(words))
    settle(desk)


def unfold(desk: Page, title: str) -> None:
    """Open a panel, once it is drawn."""
    panel = desk.locator("details").filter(has_text=title).last
    expect(panel).to_be_visible()
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    settle(desk)


def file_an_assignment(desk: Page, address: str) -> None:
    """An incomplete question is refused field by field; a complete one gets a table."""
    open_page(desk, f"{address}/opdrachten?verzameling=demo", "Opdrachten")
    unfold(desk, "Dien een vraag in")
    fill(desk, "Wie geeft de opdracht?", "Regiegroep jeugd")
    desk.get_by_role("button", name="Dien de vraag in").click()
    expect(desk.get_by_text("5 velden zijn nog niet goed.")).to_be_visible()
    fill(desk, "Welke vraag moet de tafel beantwoorden?", QUESTION)
    for choice in ("Hulp komt op tijd: sneller", "Thematisch: een eenmalige vraag", "Verbeteren: samen iets anders"):
        desk.get_by_text(choice).first.click()
    desk.get_by_text("Gemeente", exact=True).click()
    desk.get_by_role("button", name="Dien de vraag in").click()
    expect(desk.get_by_text("Je vraag is ingediend.")).to_be_visible()
    unfold(desk, "Nieuwe duidingstafel")
    fill(desk, "Titel van de tafel", "Op tijd")
    desk.get_by_role("button", name="Maak de tafel").click()
    desk.get_by_text(re.compile("Naar de duidingstafel: Op tijd")).first.click()
    expect(desk.get_by_role("heading", name="Duidingstafel", exact=True)).to_be_visible()


def go_to_step(desk: Page, name: str, *, heading: str = "") -> None:
    """One of the steps of the meeting."""
    settle(desk)
    desk.get_by_role("radio", name=name).or_(desk.get_by_role("button", name=name)).first.click()
    shown = heading or name.split(". ")[-1]
    expect(desk.get_by_role("heading", name=shown, exact=True).first).to_be_visible()
    settle(desk)


def put_evidence_on_the_table(desk: Page, address: str) -> None:
    """The mother's own story and a figure, both frozen."""
    unfold(desk, "Een cijfer")
    pick(desk, "Welk cijfer?", "werkdagen")
    desk.get_by_role("button", name="Leg dit cijfer op tafel").click()
    expect(desk.get_by_text(re.compile("cijfer ligt op tafel"))).to_be_visible()
    table = re.search(r"tafel=(\d+)", desk.url)
    assert table
    open_page(desk, f"{address}/duidingstafel?verzameling=demo&tafel={table[1]}&zoek=brief&wie=parent", "Duidingstafel")
    unfold(desk, "Een verhaal of een beeld")
    expect(desk.get_by_text(TITLE).first).to_be_visible()
    of_this_story = f"//article[contains(., '{TITLE}')]/following::button[contains(., 'Leg dit verhaal op tafel')]"
    desk.locator(of_this_story).first.click()
    expect(desk.get_by_text(re.compile("verhaal ligt op tafel"))).to_be_visible()
    desk.screenshot(path=PICTURES / "evidence.png")


def refuse_an_advice_without_rivals(desk: Page) -> None:
    """One observation without readings: no advice yet, and the page says why."""
    go_to_step(desk, "2. Wat zien we?")
    fill(desk, "Wat zien jullie?", "Het eerste gesprek is snel, de brief duurt lang.")
    desk.get_by_role("button", name="Schrijf op").click()
    expect(desk.get_by_text("Het eerste gesprek is snel").first).to_be_visible()
    go_to_step(desk, "4. Advies")
    expect(desk.get_by_text(re.compile("heeft nog geen duiding")).first).to_be_visible()
    expect(desk.get_by_role("button", name="Bewaar het advies")).to_be_disabled()


def write_two_rival_readings(desk: Page) -> None:
    """One from the parents' side and one from the workers', side by side."""
    go_to_step(desk, "3. Hoe lezen we dat?")
    readings = (
        ("Ouder of verzorger", "Wachten op papier voelt als wachten op hulp."),
        ("Medewerker", "De hulp begint al bij het eerste gesprek; de brief komt erna."),
    )
    for side, text in readings:
        unfold(desk, "Schrijf een duiding bij observatie 1")
        desk.get_by_role("radiogroup").get_by_text(side, exact=True).last.click()
        fill(desk, "Hoe lezen jullie dit?", text)
        fill(desk, "Wat zou jullie van gedachten doen veranderen?", "Als gezinnen de brief niet missen.")
        desk.get_by_role("button", name="Schrijf op", exact=True).click()
        expect(desk.get_by_text(text).first).to_be_visible()
    desk.screenshot(path=PICTURES / "readings.png")


def write_an_advice(desk: Page) -> None:
    """Now it can be saved, with what to stop and the dissent under it."""
    go_to_step(desk, "4. Advies")
    desk.get_by_text("Doelen toetsen en adviseren", exact=True).click()
    settle(desk)
    fill(desk, "Aan wie?", "Wethouder jeugd")
    pick(desk, "Bij welk doel?", "Hulp komt op tijd")
    fill(desk, "Wat adviseren jullie?", "Laat de brief voor school in de eerste week meegaan.")
    fill(desk, "Waarover verschillen jullie van mening? (mag leeg blijven)", "Medewerkers vinden een week te kort.")
    desk.get_by_role("button", name="Bewaar het advies").click()
    expect(desk.get_by_text(re.compile("advies is bewaard")).first).to_be_visible()
    go_to_step(desk, "Overzicht", heading="Wat lag er op tafel?")
    expect(desk.get_by_text("Laat de brief voor school in de eerste week meegaan.").first).to_be_visible()
    desk.screenshot(path=PICTURES / "advice.png", full_page=True)


def export_everything(desk: Page, address: str) -> str:
    """The stories of the evaluator's download, which also says where it comes from."""
    open_page(desk, f"{address}/exporteren?verzameling=demo", "Exporteren")
    desk.get_by_text("JSON Lines: voor programma's").click()
    settle(desk)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download (zip)").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    provenance = json.loads(files.pop("demo-evaluator.jsonl.herkomst.json"))
    assert provenance["collection"]["key"] == "demo"
    stories = files.pop("demo-evaluator.jsonl")
    assert "Fatima" not in stories and files == {}
    return stories


def withdraw(page: Page, address: str, code: str) -> None:
    """The mother changes her mind, with her code and nothing else."""
    page.goto(f"{address}/mijn-verhaal")
    page.get_by_role("textbox").first.fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    page.screenshot(path=PICTURES / "phone-my-story.png", full_page=True)
    wipe = re.compile("[Ww]is")
    page.get_by_role("main").get_by_role("link", name=wipe).or_(page.get_by_role("button", name=wipe)).last.click()
    page.get_by_role("button", name=wipe).click()
    expect(page.get_by_text(re.compile("gewist")).first).to_be_visible()


def see_the_mark_it_left(desk: Page, address: str) -> None:
    """On the table there was a story; that is all that stays."""
    open_page(desk, f"{address}/duidingstafel?verzameling=demo&tafel=1", "Duidingstafel")
    expect(desk.get_by_text(re.compile("ingetrokken op")).first).to_be_visible()
    assert TITLE not in desk.locator("body").inner_text()
    desk.screenshot(path=PICTURES / "withdrawn.png")
