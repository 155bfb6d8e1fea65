"""L'innocuité d'une page : ni script, ni requête, ni formulaire ; ce qui s'y trouve de suspect est nommé."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BALISES_INTERDITES = frozenset(
    {"script", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "form", "input", "button", "textarea",
     "select", "link", "meta", "portal", "noscript", "template", "audio", "video", "source", "track", "foreignobject",
     "animate", "set", "handler"}
)
ATTRIBUTS_ADRESSE = frozenset(
    {"src", "srcset", "href", "xlink:href", "action", "formaction", "poster", "background", "data", "ping", "cite",
     "longdesc", "manifest"}
)
#: une image se donne en entier ; un lien se suit, il ne charge rien
IMAGE_INCLUSE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
LIEN_PERMIS = re.compile(r"#|https?://|mailto:", re.IGNORECASE)
LIEN_VOISIN = re.compile(r"(?!//)[\w./-]+(#[\w-]*)?", re.IGNORECASE)
#: ``url(#motif)`` et ``url(data:…)`` ne sortent pas de la page
CSS_EXTERIEUR = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/)|expression\s*\(", re.IGNORECASE)
_MISE_EN_PAGE = "table|thead|tbody|tr|th|td|p|div|span|strong|em|ul|ol|li|dl|dt|dd|details|summary|figcaption|h[1-6]|br|b|i|g"
BALISE_NUE = re.compile(rf"</?(?:{_MISE_EN_PAGE})>")
BALISE_CLASSEE = re.compile(rf'<(?:{_MISE_EN_PAGE}) (?:class|scope)="[\w -]*">')
OUVERTURES_RARES = ("<!--", "<![", "<?")
BALISES_PROPRES = frozenset({"meta", "link"})


class _Controle(HTMLParser):
    def __init__(self, page: bool):
        super().__init__(convert_charrefs=True)
        self.page = page
        self.suspects: list[str] = []
        self._dans_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._dans_style = tag == "style"
        permise = self.page and tag in BALISES_PROPRES
        if tag in BALISES_INTERDITES and not permise:
            self.suspects.append(f"balise <{tag}>")
        for attribut, contenu in attrs:
            self._controler(tag, attribut.lower(), (contenu or "").strip())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._dans_style = False

    def handle_endtag(self, tag: str) -> None:
        self._dans_style = False

    def handle_data(self, data: str) -> None:
        if self._dans_style and CSS_EXTERIEUR.search(data):
            self.suspects.append("style qui appelle l'extérieur")

    def _controler(self, balise: str, attribut: str, contenu: str) -> None:
        if attribut.startswith("on"):
            self.suspects.append(f"attribut {attribut} de <{balise}>")
        elif attribut == "style" and CSS_EXTERIEUR.search(contenu):
            self.suspects.append(f"style de <{balise}> qui appelle l'extérieur")
        elif attribut in ATTRIBUTS_ADRESSE and not self._adresse_permise(balise, contenu):
            self.suspects.append(f"adresse {attribut}=« {contenu[:60]} » de <{balise}>")

    def _adresse_permise(self, balise: str, adresse: str) -> bool:
        if balise == "a":
            return bool(LIEN_PERMIS.match(adresse) or (self.page and LIEN_VOISIN.fullmatch(adresse)))
        if balise == "link":
            return adresse.startswith("data:")
        return bool(IMAGE_INCLUSE.match(adresse)) or adresse.startswith("#")


def _sans_balises_nues(html: str) -> str:
    """Le même HTML, chaque balise de mise en page nue (ou à une classe) réduite à ses guillemets et à son chevron.

    Une page en porte cinq mille, qui ne peuvent rien cacher ; les guillemets et le chevron restent, pour qu'un attribut mal
    fermé se lise exactement comme avant. Un fragment à commentaire ou à section se lit tel quel.
    """
    if any(ouverture in html for ouverture in OUVERTURES_RARES):
        return html
    return BALISE_CLASSEE.sub('"">', BALISE_NUE.sub(">", html))


def suspects(html: str, page: bool = False) -> list[str]:
    """Ce qui pourrait s'exécuter ou sortir de la page, en clair ; liste vide si le fragment est inerte.

    Parameters
    ----------
    html : str
        Fragment (sortie de cellule) ou page.
    page : bool
        Page entière : son en-tête peut porter ``meta`` et ``link`` vers des données incluses, et des liens voisins.
    """
    controle = _Controle(page)
    controle.feed(_sans_balises_nues(html))
    controle.close()
    return controle.suspects
