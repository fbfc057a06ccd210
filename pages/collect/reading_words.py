"""What the reader's page says: signs, decisions, reasons and kinds of pieces, in Dutch."""

from collections.abc import Mapping

from stories.reading import Decision, StoryToRead

SIGN_WORDS: Mapping[str, str] = {
    "danger": "mogelijk gevaar",
    "despair": "mogelijk wanhoop",
    "recognisable": "mogelijk herkenbaar",
    "unchecked": "andere taal: de computer kan hier niet op tekenen letten",
}
DOUBT_WORDS: Mapping[str, str] = {"age": "leeftijd", "other": "bijzonder"}
KIND_WORDS: Mapping[str, str] = {
    "person": "persoon",
    "place": "plaats",
    "address": "adres",
    "school": "school",
    "organisation": "organisatie",
    "date": "datum",
    "age": "leeftijd",
    "phone": "telefoonnummer",
    "username": "gebruikersnaam",
    "other": "iets anders dat bijzonder is",
}
REASON_WORDS: Mapping[str, str] = {
    "recognisable": "Ook na verbergen is te zien om wie het gaat",
    "about_someone_else": "Het gaat vooral over iemand anders, die niets koos",
    "harmful": "Het kan de verteller of een kind schaden als anderen het lezen",
    "no_story": "Het is geen verhaal: een proef, reclame of onleesbaar",
    "heavy": "Het is te zwaar voor mij, nu",
    "known_family": "Ik denk dat ik weet om wie het gaat",
    "in_doubt": "Ik twijfel en wil dat een ander ook kijkt",
    "danger": "Er is misschien iemand in gevaar",
    "despair": "Iemand is misschien wanhopig of wil niet meer leven",
    "other_worry": "Een andere zorg om de veiligheid",
    "handed_over": "Besproken met het contact; zij doen wat nodig is",
    "no_danger": "Besproken: er is geen gevaar (meer)",
    "nobody_to_reach": "Besproken: niemand kan de verteller bereiken",
}
DECIDED_WORDS: Mapping[Decision, str] = {
    Decision.RELEASE: "vrijgegeven",
    Decision.HOLD_BACK: "niet vrijgegeven",
    Decision.PASS_ON: "doorgegeven aan een andere lezer",
    Decision.RAISE_ALARM: "melding gedaan",
    Decision.CLOSE_ALARM: "melding gesloten",
    Decision.TAKE_BACK: "besluit teruggenomen",
}
DONE_SENTENCES: Mapping[Decision, str] = {
    Decision.RELEASE: "Het verhaal is vrijgegeven. Wie het van de verteller mag lezen, ziet het nu.",
    Decision.HOLD_BACK: "Het verhaal is niet vrijgegeven. Niemand ziet het.",
    Decision.PASS_ON: "Het verhaal wacht op een andere lezer.",
    Decision.RAISE_ALARM: "De melding staat open. Niemand ziet het verhaal. Bel nu het contact.",
    Decision.CLOSE_ALARM: "De melding is gesloten. Het verhaal wacht weer op een lezer.",
    Decision.TAKE_BACK: "Het besluit is teruggenomen. Het verhaal is weer bij jou, en uit beeld bij anderen.",
}


def describe_signs(story: StoryToRead) -> list[str]:
    """Why a story stands high in the queue, a line for each sign; empty for an ordinary story.

    Without the words themselves when the story is in another language: there the word is its code.
    """
    lines = []
    for kind, words in story.signs:
        found = f" (woorden: {', '.join(words)})" if words and kind != "unchecked" else ""
        lines.append(f"{SIGN_WORDS[kind]}{found}")
    return lines
