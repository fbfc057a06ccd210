"""What the endpoints share: the installation, its frameworks, the last look, cookies, sign-ins and counts of tries."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from intake.preview import Preview
from intake.requests import PageProblem
from intake.signins import SignIns
from intake.throttles import Throttle
from intake.tokens import FlowCookie, FormTokens, KnownBrowser, ReceiptCookie
from safeguards.installation import Installation
from stories.collections import Collection, CollectionUnknown, find_collection, load_stored_framework
from stories.framework import SignificationFramework


@dataclass
class Desk:
    """One per process."""

    installation: Installation
    preview: Preview
    form_tokens: FormTokens
    receipts: ReceiptCookie
    sign_ins: SignIns
    browsers: KnownBrowser
    flows: FlowCookie
    # What a browser that is known may try wrong, whatever strangers do to the account.
    browser_tries: Throttle = field(default_factory=lambda: Throttle(10, 15 * 60))
    _frameworks: dict[int, SignificationFramework] = field(default_factory=dict)

    @property
    def provider_label(self) -> str:
        """The name of the OpenID provider on a button; "" when there is none."""
        settings = self.installation.settings
        return settings.oidc_label or "de organisatie" if settings.oidc_metadata_url else ""

    def framework_of(self, session: Session, collection: Collection) -> SignificationFramework:
        """The framework that a collection asks with now."""
        return self.load_framework(session, collection.framework_id)

    def load_framework(self, session: Session, framework_id: int) -> SignificationFramework:
        """A stored framework. A version never changes, so it is read once."""
        found = self._frameworks.get(framework_id)
        if found is None:
            found = load_stored_framework(session, framework_id)
            self._frameworks[framework_id] = found
        return found

    def find_open(self, key: str) -> tuple[Collection, SignificationFramework]:
        """An open collection and what it asks. Raises PageProblem for an unknown or a closed one."""
        with self.installation.database.reading() as session:
            try:
                collection = find_collection(session, key)
            except CollectionUnknown as error:
                raise PageProblem(
                    "Deze pagina bestaat niet",
                    "Kijk of het adres klopt, of begin op de beginpagina.",
                    status=404,
                ) from error
            if not collection.is_open:
                raise PageProblem(
                    "Deze verzameling is gesloten",
                    "Er kunnen geen verhalen meer bij.",
                    "Wie al een verhaal vertelde, kan het met de code nog bekijken of wissen.",
                    status=410,
                    back="/mijn-verhaal",
                    back_label="Naar mijn verhaal",
                )
            return collection, self.framework_of(session, collection)

    def find_open_for(self, key: str, perspective: str) -> tuple[Collection, SignificationFramework]:
        """`find_open`, and the perspective is one of its own. Raises PageProblem."""
        collection, framework = self.find_open(key)
        if perspective not in framework.perspective_ids:
            raise PageProblem(
                "Deze pagina bestaat niet",
                "Kies eerst wie er vertelt.",
                status=404,
                back=f"/vertel/{collection.key}",
                back_label="Kies wie er vertelt",
            )
        return collection, framework


def make_desk(installation: Installation, preview: Preview) -> Desk:
    """The desk of an installation."""
    secure = installation.settings.secure_cookies
    return Desk(
        installation,
        preview,
        FormTokens(installation.vault, secure=secure),
        ReceiptCookie(installation.vault, secure=secure),
        SignIns(installation),
        KnownBrowser(installation.vault, secure=secure),
        FlowCookie(installation.vault, secure=secure),
    )
