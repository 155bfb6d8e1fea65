"""Un fichier Word est une archive : la réécrire sans date d'horloge, pour que les mêmes entrées donnent les mêmes octets."""

from __future__ import annotations

import io
import zipfile

JOUR_ZIP = (1980, 1, 1, 0, 0, 0)


def figer(octets: bytes) -> bytes:
    """Même archive, membres dans le même ordre, dates et droits figés."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as lue, zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as ecrite:
        for nom in lue.namelist():
            membre = zipfile.ZipInfo(nom, JOUR_ZIP)
            membre.compress_type, membre.external_attr, membre.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 0
            ecrite.writestr(membre, lue.read(nom))
    return tampon.getvalue()
