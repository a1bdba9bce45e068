"""PKG: the folder, and what its descriptor says about the package."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.grammar import LONGEST_VERSION, NAME_IN_WORDS, is_package_name, is_version
from validation.hints import named, shortened, shown, term_meant
from validation.report import THE_REGISTRY
from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR, Descriptor, Folder

_PROFILE = "Data Package v2, https://datapackage.org/standard/data-package/"


@rule(
    "PKG001",
    stage="folder",
    severity=Severity.ERROR,
    fix="Correct `datapackage.json`; where the folder has none, `outcomes init NAME` writes one to fill in.",
    source=_PROFILE,
    breaks=[
        None,
        "",
        "[]",
        '"text"',
        "{",
        '{"name": "a"',
        "\ufeff{}",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n",
        '{"name": "a", "name": "b"}',
        '{"size": NaN}',
    ],
    keeps=["{}", '{"name": "a"}'],
)
def descriptor_unreadable(folder: Folder) -> Iterator[Problem]:
    """A package's `datapackage.json` must be readable as one JSON object.

    Everything else about a package is found through its descriptor.
    """
    if folder.fault:
        yield Problem(f"{DESCRIPTOR} can't be read: {folder.fault}", file=DESCRIPTOR)


@rule(
    "PKG002",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Correct the member named above; the standard's page lists what each may contain.",
    source=_PROFILE,
    breaks=[{"resources": "none"}, {"licenses": 3}, {"resources": [{"name": "sources"}]}, {"name": 3}, {"profiles": ["a.json"]}],
    keeps=[{}, {"title": "A title"}, {"contributors": [{"title": "A. Author", "roles": ["author"]}]}],
)
def descriptor_breaks_profile(descriptor: Descriptor) -> Iterator[Problem]:
    """The descriptor must conform to the Data Package profile.

    Other tools read packages by that profile only; Frictionless checks it.
    """
    from validation.profile import profile_faults

    for fault in profile_faults(descriptor.data):
        yield Problem(fault, file=DESCRIPTOR)


@rule(
    "PKG008",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Add a resource `sources` that names the documents the figures were taken from.",
    source="CONSORT 2010 item 24; the registry's tables, docs/dictionary.md",
    breaks=[{"resources": [{"name": "studies", "path": "data/studies.csv"}]}],
    keeps=[{}],
)
def sources_missing(descriptor: Descriptor) -> Iterator[Problem]:
    """Every package must have the table `sources`.

    A figure that can't be traced to a source isn't evidence.
    """
    names = [r.name for r in descriptor.resources]
    if "sources" not in names:
        listed = f"it has {', '.join(map(named, names[:20]))}" if names else "it lists no resource"
        yield Problem(f"the package has no resource `sources`; {listed}", file=DESCRIPTOR, column="resources")


@rule(
    "PKG010",
    stage="descriptor",
    severity=Severity.ERROR,
    fix='State the licence of the data, such as `"licenses": [{"name": "CC-BY-4.0"}]`; `outcomes vocab licences` lists them.',
    source="Open Definition 2.1, https://opendefinition.org/od/2.1/en/; SPDX licence list",
    breaks=[{"licenses": None}, {"licenses": []}, {"licenses": [{"name": "proprietary"}]}, {"licenses": [{"path": "x"}]}],
    keeps=[{"licenses": [{"name": "CC-BY-4.0"}]}, {"licenses": [{"name": "ODC-By-1.0"}]}],
)
def licence_missing_or_not_open(descriptor: Descriptor) -> Iterator[Problem]:
    """A package must carry an open licence, named by its SPDX identifier.

    Without a licence nobody may use the data, even if they are published.
    """
    from schemas.vocabulary import terms

    stated = descriptor.data.get("licenses")
    listed = stated if isinstance(stated, list) else []
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in listed]
    if not listed:
        yield Problem("`licenses` is missing or empty; the package must name an open licence", file=DESCRIPTOR, column="licenses")
    for name in names:
        if name not in terms("licences"):
            hint = term_meant(name, "licences", lead="; ", otherwise="; `outcomes vocab licences` lists them")
            yield Problem(
                f"the licence {shown(name)} is not one of the open licences{hint}",
                file=DESCRIPTOR,
                line=descriptor.line_of(f'"{name}"'),
                column="licenses",
            )


@rule(
    "PKG011",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Give the package a version of three numbers, such as `1.0.0`.",
    source="Semantic Versioning 2.0.0, https://semver.org/",
    breaks=[
        {"version": None},
        {"version": "1.0"},
        {"version": "v1.0.0"},
        {"version": "01.0.0"},
        {"version": 1},
        {"version": "1.0.٣"},
        {"version": f"{'9' * 70}.0.0"},
    ],
    keeps=[{"version": "1.0.0"}, {"version": "0.3.0-rc.1"}],
)
def version_not_semver(descriptor: Descriptor) -> Iterator[Problem]:
    """A package must have a version of the form MAJOR.MINOR.PATCH.

    The version shows whether figures were corrected, added, or given another meaning.
    """
    version = descriptor.data.get("version")
    if not is_version(version):
        found = "is missing" if version is None else f"is {shown(version)}"
        yield Problem(
            f"`version` {found}; it must be a semantic version such as '1.0.0', of at most {LONGEST_VERSION} characters",
            file=DESCRIPTOR,
            column="version",
        )


@rule(
    "PKG012",
    stage="descriptor",
    severity=Severity.ERROR,
    fix=f"Give the package a name of {NAME_IN_WORDS}, and rename its folder to match.",
    source=_PROFILE,
    breaks=[
        {"name": None},
        {"name": "Not A Name"},
        {"name": "a--b"},
        {"name": "a-"},
        {"name": "another-name"},
        {"name": THE_REGISTRY},
    ],
    keeps=[{}],
)
def package_name_differs_from_folder(descriptor: Descriptor) -> Iterator[Problem]:
    """A package's name must be a plain lower-case name, and the same as its folder's.

    Commands, queries and citations refer to a package by its name.
    """
    name = descriptor.data.get("name")
    folder = descriptor.folder.resolve().name
    if not is_package_name(name):
        found = "is missing" if name is None else f"is {shown(name)}"
        yield Problem(f"`name` {found}; it must be {NAME_IN_WORDS}", file=DESCRIPTOR, column="name")
    elif name == THE_REGISTRY:
        what = "in reports and queries that word means all packages together; choose another"
        yield Problem(f"`name` is {shown(name)}; {what}", file=DESCRIPTOR, column="name")
    elif name != folder:
        yield Problem(
            f"`name` is {shown(name)} and the folder is {named(folder)}; they must be the same", file=DESCRIPTOR, column="name"
        )


@rule(
    "PKG013",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Remove what isn't needed, or split the package into several.",
    source="The registry's bounds, docs/concepts.md",
    breaks=[
        {"resources": [{"name": "sources"}] * 101},
        {"licenses": ["x"] * 21},
        {"keywords": ["x"] * 201},
        {"custom": {"list": ["x"] * 1001}},
    ],
    keeps=[{"keywords": ["x"] * 200}],
)
def descriptor_holds_too_much(descriptor: Descriptor) -> Iterator[Problem]:
    """No list in the descriptor may have more entries than the registry's bounds allow.

    Every tool that opens a package processes each entry. Entries beyond the bound aren't checked; the other rules apply to those
    before it.
    """
    for name, entries, most in descriptor.excess:
        message = f"{named(name)} has {entries:,} entries; it may have at most {most:,}, and only the first {most:,} were checked"
        yield Problem(message, file=DESCRIPTOR, column=shortened(name))
