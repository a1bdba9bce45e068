"""``export``: a package, or a stratum of all packages, in a form that others read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.asking import asking, say_drafts
from registry.cli.exits import Exit, fail
from registry.cli.naming import release_of
from registry.cli.options import Output, Root, complete_release, ends_in, one_of, rates_elsewhere, subject_terms
from registry.cli.streams import deliver, heard_or_not, place, say
from schemas.outcome_words import COMPARED

if TYPE_CHECKING:
    from registry.exporting.exports import Form

__all__ = ["export"]


def export(  # noqa: PLR0917  each is an option of the command
    package: Annotated[
        str | None,
        typer.Argument(
            metavar="PACKAGE[@VERSION]",
            help="With --prov: the name or path of a package (latest accepted version, or else the draft), NAME@VERSION or NAME@draft.",
            autocompletion=complete_release,
            show_default=False,
        ),
    ] = None,
    prov: Annotated[
        bool, typer.Option("--prov", help="Where a package comes from, as W3C PROV-JSON; --jsonld makes it PROV-JSONLD.")
    ] = False,
    jsonld: Annotated[bool, typer.Option("--jsonld", help="With --prov: write JSON-LD.")] = False,
    metafor: Annotated[
        bool,
        typer.Option("--metafor", help="A stratum for R's metafor: two-by-two counts with --a and --b, else proportions."),
    ] = False,
    network: Annotated[
        bool,
        typer.Option(
            "--network", help="A stratum for network meta-analysis (netmeta, gemtc, multinma, MetaInsight): an arm a row."
        ),
    ] = False,
    contrasts: Annotated[
        bool,
        typer.Option("--contrasts", help="A stratum's comparisons in a row each, with log odds ratios, as netmeta takes them."),
    ] = False,
    means: Annotated[
        bool,
        typer.Option(
            "--means", help="A stratum of means with standard deviations, for R's metafor: pairs with --a and --b, else arms."
        ),
    ] = False,
    revman: Annotated[
        bool,
        typer.Option("--revman", help="With --a and --b: a stratum's counts as the data rows of a Cochrane review (RevMan)."),
    ] = False,
    revman_means: Annotated[
        bool, typer.Option("--revman-means", help="The same for a stratum of means with standard deviations.")
    ] = False,
    code: Annotated[
        str | None,
        one_of(
            "--code",
            ("R",),
            "With --metafor, --a and --b: write the code that comes to outcomes' figures from the file pairs.csv.",
        ),
    ] = None,
    metapsy: Annotated[
        bool, typer.Option("--metapsy", help="A stratum in the Metapsy data standard: a row for each comparison of two arms.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A stratum's rows of `comparable_rates`, as they are.")] = False,
    stratum: Annotated[
        str | None,
        typer.Option(
            "--stratum",
            metavar="S",
            help="A stratum's name, in words as `compare` shows it or in ids, or a part that no other stratum with --a and --b has.",
        ),
    ] = None,
    outcome: Annotated[str | None, one_of("--outcome", COMPARED, "Only strata of this outcome.", rates_elsewhere)] = None,
    a: Annotated[
        str | None,
        typer.Option(
            "--a",
            metavar="A",
            help="Only this treatment or class; with --b, compared with that (in a network, its members and that one's).",
            autocompletion=subject_terms,
        ),
    ] = None,
    b: Annotated[
        str | None,
        typer.Option("--b", metavar="B", help="The other treatment or class.", autocompletion=subject_terms),
    ] = None,
    with_unstated: Annotated[
        bool,
        typer.Option(
            "--with-unstated",
            help="Include rates and means with something unstated. By default, if none has everything stated, those that lack only anchor, phase or background are included.",
        ),
    ] = False,
    with_imputed: Annotated[
        bool, typer.Option("--with-imputed", help="Include rates whose counts were worked out from means.")
    ] = False,
    output: Output = None,
    root: Root = None,
) -> None:
    """Export a package, or one stratum of the rates, for other tools.

    **Examples**

    - `outcomes export linde-2015 --prov`
    - `outcomes export linde-2015@1.0.0 --prov -o linde-2015.prov.json`
    - `outcomes export linde-2015 --prov --jsonld -o linde-2015.prov.jsonld`
    - `outcomes export --metafor --stratum "observer-rated | mdd | days 42-70" --a ssri --b placebo -o pairs.csv`
    - `outcomes export --metafor --stratum "observer-rated | mdd | days 42-70" --a ssri --b placebo --code R -o pairs.R`
    - `outcomes export --metafor --stratum "observer-rated | mdd | days 42-70" --a ssri -o rates.csv`
    - `outcomes export --network --stratum "observer-rated | mdd | days 42-70" -o network.csv`
    - `outcomes export --means --stratum "madrs | change | mdd.non-trd | days 42-70" --a ssri --b placebo -o means.csv`
    - `outcomes export --revman --stratum "observer-rated | mdd | days 42-70" --a ssri --b placebo -o data-rows.csv`
    - `outcomes export --metapsy --stratum "remission.madrs.le12 | trd.episode.prospective" -o metapsy.csv`
    - `outcomes export --csv --stratum "remission.madrs.le12 | trd.episode.prospective"`

    Each file has one stratum, because other tools pool a whole file. Rows left out are listed on stderr.
    docs/exporting.md has the columns, and the R code that loads each file. Strata need the database (`outcomes build`).
    """
    strata: dict[Form, bool] = {
        **{"metafor": metafor, "network": network, "contrasts": contrasts},
        **{"means": means, "revman": revman, "revman-means": revman_means, "metapsy": metapsy, "csv": csv},
    }
    forms = {"--prov": prov, **{f"--{form}": wanted for form, wanted in strata.items()}}
    chosen = [form for form, wanted in forms.items() if wanted]
    if len(chosen) != 1:
        fail(f"choose one format: {', '.join(forms)}", Exit.USAGE)
    where = place(output)
    if jsonld and not prov:
        fail("--jsonld is for --prov; add it, or leave this out", Exit.USAGE)
    if prov:
        if package is None:
            fail("--prov needs a package name", Exit.USAGE)
        given = {
            **{"--stratum": stratum, "--outcome": outcome, "--a": a, "--b": b},
            **{"--with-unstated": with_unstated, "--with-imputed": with_imputed},
        }
        if unfit := [name for name, value in given.items() if value]:
            fail(f"{unfit[0]} is for strata, and --prov for packages; leave one out", Exit.USAGE)
        ends_in(where, ".jsonld", ".json") if jsonld else ends_in(where, ".json")
        name, version = release_of(package, root)
        words = _provenance(name, version, root, "jsonld" if jsonld else "json")
    else:
        if package is not None:
            fail(f"{chosen[0]} exports a stratum of all packages: give --stratum instead of a package", Exit.USAGE)
        if stratum is None:
            from registry.exporting.exports import where_listed

            fail(f"{chosen[0]} exports a stratum: give --stratum; {where_listed(means=means or revman_means)}", Exit.USAGE)
        if b is not None and a is None:
            fail("--b is the comparator for --a; give --a too", Exit.USAGE)
        if b is None and (revman or revman_means):
            fail(
                f"{chosen[0]} is two groups side by side: give --a (the experimental group) and --b (the control group)",
                Exit.USAGE,
            )
        form = next(form for form, wanted in strata.items() if wanted)
        if code is not None and not (metafor and b is not None):
            fail("--code writes code for --metafor with --a and --b; give these too", Exit.USAGE)
        if (outcome is not None or with_imputed) and (means or revman_means):
            fail(f"{'--with-imputed' if with_imputed else '--outcome'} is for rates; leave it out with {chosen[0]}", Exit.USAGE)
        ends_in(where, ".R" if code is not None else ".csv")
        given = {"outcome": outcome, "a": a, "b": b, "with_unstated": with_unstated, "with_imputed": with_imputed}
        words = _stratum(root, form, stratum, code_for=code and "pairs.csv", **given)
    with heard_or_not():
        deliver([words], where)


def _stratum(root: Path | None, form: Form, stratum: str, **asked: Any) -> str:
    with asking(root) as con:
        from registry.exporting.exports import export_stratum

        found = export_stratum(con, form, stratum, **asked)
        say_drafts(con)
    for note in found.notes:
        say(f"outcomes: {note}", err=True)
    return found.text


def _provenance(name: str, version: str | None, root: Path | None, form: str) -> str:
    from registry.access import open as open_registry
    from registry.provenance import provenance

    return provenance(open_registry(root), name, version, form)
