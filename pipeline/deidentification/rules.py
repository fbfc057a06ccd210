"""Pieces that are known by the words around them: streets, schools, organisations, ages, names behind a title."""

import re
from collections.abc import Iterator

from models.names import COMMON, DUTCH, ENGLISH, STREET
from pipeline.deidentification import words
from pipeline.deidentification.features import Lexicon
from pipeline.deidentification.patterns import NUMBER_WORDS
from pipeline.deidentification.spans import Span, make_span

FLAGS = re.IGNORECASE
STREET_ENDINGS = (
    "straat|straatje|laan|weg|plein|singel|kade|dijk|gracht|steeg|hof|dreef|plantsoen|pad|park|markt|wal|haven|brug|"
    "dwarsstraat|dwarsweg|str|ln|baan|kamp|diep|burg|stee|akker|es|kwartier|buurt|hoven"
)
# Endings that say "street" also without a number or a capital; the others need one of these.
SURE_ENDINGS = (
    "straat",
    "laan",
    "dwarsweg",
    "dwarsstraat",
    "singel",
    "plein",
    "steeg",
    "plantsoen",
    "gracht",
    "straatje",
)
HOUSE_NUMBER = (
    r"(?:\d{1,4}(?:[ -]?[a-z](?![\w]))?(?:[-/]\d+)?(?! ?(?:uur|jaar|keer|euro"
    r"|minuten|weken|maanden|dagen|:|\.\d))|(?:één|een|twee|drie|vier|vijf|zes"
    r"|zeven|acht|negen|tien) ?hoog|huisnummer \d+)"
)
STREET_WITH_NUMBER = re.compile(
    rf"\b((?:[^\W\d_]{{1,20}}[- ]){{0,2}}?[^\W\d_]{{1,30}}(?:{STREET_ENDINGS}))\s+"
    rf"({HOUSE_NUMBER})(?:\s+(?:boven|beneden|achter|links|rechts|(?:twee|drie"
    rf"|vier|één|een) hoog))?(?!\w)",
    FLAGS,
)
STREET_NAME = re.compile(rf"\b[^\W\d_]{{2,30}}(?:{STREET_ENDINGS})\b", FLAGS)
STREET_WORDS_BEFORE = frozenset(
    [
        "de",
        "het",
        "op",
        "aan",
        "in",
        "bij",
        "langs",
        "naar",
        "van",
        "vanaf",
        "halte",
        "hoek",
        "tegenover",
        "achter",
        "tot",
        "onze",
    ]
)
FLOOR_OR_ROOM = re.compile(
    r"\b(?:aan|op|in) (?:de |het )?[^\W\d_]{4,30} (?:\d{1,2}|één|een|twee|drie"
    r"|vier|vijf) hoog\b|(?<=van )(?:\d{1,2}|één|een|twee|drie|vier) hoog\b"
    r"|(?<=van )nr\.? ?\d{1,4}[a-z]?\b|(?<=op )(?:kamer|lokaal|nr\.?) ?\d{1,4} ?[a-z]?\b"
    r"|\bhalte [^\W\d_]{4,30}\b",
    FLAGS,
)
COLOURED_VEHICLE = re.compile(
    rf"\b(?:wit|zwart|rood|rod|blauw|groen|grijz?s?|geel|gel|bruin|paars|oranje"
    rf"|zilver(?:en)?|beige|roze)e? (?:{'|'.join(sorted(words.VEHICLE_BRANDS))})\b",
    FLAGS,
)
NUMBER_ONLY = re.compile(
    r"\b(?:op|van|bij|buren van|huisnummer|flat)\s+(nummer \d{1,3}(?:[a-z]\b)?)"
    r"|\b(buren van \d{1,3})\b|\b(huisnummer \d{1,4} ?[a-z]?)\b",
    FLAGS,
)
NAME_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
ARTICLE = r"(?:(?:de|het|'t|van|der|den|ter|ten)\s+)"
NAME_SERIES = rf"(?:{ARTICLE}{{0,2}}{NAME_WORD})(?:\s+(?:(?:de|het|'t|van|der|den|en|&)\s+){{0,2}}{NAME_WORD}){{0,3}}"
SCHOOL_BEFORE = re.compile(
    rf"\b(?i:(?:basis|dalton|montessori|jenaplan|vrije |mytyl|tyltyl|praktijk|vmbo-?"
    rf"|zmlk-?|cluster-?4-?)?school|obs|cbs|rkbs|pcbs|kbs|gbs|sbo|vso|so|ikc|kdc"
    rf"|bs|kindcentrum|scholengemeenschap|college|lyceum|gymnasium|roc|mbo)\s+{NAME_SERIES}"
)
SCHOOL_BEHIND = re.compile(
    rf"\b(?:[Hh]et\s+|[Dd]e\s+)?(?:{NAME_WORD}\s+){{1,3}}(?i:college|lyceum|gymnasium"
    rf"|school|mavo|academie|kindcentrum)\b|\b[A-Z][\w-]{{1,40}}(?:college|lyceum"
    rf"|school)\b"
)
ORGANISATION = re.compile(
    rf"\b(?i:stichting|vereniging|zorgbureau|gezinshuis|hotel|v\.?v\.?|f\.?c\.?"
    rf"|s\.?v\.?|svv|café|cafe|restaurant|moskee|huisartsenpraktijk|praktijk|(?:kinder"
    rf"|jeugd)?kliniek|p\.?i\.?|manege|zorgboerderij|zorgaanbieder|bureau|kinderopvang"
    rf"|bso|logeerhuis|tandartspraktijk|zorggroep|woongroep|behandelgroep|leefgroep"
    rf"|firma|bakkerij|kerk|voetbalclub|turnvereniging|scouting|logeerboerderij"
    rf"|buurthuis|wijkcentrum|jongerencentrum|speeltuinvereniging|azc|zwembad|sporthal"
    rf"|speeltuin|kinderboerderij|camping|verpleeghuis|zorgcentrum|dorpshuis|winkelcentrum"
    rf"|st\.)\s+{NAME_SERIES}"
)
SMALL_ORGANISATION = re.compile(
    r"\b(?:basisschool|obs|cbs|rkbs|pcbs|kbs|sbo|kindcentrum|stichting|zorgbureau"
    r"|gezinshuis|hotel|vv|fc|svv|zorgboerderij|moskee|manege|zwembad|camping"
    r"|azc)"
    r"\s+(?:(?:de|het|'t|el|al|ar)\s+)?([^\W\d_]{4,30})\b"
)
INTERFIX_SURNAME = re.compile(
    r"(?:(?<=[^\W\d_] )|(?<=[,(] )|(?<=\())(?:Van|Ter|Ten|Von)(?: (?:de|den|der"
    r"|het|'t))? [A-ZÀ-ÖØ-Þ][\w'-]{2,30}"
    r"|(?<![\w.])(?!(?:B\.V|N\.V|P\.S|N\.B|U\.S|V\.V|F\.C|S\.V|A\.U|P\.I|O\.A"
    r"|T\.N|B\.S|D\.D)\b)[A-Z]\.[A-Z]\.(?:[A-Z]\.)?(?!\w)"
    r"|(?<![\w.])[A-Z]\.(?= [a-z])"
)
CAPITAL_ARTICLE = re.compile(
    r"(?<![.!?…:\n\"'“‘(\[]\s)(?<![\"'“‘(\[\n])(?<!^)\b(?:De|Het|'t|Den)\s+[A-ZÀ-ÖØ-Þ][^\W\d_]{2,}"
    r"(?:[ -][A-ZÀ-ÖØ-Þ][^\W\d_]{2,})?"
)
AGE = re.compile(
    rf"\b(?:\d{{1,2}}|{NUMBER_WORDS})(?:[,.]5)?[ -]?(?:jarige?|jaar oud|years? old"
    rf"|yaşında|lat\b|років|роки|سنوات|سنة)\b"
    rf"|\(\d{{1,2}}\s?(?:jaar|jr\.?|j\.)?\)"
    rf"|(?<=\b(?:ben|van|met|was) )(?:nu |net |al |pas )?(?:\d{{1,2}}|{NUMBER_WORDS}) jaar\b"
    rf"(?! (?:geleden|later|lang|school|in|bezig|getrouwd|samen|weg|hier))",
    FLAGS,
)
BARE_AGE = re.compile(
    rf"\b(?P<before>(?:[^\W\d_]{{1,30}}) (?:is|ben|was|werd|wordt|word|am|turned"
    rf"|van|of) (?:nu |net |al |pas |bijna |inmiddels |toen )?)"
    rf"(?P<age>\d{{1,2}}|{NUMBER_WORDS})(?=\s*(?:[,.;!?)]|$|en\b|and\b|so\b|geworden\b))(?![.,:]\d)",
    FLAGS,
)
BEARERS = words.FAMILY | frozenset(
    ["jongen", "meisje", "kind", "meid", "puber", "tiener", "leerling", "boy", "girl", "jongetje", "cliënt", "jongere"]
)
TITLE_INITIAL = re.compile(
    r"\b(?i:mevrouw|mevr\.?|mw\.?|meneer|dhr\.?|de heer|juf|meester|dr\.?|dokter"
    r"|familie|fam\.?|mr\.?|mrs\.?|ms\.?)\s+(?:[A-Z]\.\s?)*(?:[A-Z]\.(?!\w)|[A-Z]\b"
    r"(?=[\s,.)]))(?:\s+(?:van|de|der|den|el|ten)\s+)?(?:[A-Z][\w-]*\.?)?"
)
INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z]\.\s?){1,3}(?:(?:van|de|der|den|el|al|ten|ter|te|'t)\s+){0,2}"
    r"(?:[A-Z]\.|[A-Z][\w-]{2,})"
)
NAME_INITIAL = re.compile(r"\b[A-ZÀ-Þ][\w-]{1,40} (?:(?:el|al|van|de|der|den|ten|ter) ){0,2}[A-Z]\.(?!\w)")


def find_by_rules(text: str, lexicon: Lexicon) -> list[Span]:
    """Every piece that its context gives away, the surest kind first; overlaps are not settled yet."""
    found: list[Span] = []
    for finder in (_find_addresses, _find_schools, _find_organisations, _find_initials):
        found += finder(text, lexicon)
    return found


def _spans(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        group = match.lastindex if pattern.groups and match.lastindex else 0
        yield make_span(text, *match.span(group), kind)


def _find_addresses(text: str, lexicon: Lexicon) -> Iterator[Span]:
    for match in STREET_WITH_NUMBER.finditer(text):
        start = _street_start(match.group(1), match.start(1), lexicon)
        if start is not None:
            yield make_span(text, start, match.end(), "address")
    for match in STREET_NAME.finditer(text):
        if _is_street(match.group(), text[: match.start()], lexicon):
            yield make_span(text, *match.span(), "address")
    yield from _spans(FLOOR_OR_ROOM, text, "address")
    yield from _spans(NUMBER_ONLY, text, "address")
    yield from _spans(COLOURED_VEHICLE, text, "vehicle")


def _street_start(name: str, offset: int, lexicon: Lexicon) -> int | None:
    """Where the street's name begins: its last word, with capitals or a known name before it."""
    parts = list(re.finditer(r"[^\W\d_]+", name))
    last = parts[-1].group()
    is_ordinary = lexicon.flags.get(last.lower(), 0) & DUTCH and last.islower()
    if is_ordinary and not lexicon.flags.get(last.lower(), 0) & STREET:
        return None
    first = parts[-1].start()
    for part in reversed(parts[:-1]):
        if not part.group()[0].isupper() or name[part.end() : first] not in (" ", "-"):
            break
        first = part.start()
    return offset + first


def _is_street(word: str, before: str, lexicon: Lexicon) -> bool:
    lower, flags = word.lower(), lexicon.flags.get(word.lower(), 0)
    if flags & (DUTCH | ENGLISH):
        return False
    is_sure = lower.endswith(SURE_ENDINGS) or lower.endswith("weg")
    previous = re.findall(r"\w+", before[-30:].lower())[-1:]
    has_place = bool(previous) and previous[0] in STREET_WORDS_BEFORE
    if word[0].isupper() and not word.isupper():
        return (bool(flags & STREET) or is_sure) and has_place
    return has_place and is_sure and bool(flags & STREET)


def _find_schools(text: str, lexicon: Lexicon) -> Iterator[Span]:
    yield from _spans(SCHOOL_BEFORE, text, "school")
    for match in SCHOOL_BEHIND.finditer(text):
        first = match.group().split()[0]
        own = [word for word in re.findall(r"[^\W\d_]{3,}", match.group()) if word[0].isupper()]
        if first[0].isupper() and len(own) < 2 and lexicon.flags.get(match.group().lower(), 0) & DUTCH:
            continue
        if any(not lexicon.flags.get(word.lower(), 0) & (DUTCH | ENGLISH | COMMON) or word != own[0] for word in own):
            yield make_span(text, *match.span(), "school")


def _find_organisations(text: str, lexicon: Lexicon) -> Iterator[Span]:
    yield from _spans(ORGANISATION, text, "organisation")
    for match in SMALL_ORGANISATION.finditer(text):
        if not lexicon.flags.get(match.group(1).lower(), 0) & (DUTCH | ENGLISH | COMMON):
            kind = "school" if match.group().split()[0] in words.SCHOOL_NOUNS else "organisation"
            yield make_span(text, *match.span(), kind)
    for match in CAPITAL_ARTICLE.finditer(text):
        if not match.group().split()[-1].isupper():
            before = re.findall(r"\w+", text[max(0, match.start() - 20) : match.start()].lower())[-1:]
            is_family = bool(before) and before[0] in words.TITLES | words.FAMILY
            yield make_span(text, *match.span(), "person" if is_family else "organisation")


def _find_initials(text: str, lexicon: Lexicon) -> Iterator[Span]:
    yield from _spans(TITLE_INITIAL, text, "person")
    for match in INITIALS.finditer(text):
        last = match.group().split()[-1].lower()
        if not lexicon.flags.get(last, 0) & (DUTCH | ENGLISH | COMMON):
            yield make_span(text, *match.span(), "person")
    yield from _spans(INTERFIX_SURNAME, text, "person")
    for match in NAME_INITIAL.finditer(text):
        word = match.group().split()[0].lower()
        if not lexicon.flags.get(word, 0) & (DUTCH | ENGLISH):
            yield make_span(text, *match.span(), "person")


def find_ages(text: str, names: frozenset[str]) -> list[Span]:
    """Ages of people. names: words in lower case that stand for a person in this text, besides the usual ones."""
    found = list(_spans(AGE, text, "age"))
    for match in BARE_AGE.finditer(text):
        bearer = match.group("before").split()[0].lower()
        if bearer in BEARERS or bearer in names:
            found.append(make_span(text, *match.span("age"), "age"))
    return found
