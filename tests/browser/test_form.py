"""The form in Chromium: with a script and by keyboard alone, without a script, and for everyone (axe)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from safeguards.installation import Installation
from storage.tables.stories import AnswerRow, StoryRow
from tests.intake.conftest import find_code

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
STORY = "Op dinsdag kwam Zeehond langs. Dat hielp."


def find_violations(page: Page) -> list[str]:
    """What axe has against this page, one line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


def read_answers(installation: Installation) -> dict[str, AnswerRow]:
    with installation.database.reading() as session:
        return {row.element: row for row in session.scalars(select(AnswerRow))}


def start(page: Page, address: str, perspective: str = "parent") -> None:
    """The first two steps, up to the first triad."""
    page.goto(f"{address}/vertel/demo/{perspective}")
    page.check("input[value=table]")
    go_on(page)
    page.fill("textarea[name=text]", STORY)
    go_on(page)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Verder").click()


def go_on_to(page: Page, selector: str) -> None:
    while not page.locator(selector).is_visible():
        go_on(page)


def test_a_story_is_told_with_the_keyboard_alone(page: Page, address: str, installation: Installation) -> None:
    page.goto(f"{address}/vertel/demo/parent")
    press = page.keyboard.press
    page.locator("input[name=consent]").first.focus()
    press("ArrowDown")
    assert page.locator("input[value=table]").is_checked()
    page.get_by_role("button", name="Verder").focus()
    press("Enter")
    expect(page.get_by_role("heading", name="Uw verhaal", exact=True)).to_be_focused()
    press("Tab")
    page.keyboard.type(STORY)
    page.get_by_role("button", name="Verder").press("Enter")
    press("Tab")
    triad = page.get_by_role("slider")
    expect(triad).to_be_focused()
    assert triad.get_attribute("aria-valuetext") == "nog niets gekozen"
    for _ in range(12):
        press("ArrowUp")
    top = page.locator("vt-triad:visible .triad__top").inner_text()
    assert top in (triad.get_attribute("aria-valuetext") or "")
    go_on_to(page, "vt-stones")
    page.locator(".stones__pick").first.focus()
    press("Enter")
    press("ArrowLeft")
    while page.get_by_role("button", name="Verder").is_visible():
        page.get_by_role("button", name="Verder").press("Enter")
    page.get_by_role("button", name="Kijk uw verhaal na").press("Enter")
    page.get_by_role("button", name="Versturen").press("Enter")
    assert find_code(page.content()) and page.url.endswith("/bedankt")
    rows = read_answers(installation)
    assert sum(rows["T1"].value.values()) == pytest.approx(1) and rows["T1"].input_mode == "drag"
    assert max(rows["T1"].value, key=rows["T1"].value.get) == rows["T1"].shown[0], "up is towards the top corner"
    assert rows["T1"].moves == 1 and rows["S1"].value == {"child": [47.0, 50.0]}
    assert rows["T2"].state == "skipped"


def test_tapping_places_and_the_buttons_undo(page: Page, address: str, installation: Installation) -> None:
    start(page, address)
    triad = page.locator("vt-triad:visible")
    marker, surface = triad.locator(".triad__marker"), triad.locator(".figure__surface")
    assert not marker.is_visible(), "no marker until the teller places one"
    surface.tap(position={"x": 150, "y": 150})
    assert marker.is_visible()
    triad.get_by_role("button", name="past niet bij mijn verhaal").click()
    assert not marker.is_visible() and triad.locator("input[value='~na']").is_checked()
    triad.get_by_role("button", name="alle drie even sterk").click()
    assert triad.locator("input[value='~all']").is_checked()
    triad.get_by_role("button", name="wis mijn keuze").click()
    assert triad.locator("input:checked").count() == 0
    triad.get_by_role("button", name="liever kiezen uit woorden").click()
    triad.locator("input[value=learning]").check()
    go_on_to(page, "vt-dyad >> nth=0")
    page.locator("vt-dyad:visible .figure__surface").first.tap(position={"x": 5, "y": 30})
    while page.get_by_role("button", name="Verder").is_visible():
        go_on(page)
    page.get_by_role("button", name="Kijk uw verhaal na").click()
    page.get_by_role("button", name="Versturen").click()
    rows = read_answers(installation)
    assert (rows["T1"].input_mode, rows["T1"].value["learning"]) == ("zone7", 0.8)
    assert rows["D1"].value < 10 and rows["D1"].input_mode == "drag"


def test_coming_back_from_the_last_look_loses_nothing(page: Page, address: str) -> None:
    start(page, address)
    page.locator("vt-triad:visible .figure__surface").tap(position={"x": 150, "y": 120})
    said = page.locator("vt-triad:visible .figure__said").inner_text()
    while page.get_by_role("button", name="Verder").is_visible():
        go_on(page)
    page.get_by_role("button", name="Kijk uw verhaal na").click()
    page.get_by_role("button", name="Terug en veranderen").click()
    assert page.locator("textarea[name=text]").input_value() == STORY
    assert page.locator("vt-triad .figure__said").first.text_content() == said


def test_the_phones_own_back_button_walks_the_steps(page: Page, address: str) -> None:
    start(page, address)
    assert "Stap 3" in page.title()
    page.go_back()
    expect(page.locator("textarea[name=text]")).to_be_visible()
    assert page.locator("textarea[name=text]").input_value() == STORY


def test_going_on_without_an_answer_says_what_is_missing(page: Page, address: str) -> None:
    page.goto(f"{address}/vertel/demo/parent")
    go_on(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Kies wie uw verhaal mag lezen.").click()
    expect(page.locator("input[name=consent]").first).to_be_focused()
    assert find_violations(page) == []


@pytest.mark.parametrize("perspective", ["child_8_12", "youth_12_18", "parent", "worker"])
def test_no_step_shuts_anyone_out(page: Page, address: str, perspective: str) -> None:
    page.goto(f"{address}/vertel/demo/{perspective}")
    faults = find_violations(page)
    start(page, address, perspective)
    while page.get_by_role("button", name="Verder").is_visible():
        faults += find_violations(page)
        go_on(page)
    page.locator("details.more summary").click()
    faults += find_violations(page)
    page.get_by_role("button", name="Kijk").click()
    faults += find_violations(page)
    page.get_by_role("button", name="Versturen").click()
    assert faults + find_violations(page) == []


def test_the_pages_around_the_form_shut_nobody_out(page: Page, address: str) -> None:
    for path in ("/", "/vertel/demo", "/mijn-verhaal", "/inloggen", "/uitloggen", "/vertel/weg"):
        page.goto(address + path)
        assert find_violations(page) == [], path


def test_without_a_script_the_whole_form_works(plain_page: Page, address: str, installation: Installation) -> None:
    plain_page.goto(f"{address}/vertel/demo/parent")
    plain_page.get_by_role("button", name="Kijk uw verhaal na").click()
    assert plain_page.get_by_role("alert").is_visible()
    plain_page.check("input[value=table]")
    plain_page.fill("textarea[name=text]", STORY)
    plain_page.check("input[name=T1][value=learning]")
    plain_page.get_by_label("mijn kind: van ‘deed").select_option("30")
    plain_page.get_by_label("mijn kind: van ‘had").select_option("70")
    plain_page.get_by_role("button", name="Kijk uw verhaal na").click()
    plain_page.get_by_role("button", name="Versturen").click()
    assert find_code(plain_page.content())
    rows = read_answers(installation)
    assert rows["T1"].value["learning"] == 0.8 and rows["S1"].value == {"child": [30.0, 70.0]}


def test_nothing_sticks_out_on_a_small_screen_with_large_text(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    start(page, address)
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice the usual size
    while page.get_by_role("button", name="Verder").is_visible():
        assert page.evaluate(wide) <= 0, page.title()
        go_on(page)
    context.close()


def test_the_first_page_is_small_and_loads_from_here_only(page: Page, address: str) -> None:
    seen: list[tuple[str, int]] = []
    page.on("requestfinished", lambda request: seen.append((request.url, request.sizes()["responseBodySize"])))
    page.goto(f"{address}/vertel/demo/parent", wait_until="networkidle")
    assert all(url.startswith(address) for url, _ in seen)
    assert sum(size for _, size in seen) < 150_000


def test_a_story_sent_twice_by_an_impatient_thumb_is_one(page: Page, address: str, installation: Installation) -> None:
    start(page, address)
    while page.get_by_role("button", name="Verder").is_visible():
        go_on(page)
    page.get_by_role("button", name="Kijk uw verhaal na").click()
    page.get_by_role("button", name="Versturen").dblclick()
    page.wait_for_url("**/bedankt")
    with installation.database.reading() as session:
        assert len(session.scalars(select(StoryRow)).all()) == 1
