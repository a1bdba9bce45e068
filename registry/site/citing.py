"""Sources of vocabularies as links: they are written short, as DOIs, numbers of PubMed, PMC and registrations, and addresses without a scheme."""

from __future__ import annotations

import re

from markupsafe import Markup

from registry.comparing.respects import link_of
from validation.formats.visible import visible

__all__ = ["cited"]

_ADDRESSES = {
    "doi": "doi:{}",
    "nct": "https://clinicaltrials.gov/study/{}",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "page": "https://{}",
    "whole": "{}",
}

_SHORT = re.compile(
    r"(?P<whole>https?://[^\s;,()]+)"
    r"|\b(?:doi:)?(?P<doi>10\.\d{4,9}/(?:[^\s;,()]|\([^\s()]*\))*[^\s;,().])"
    r"|\b(?P<nct>NCT\d{8})\b"
    r"|\b(?P<pmc>PMC\d+)\b"
    r"|\bPMID (?P<pmid>\d+)\b"
    r"|(?<![\w.@/-])(?P<page>(?:[a-z0-9-]+\.)+(?:org|com|net|eu|ca|edu|gov)(?:/[^\s;,()]*[^\s;,().])?)(?![\w@])"
)


def cited(source: str) -> Markup:
    """The source with what it cites as links; its words stay as they are."""
    parts: list[str | Markup] = []
    end = 0
    for match in _SHORT.finditer(source):
        kind = str(match.lastgroup)
        link = link_of(_ADDRESSES[kind].format(match[kind]))
        if link is not None:
            words = Markup('<a href="{}" rel="noreferrer">{}</a>').format(link, visible(match.group()))
            parts += [visible(source[end : match.start()]), words]
            end = match.end()
    return Markup("").join([*parts, visible(source[end:])])
