"""Pieces that are known by their form: numbers, addresses on the internet, dates, plates."""

import re
from collections.abc import Callable, Iterator

from pipeline.deidentification import words
from pipeline.deidentification.checks import has_bsn_checksum, has_iban_checksum, is_plate
from pipeline.deidentification.spans import Span, make_span

FLAGS = re.IGNORECASE
TOP_DOMAINS = "nl|com|org|net|eu|be|de|uk|fr|frl|tv|io|gg|me|app|info|nu|co|tr|pl|ua|school|amsterdam|shop|online|link"
NUMBER_WORDS = (
    "nul|een|één|eén|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|"
    "zeventien|achttien|negentien|(?:(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)[eë]n)?"
    "(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|dubbel|honderd|"
    "zero|oh|one|two|three|four|five|six|seven|eight|nine"
)
MONTHS = (
    "januari|jan|februari|feb|maart|mrt|april|apr|mei|juni|jun|juli|jul|augustus|aug|september|sept|sep|oktober|okt|"
    "november|nov|december|dec|january|february|march|may|june|july|august|october|oct|"
    "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|"
    "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|"
    "січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|"
    "يناير|فبراير|مارس|أبريل|ابريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
DAY_WORDS = (
    "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|dertiende|veertiende|"
    "vijftiende|zestiende|zeventiende|achttiende|negentiende|twintigste|(?:een|twee|drie|vier|vijf|zes|zeven|acht|"
    "negen)[eë]ntwintigste|dertigste|eenendertigste"
)
DAY_NUMBERS = NUMBER_WORDS.split("|zero")[0]
# Two-letter words that follow a number of four digits without making it a postcode.
NOT_POSTCODE_LETTERS = frozenset(
    [
        "aan",
        "al",
        "an",
        "as",
        "at",
        "bij",
        "be",
        "by",
        "da",
        "de",
        "do",
        "dr",
        "du",
        "ed",
        "eh",
        "el",
        "en",
        "er",
        "et",
        "eu",
        "ff",
        "ga",
        "ge",
        "go",
        "ha",
        "he",
        "hm",
        "ho",
        "ie",
        "ik",
        "in",
        "is",
        "it",
        "je",
        "ja",
        "jo",
        "km",
        "kg",
        "la",
        "le",
        "ma",
        "me",
        "mg",
        "ml",
        "mm",
        "mn",
        "my",
        "na",
        "ne",
        "no",
        "nu",
        "of",
        "oh",
        "om",
        "on",
        "op",
        "or",
        "os",
        "pa",
        "pm",
        "re",
        "se",
        "so",
        "sa",
        "sd",
        "ss",
        "te",
        "to",
        "tv",
        "uh",
        "up",
        "ur",
        "us",
        "uw",
        "wa",
        "we",
        "wc",
        "wo",
        "ze",
        "zn",
        "zo",
        "cm",
    ]
)


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, FLAGS)


EMAIL = _pattern(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|(?<![\w.-])[\w.-]{1,64} "
    r"(?:apenstaartje|at|@) [\w-]{1,64} ?(?:punt|dot|\.) ?(?:nl|com|org)\b"
)
URL = _pattern(
    rf"(?:https?://|www\.)[^\s<>()\"']{{1,300}}(?<=[\w/])|(?<![\w@.-])(?:[\w-]{{1,64}}\.){{1,4}}"
    rf"(?:{TOP_DOMAINS})(?![\w.-]{{0,64}}@)\b(?:/[\w./?=&#%~+-]{{0,300}}(?<=[\w/]))?"
)
IBAN = _pattern(r"\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]{4}){2,7}(?:[ ]?[a-z0-9]{1,3})?\b")
DUTCH_IBAN = _pattern(r"\bnl[ .]?\d{2}[ .]?[a-z]{4}[ .]?(?:\d[ .]?){9}\d\b")
PHONE = _pattern(
    r"(?<![\w/])(?:nul ?6[ .-]{0,3}(?:\d[ .-]?){7}\d|\(?(?:\+|00)\d{1,3}\)?[ .-]?"
    r"(?:\(0\))?[ .-]?(?:\d[ .-]?){7,11}\d|\(?0\d{1,3}\)?[ .-]?(?:\d[ .-]?){5,8}\d)"
    r"(?![\w/])"
)
SPOKEN_PHONE = _pattern(rf"\b(?:{NUMBER_WORDS}|plus)(?:[\s,.-]+(?:{NUMBER_WORDS})\b){{4,}}")
NINE_DIGITS = _pattern(
    r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)|(?<!\d)\d{4}[ .]\d{2}[ .]\d{3}(?!\d)|(?<!\d)\d{8}(?!\d)"
)
BSN_WORD = _pattern(r"\b(?:bsn|burgerservicenummer|sofinummer)\b")
POSTCODE = _pattern(r"(?<![\d.,-])[1-9]\d{3} ?[a-z]{2}\b")
BARE_POSTCODE = _pattern(
    r"(?:\bpostcode|\bpostcodegebied|\bin|\buit)\s+((?!19\d\d|20\d\d)[1-9]\d{3})"
    r"(?![\w.,:-]*\d)\b(?! (?:euro|keer|mensen|stuks|woorden|meter|km|jaar))"
)
PLATE = _pattern(
    r"(?<![\w-])(?:[a-z]{1,3}|\d{1,3})([- ])(?:[a-z]{1,3}|\d{1,3})\1(?:[a-z]{1,3}"
    r"|\d{1,3})(?![\w-])"
)
LOOSE_PLATE = _pattern(
    r"(?<![\w-])(?=\w{0,8}\d)(?=\w{0,8}[a-z])(?:\d{1,3}-?[a-z]{2,3}-?\d{0,2}|[a-z]{1,3}-?\d{2,3}-?[a-z]{0,2}"
    r"|\d{2}-[a-z])(?![\w-])"
)
HANDLE = _pattern(
    r"(?<![\w@.])@\w(?:[\w.-]{0,60}\w)?|(?<![\w@./])(?=[\w.]{0,40}[^\W\d_])[\w.]{0,40}[^\W_]_{1,5}[\w.]{0,40}[^\W_]\w{0,40}"
    r"|(?<!\w)[^\W\d]\w{2,40}#\d{3,5}\b"
)
SPOKEN_HANDLE = _pattern(
    rf"(?<![\w.])[\w.]{{1,40}}(?: (?:punt|underscore|streepje|laag streepje|apenstaartje"
    rf"|liggend streepje)(?: (?:\w{{1,20}}))?){{0,6}} underscore(?: (?:{NUMBER_WORDS})){{0,8}}"
    rf"(?: \w{{1,20}})?"
)
LOOSE_HANDLE = _pattern(
    r"(?<![\w@./])(?=[\w.]{0,40}[^\W\d_])(?:\w{1,40}(?:\.\w{1,40}){1,4}|[^\W\d_]{1,40}\d\w{0,40}"
    r"|\d{1,20}[^\W\d_]\w{0,40})(?![\w@])"
)
NUMERIC_DATE = _pattern(
    r"(?<![\d/.-])(?:(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\1['’]?"
    r"(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]"
    r"|[12]\d|3[01]))(?![\d])"
)
SHORT_DATE = _pattern(
    r"\b(?:op|datum|geb\.?|geboren|on|vanaf|per|tot|d\.d\.|dd)\s+((?:[1-9]|[12]\d"
    r"|3[01])[-/](?:0?[1-9]|1[0-2]))(?![\d/-])(?! (?:uur|keer))"
)
MONTH_DATE = _pattern(
    rf"\b(?:\d{{1,2}}(?:e|ste|de|th|st|nd|rd)?|{DAY_WORDS}|{DAY_NUMBERS})(?:\s+"
    rf"(?:van|of))?\s+(?:{MONTHS})\b\.?(?:,?\s+['’]?(?:(?:19|20)\d\d|\d\d(?!\s*"
    rf"(?:uur|:|\.\d\d))))?\b"
    r"|\b(?-i:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\s+\d{1,2}(?:th|st|nd|rd)?\b(?:,?\s+(?:19|20)\d\d)?"
)
FESTIVE_DATE = _pattern(
    r"\b(?:oudjaarsavond|oudjaarsdag|nieuwjaarsdag|oudejaarsavond|kerstavond|eerste kerstdag"
    r"|tweede kerstdag)\s+(?:19|20)\d\d\b|\b(?:geboren|jarig|verjaardag|verjaar"
    r"|word|wordt|geb\.)\s+(?:is\s+)?(?:op\s+)?(schrikkeldag|oudjaarsdag|nieuwjaarsdag"
    r"|kerstavond|oudjaarsavond|sinterklaasavond|koningsdag|(?:eerste |tweede )?kerstdag)\b"
)
BIRTHDAY = _pattern(
    rf"\bop \d{{1,2}} (?:{MONTHS}) (?:werd|word|wordt|ben|is) (?:ik|hij|zij|ze) (?:\d{{1,2}}|{NUMBER_WORDS})\b"
)
CASE_NUMBER = _pattern(
    r"(?<![\w/.-])(?:(?:19|20)\d\d[/.-][a-z]{1,5}[/.-]\d{2,}(?:-\w)?|[a-z]{1,5}[-/.]?\d{2,4}[-/.]\d{3,}"
    r"(?:[-/.]?\w{1,4})?|[a-z]{2,5}[-/]\d{4,}(?:-\w)?)\b"
)
NAMED_NUMBER = _pattern(
    r"\b(?:dossier|zaak|cli[eë]nt|beschikking|pati[eë]nt|klant|polis|kamer|leerling"
    r"|studenten|lidmaatschaps?|personeels|v-)-?(?:nummer|nr\.?)\s*:?\s*([a-z]{0,4}[-/.]?\d[\w./-]{0,30}\w)"
)
LONG_NUMBER = _pattern(r"(?<![\w.,€+])\d{7,}(?![\w])")
PUBLIC_NUMBERS = ("0800", "0900", "0906")
NOT_WORDS_IN_PLATE = words.OWNERS | frozenset(
    [
        "en",
        "of",
        "in",
        "op",
        "te",
        "de",
        "om",
        "is",
        "ik",
        "je",
        "ze",
        "we",
        "na",
        "al",
        "uur",
        "min",
        "per",
        "van",
        "tot",
        "x",
        "a",
        "dag",
        "nu",
        "pm",
        "am",
        "km",
        "kg",
        "cm",
    ]
)


def find_patterns(text: str) -> list[Span]:
    """Every piece that is known by its form, the surest kind first; overlaps are not settled yet."""
    finders: tuple[Callable[[str], Iterator[Span]], ...] = (
        _find_ibans, _find_emails, _find_handles, _find_urls, _find_case_numbers, _find_dates, _find_phones, _find_bsns,
        _find_postcodes, _find_plates,
    )  # fmt: skip
    return [span for finder in finders for span in finder(text)]


def _matches(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        group = match.lastindex if match.lastindex and pattern.groups == 1 and len(match.group(1) or "") > 1 else 0
        yield make_span(text, *match.span(group), kind)


def _has_word_near(text: str, start: int, end: int, near: frozenset[str], *, reach: int = 60) -> bool:
    around = text[max(0, start - reach) : start] + " " + text[end : end + reach]
    return any(word in near for word in re.findall(r"\w+", around.lower()))


def _find_ibans(text: str) -> Iterator[Span]:
    yield from _matches(DUTCH_IBAN, text, "iban")  # a Dutch one with a typing error still points at someone
    for match in IBAN.finditer(text):
        if has_iban_checksum(match.group()):
            yield make_span(text, *match.span(), "iban")


def _find_emails(text: str) -> Iterator[Span]:
    yield from _matches(EMAIL, text, "email")


def _find_urls(text: str) -> Iterator[Span]:
    yield from _matches(URL, text, "url")


def _find_handles(text: str) -> Iterator[Span]:
    for match in HANDLE.finditer(text):
        if EMAIL.match(text, match.start()) is None and not _is_inside_address(text, match.start()):
            yield make_span(text, *match.span(), "username")
    yield from _matches(SPOKEN_HANDLE, text, "username")
    for match in LOOSE_HANDLE.finditer(text):
        piece = match.group()
        if URL.fullmatch(piece) or re.fullmatch(r"[a-z]{1,2}\d{1,2}|\d+[a-z]{1,3}|\d[\d.,]*\w?", piece, FLAGS):
            continue
        has_digit = any(sign.isdigit() for sign in piece)
        is_strange = has_digit and "." in piece and any(sign.isalpha() for sign in piece)
        if (is_strange or _has_word_near(text, *match.span(), words.HANDLE_NOUNS, reach=40)) and (
            not re.fullmatch(r"(?:[a-z]\.)+[a-z]?|\w+\.\w+\.?", piece, FLAGS)
            or has_digit
            or _is_named_handle(text, match.start())
        ):
            yield make_span(text, *match.span(), "username")


def _is_named_handle(text: str, start: int) -> bool:
    """A word with a dot is a handle only right behind "insta:" or "snap is"; else it is a missing space."""
    before = re.findall(r"\w+|:", text[max(0, start - 30) : start].lower())[-3:]
    return any(word in words.HANDLE_NOUNS for word in before)


def _is_inside_address(text: str, start: int) -> bool:
    begin = max(text.rfind(sign, 0, start) for sign in " \n\t") + 1
    return "/" in text[begin:start] or "." in text[begin:start] or "@" in text[begin:start]


def _find_case_numbers(text: str) -> Iterator[Span]:
    for match in CASE_NUMBER.finditer(text):
        if not is_plate(match.group()):
            yield make_span(text, *match.span(), "other")
    yield from _matches(NAMED_NUMBER, text, "other")


def _find_dates(text: str) -> Iterator[Span]:
    yield from _matches(BIRTHDAY, text, "date")
    for match in NUMERIC_DATE.finditer(text):
        yield make_span(text, *match.span(), "date")
    for match in MONTH_DATE.finditer(text):
        if not re.match(r"(?:één|een|eén)\s+(?:mei|maart)", match.group(), FLAGS):
            yield make_span(text, *match.span(), "date")
    yield from _matches(SHORT_DATE, text, "date")
    yield from _matches(FESTIVE_DATE, text, "date")


def _find_phones(text: str) -> Iterator[Span]:
    for match in PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        is_public = digits.startswith(PUBLIC_NUMBERS)
        digits = "0" + digits if match.group()[0].lower() == "n" else digits
        if 9 <= len(digits) <= 15 and not is_public and not (len(digits) == 9 and has_bsn_checksum(digits)):
            yield make_span(text, *match.span(), "phone")
    yield from _matches(SPOKEN_PHONE, text, "phone")


def _find_bsns(text: str) -> Iterator[Span]:
    for match in NINE_DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group()).zfill(9)
        is_named = BSN_WORD.search(text, max(0, match.start() - 40), match.end() + 20)
        if is_named or (has_bsn_checksum(digits) and len(re.sub(r"\D", "", match.group())) == 9):
            yield make_span(text, *match.span(), "bsn")
    yield from _matches(LONG_NUMBER, text, "other")


def _find_postcodes(text: str) -> Iterator[Span]:
    for match in POSTCODE.finditer(text):
        digits, letters = match.group()[:4], match.group()[-2:]
        is_year = digits[:2] in ("19", "20") and not letters.isupper()
        if not is_year and (letters.lower() not in NOT_POSTCODE_LETTERS or (letters.isupper() and not text.isupper())):
            yield make_span(text, *match.span(), "postcode")
    yield from _matches(BARE_POSTCODE, text, "postcode")


def _find_plates(text: str) -> Iterator[Span]:
    for match in PLATE.finditer(text):
        groups = re.split(r"[-\s]", match.group().lower())
        is_spaced = match.group(1) == " "
        if is_plate(match.group()) and not (is_spaced and any(group in NOT_WORDS_IN_PLATE for group in groups)):
            yield make_span(text, *match.span(), "vehicle")
    for match in LOOSE_PLATE.finditer(text):
        if _has_word_near(text, *match.span(), words.VEHICLE_NOUNS, reach=40):
            yield make_span(text, *match.span(), "vehicle")
