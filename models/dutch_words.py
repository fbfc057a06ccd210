"""Dutch words that say little by themselves, and the forms that a lemma table gets wrong most."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


# spaCy's Dutch stop words leave out chat spelling, contractions, counting words and everyday filler.
FUNCTION_WORDS = _words("""
    's 't 'm 'n 'r 'k 'ie z'n m'n d'r d'rin zo'n zn mn dr me jij jullie wij we wijzelf ikke hun ie em hum
    mezelf alsof als af al aldoor alleen allang allemaal alweer anderhalf best beetje bv bijv daarvan
    daarvoor daarmee daaraan daarbij daardoor daarover dit dingen ding doei dadelijk echt eigenlijk
    eindelijk enzo enzovoort erbij ermee ernaar erop erover ertoe eruit ervan ervoor erin eraan ergens
    gewoon goh gwn haha hahaha hè hé he hoor heel helemaal hierbij hiermee hiervoor hoeveel hoi hoezo
    hallo ieders inderdaad iedereen immers ja jawel keer laatst maal meteen meestal misschien morgen nee
    nergens nie niemand niks nou ofzo ok oke oké ooit opeens ook plots plotseling pas per samen soms
    straks steeds sowieso sws telkens teveel tja toch trouwens uh uhm vandaag vanavond vanmiddag
    vanochtend vanmorgen vrijwel volgend volgende vorig vorige waaraan waarbij waardoor waarin waarmee
    waarop waarover waarvan waarvoor weleens wss xd zelfs zoiets zomaar zoveel zowel zogenaamd zogenaamde
    één eén én twee drie vier vijf zes zeven acht negen tien elf twaalf honderd duizend half tweede derde
    vierde hebben zijn worden zullen kunnen mogen moeten willen hoeven doen gaan laten blijven mee terug
    graag snel eerst daarna uiteindelijk ander andere enig nieuw oud groot klein goed veel weinig lang
    kort
    """)

# Words with content that carry a sentence more than a subject; fit to read, useless as the name of a theme.
LIGHT_WORDS = _words("""
    komen zeggen staan zitten liggen krijgen maken nemen geven zien weten denken vinden houden brengen
    kijken lopen vragen vertellen horen praten heten lijken beginnen halen zetten leggen hangen gebeuren
    proberen voelen noemen bedoelen betekenen snappen begrijpen hopen leren zoeken gebruiken werken spelen
    staat kant manier dag week maand jaar uur minuut tijd moment avond ochtend middag nacht maandag
    dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli augustus
    september oktober november december zomer winter stuk deel paar aantal soort geval woord mens persoon
    man vrouw mevrouw meneer leuk fijn mooi raar lief blij eerlijk open vol leeg laat vroeg eerder dicht
    ver hard zacht moeilijk makkelijk belangrijk hand hoofd oog naam zin idee begin einde plek huis thuis
    kind moeder vader mama papa ouder gezin zoon dochter jongen meisje ene vrij hetzelfde vrijwillig
    sindsdien gegaan zegt zei zeg kwam kwamen stond stonden
    """)

# The lookup table has no entry, or the wrong one, for these everyday forms.
COMMON_FORMS = {
    "stond": "staan",
    "stonden": "staan",
    "staat": "staan",
    "vond": "vinden",
    "vonden": "vinden",
    "weet": "weten",
    "wist": "weten",
    "was": "zijn",
    "is": "zijn",
    "ben": "zijn",
    "heeft": "hebben",
    "heb": "hebben",
    "wil": "willen",
    "wilde": "willen",
    "laat": "laten",
    "werd": "worden",
    "begon": "beginnen",
    "beter": "goed",
    "eerste": "eerst",
    "grote": "groot",
    "kleine": "klein",
    "oude": "oud",
    "nieuwe": "nieuw",
    "maakte": "maken",
    "speelde": "spelen",
    "schreef": "schrijven",
    "zit": "zitten",
    "zat": "zitten",
    "sta": "staan",
    "belt": "bellen",
    "woon": "wonen",
    "slaap": "slapen",
}

# Verbs whose infinitive is also a plural noun ("komen" of "kom"); in stories nearly always the verb.
COMMON_VERBS = _words("""
    komen krijgen geven laten worden nemen lopen zitten staan liggen praten helpen vragen horen wonen
    slapen spelen eten weten zoeken bellen kijken zien voelen zeggen vertellen werken leren leven houden
    vinden maken wachten zetten lezen rekenen pesten luisteren regelen tekenen gebruiken veranderen gamen
    sporten koken fietsen zwemmen delen betalen sluiten openen leveren noemen huilen schreeuwen slaan
    schoppen drinken roken blowen stelen liegen
    """)
