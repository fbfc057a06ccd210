"""Word lists about how people talk about people and places: the context in which a name stands."""


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


FAMILY = _split(
    """vader moeder pa ma papa mama pap mam mamma pappa paps mams heit mem broer broertje zus zusje zussie zuster zoon
    zoontje dochter dochtertje kind kleinzoon kleindochter kleinkind oma opa omi opi tante oom ome nicht nichtje neef
    neefje beppe pake omke muoike stiefvader stiefmoeder stiefpa stiefma stiefbroer stiefzus pleegmoeder pleegvader
    pleegzoon pleegdochter pleegkind schoonmoeder schoonvader schoonzus zwager man vrouw vriend vriendin vriendje
    vriendinnetje partner ex baby tweeling peuter kleuter oudste jongste middelste buurman buurvrouw buurjongen
    buurmeisje buren familie gezin maat maatje bestie bff beste brother sister mother father son daughter mum mom dad
    mam auntie aunt uncle grandma grandpa cousin friend abi abla abim ablam teyze amca dayı hala anne baba tía tío
    babcia dziadek ciocia wujek siostra brat córka syn neighbour neighbor hond poes kat konijn paard
    kızım oğlum kardeşim ablam eşim arkadaşım komşu córka córkę córki syna brata siostrą mąż żona koleżanka kolega
    син сина сином дочка донька дочкою мама тато брат братом сестра сестрою подруга подругою друг другом бабуся чоловік
    дружина дідусь вчителька сусідка ابني ابنتي ابنة ابن صديقي صديقتي أخي أختي زوجي زوجتي عمي خالتي عمتي جدتي جارتي
    طفلي بنتي السيد السيدة المعلمة الأستاذ الأستاذة الدكتور الدكتورة"""
)
TITLES = _split(
    """mevrouw meneer mevr mw mvr dhr heer de-heer mr mrs ms miss mister juf juffrouw meester dokter dr drs prof zuster
    broeder pater dominee ds imam rabbijn trainer coach mentor docent leraar lerares directeur rector teamleider
    conciërge begeleider begeleidster hulpverlener hulpverleenster gezinscoach jongerenwerker straathoekwerker
    schoolarts huisarts jeugdarts kinderarts psycholoog psychiater therapeut logopedist ib'er iber mevrouwtje
    wijkagent agent jeugdagent buurtwerker maatschappelijk werker consulent voogd gezinsvoogd jeugdbeschermer rechter
    advocaat tolk chauffeur buschauffeur stagiaire stagiair vrijwilliger collega oppas kapper pedagoog orthopedagoog
    ervaringsdeskundige casemanager regisseur nachtwaker klasgenoot klasgenote teacher doctor nurse pani pan hanım bey
    mentrix br zr kraamzorg thuisbegeleider ambulant wijkverpleegkundige verpleegkundige assistente intern intaker"""
)
OWNERS = _split(
    "mijn mn m'n me zijn zn z'n haar dr d'r onze ons hun jullie uw jouw je my our his her their moja mój nasza nasz"
)
SPEAKING = _split(
    """zegt zei zeg vroeg vraagt belde belt appte appt schreef schrijft riep roept vond vindt dacht denkt wil wilde wou
    kwam komt ging gaat heeft had is was kan kon mag mocht moet moest zit zat staat stond ligt lag woont woonde werkt
    werkte doet deed krijgt kreeg blijft bleef weet wist keek kijkt lachte lacht huilde huilt bracht brengt gaf geeft
    nam neemt hielp helpt speelt speelde slaapt sliep loopt liep says said is was has had asked told did does"""
)
NAMING = _split(
    "heet heette heten genoemd noemt noemen noemden noemde naam naamde genaamd bijnaam called named name adı isim"
)
PLACE_PREPOSITIONS = _split(
    "in uit naar te vanuit nabij rond tot omgeving richting bij door langs over from to at near of w z"
)
PLACE_NOUNS = _split(
    """dorp stad wijk buurt gemeente plaats provincie eiland straat station halte azc kamp regio omgeving woonplaats
    dorpshuis village city town district"""
)
INTERFIXES = _split("van der den de het 't ten ter te el al bin ibn ben von la le du di da dos in op aan")
SCHOOL_NOUNS = _split(
    """basisschool school obs cbs rkbs pcbs kbs sbo so vso mbo roc sws ikc kindcentrum college lyceum gymnasium mavo
    havo vmbo praktijkschool scholengemeenschap openbare daltonschool montessorischool jenaplanschool vrijeschool
    academie schoolgemeenschap peuterspeelzaal speelzaal mytylschool kdc"""
)
ORGANISATION_NOUNS = _split(
    """stichting vereniging zorgbureau gezinshuis hotel vv fc sv svv vvv café cafe restaurant moskee kerk
    huisartsenpraktijk praktijk kliniek kinderkliniek ziekenhuis pi manege bureau bedrijf firma winkel instelling
    organisatie zorgaanbieder aanbieder club sportclub voetbalclub turnvereniging scouting kinderopvang bso
    logeerhuis zorgboerderij boerderij hoeve buurthuis wijkcentrum jongerencentrum stal bakkerij supermarkt
    tandartspraktijk apotheek inrichting groepshuis woongroep behandelgroep leefgroep jeugdkliniek gevangenis
    advocatenkantoor zorggroep zorg jeugdzorg jeugdhulp ggz clinic church mosque company foundation"""
)
MONTHS = _split(
    """januari februari maart april mei juni juli augustus september oktober november december january february march
    may june july august october"""
)
DAYS = _split(
    """maandag dinsdag woensdag donderdag vrijdag zaterdag zondag maandags dinsdags woensdags donderdags vrijdags
    zaterdags zondags monday tuesday wednesday thursday friday saturday sunday"""
)
HANDLE_NOUNS = _split(
    """insta instagram snap snapchat discord tiktok roblox psn steam twitch youtube twitter facebook account handle
    gebruikersnaam gamertag username nick nickname inlognaam profiel x xbox fortnite minecraft"""
)
VEHICLE_BRANDS = _split(
    """fiat panda opel corsa astra volkswagen vw golf polo passat renault clio kangoo twingo citroën citroen berlingo
    peugeot ford focus fiesta toyota yaris aygo bmw audi mercedes skoda seat kia picanto hyundai volvo suzuki mazda
    nissan micra tesla transporter caddy vespa piaggio sprinter"""
)
VEHICLE_NOUNS = VEHICLE_BRANDS | _split(
    """auto kenteken nummerbord nummerplaat scooter brommer busje bus bestelbus bestelbusje wagen motor caravan plate
    car taxi"""
)
# Words that are followed by a name far more often than by anything else, also in lower case.
FORMS_OF_ADDRESS = _split(
    """tante oom ome tía tía tio tío juf meester meneer mevrouw mevr mw dhr opa oma beppe pake omke muoike dokter dr
    teyze amca dayı abim babcia ciocia wujek conciërge familie fam aunt auntie uncle mr mrs
    ms miss imam dominee ds pater zuster broeder hooyo khala khalto"""
)
# Names that everyone shares: brands, programmes, services, laws, methods, languages, heroes. They point at nobody.
PUBLIC_NAMES = _split(
    """netflix tiktok youtube google whatsapp instagram snapchat discord facebook twitter spotify teams zoom
    skype telegram signal roblox minecraft fortnite fifa playstation nintendo xbox switch pokemon pokémon lego
    disney marvel zelda sims brawl gta steam twitch ipad iphone samsung apple android microsoft word excel
    chatgpt siri magister somtoday parro cito duolingo vinted marktplaats bol zalando primark zara lidl aldi
    jumbo ikea hema action kruidvat etos blokker gamma praxis mediamarkt decathlon xenos wibra zeeman ah heijn
    appie spar plus coop vomar mcdonalds mcdonald's mcdonald mac macdonalds kfc burger subway febo starbucks
    dominos nutella playmobil barbie sinterklaas sint kerstman ajax psv feyenoord dumbledore batman spiderman
    superman hulk frozen nijntje mickey minnie garfield bambi dombo shrek rapunzel assepoester connexxion keolis
    gvb ret htm transavia klm ryanair karwei bruna primera intertoys bristol nike adidas puma vans converse
    hunkemöller ariel dreft persil fanta sprite redbull monopoly kolonisten yahtzee wii ouders schoolapp
    sesamstraat klokhuis jeugdjournaal encanto batavus gazelle honda tesla ferrari ns ov uwv svb cak cjg ggd ggz
    wmo wlz awbz pgb jeugdwet wijkteam wij soj cjib digid duo coa ind azc veilig thuis jeugdzorg raad mdo emdr
    cgt triple signs safety rots water kindertelefoon leger heils humanitas mind korrelatie halt bureau
    slachtofferhulp voedselbank kanjertraining plusklas entree havo vwo vmbo mavo gymnasium mbo hbo pabo ozo
    adhd add asd ass ptss ocd odd lvb pdd nah tos iq ritalin concerta fidget paw patrol god allah jezus boeddha
    ramadan suikerfeest kerst pasen pinksteren hemelvaart koningsdag moederdag vaderdag sinterklaasfeest
    carnaval halloween iftar eid newroz nederlands nederlandse engels engelse frans franse duits duitse spaans
    spaanse fries friese gronings groningse turks turkse arabisch arabische pools poolse oekraïens oekraïense
    russisch russische somalisch dari farsi pasjtoe koerdisch koerdische berbers papiaments papiamentu
    papiamento surinaams surinaamse antilliaans marokkaans marokkaanse syrisch syrische eritrees italiaans
    chinees chinese grieks portugees latijn hebreeuws nederland holland europa dutch english arabic turkish
    polish ukrainian frisian german french spanish netherlands arapça hollandaca hollanda lehçe flemish polski
    polsku niderlandzki holandii"""
)
PUBLIC_PHRASES = frozenset(
    {
        "albert heijn",
        "harry potter",
        "donald duck",
        "zwarte piet",
        "triple p",
        "katrien duck",
        "peppa pig",
        "super mario",
        "tom jerry",
        "jip janneke",
        "willie wortel",
        "pippi langkous",
        "jan modaal",
        "jantje beton",
        "piet snot",
        "pietje precies",
        "pietje puk",
        "pietje bell",
    }
)
# Adverbs, exclamations and fillers: the lists of nouns, verbs and adjectives in the lexicon lack them.
SMALL_WORDS = _split(
    """ineens opeens meteen gewoon eigenlijk misschien soms vaak altijd nooit weer nog al alweer ook niet wel toch maar
    dus want omdat sinds terwijl hoewel voordat nadat zodat toen dan daarna daarvoor eerst later straks net pas bijna
    samen alleen zelf even effe ff gisteren vandaag morgen overmorgen eergisteren vanavond vanmiddag vanmorgen vannacht
    thuis buiten binnen boven beneden achter voor naast onder tussen tegen zonder met van aan bij door over uit om
    hier daar ergens nergens overal hierna ervan eraan erbij ermee ervoor waar waarom hoe wie wat welke elke ieder
    iedereen niemand iemand iets niets alles ik jij je hij zij ze wij we jullie hun hen hem haar mij me jou u men
    zich elkaar dit dat deze die het de een er ja nee oke oké ok hoi hallo hey hè he eh ehm uh uhm hmm ach och o oh nou
    tja joh hoor man gast bro gozer kil wollah wallah sowieso ofzo enzo echt heel erg zo te veel weinig genoeg meer
    minder meest vooral zelfs juist bijvoorbeeld bovendien daarom trouwens kortom helaas gelukkig blijkbaar kennelijk
    namelijk immers tenminste hooguit ongeveer precies liever graag helemaal best anders verder vooruit terug weg heen
    mn zn dr t s n m k mijn zijn one two the and but so then when because she he they we you it this that there here"""
)
