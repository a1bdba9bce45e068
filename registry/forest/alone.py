"""A page that holds one picture and nothing else."""

from __future__ import annotations

from markupsafe import Markup

__all__ = ["page_of"]

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
body {{ margin: 1rem; background: #fff; }} svg {{ display: block; width: 100%; max-width: 72rem; margin: auto; }} text {{ white-space: pre; }}
@media print {{ body {{ margin: 0; }} svg {{ width: 180mm; }} }}
</style>
</head>
<body>
{svg}
</body>
</html>
""")


def page_of(svg: Markup, title: str) -> str:
    """A page that holds the picture and nothing else, and loads nothing."""
    return _PAGE.format(title=title, svg=svg)
