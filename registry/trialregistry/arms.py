"""The arms of a part of a trial: the groups whose title and descriptions say clearly what they were given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from registry.trialregistry.designs import role_of
from registry.trialregistry.entries import RegistryEntry
from registry.trialregistry.figures import ResultGroup
from registry.trialregistry.given import given_in
from registry.trialregistry.groups import PartKey, group_key, is_pooled, part_of_reading, slug
from registry.trialregistry.histories import named_by_another_phase, same_people, told_otherwise
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.reading import Reading
from registry.trialregistry.texts import clean

__all__ = ["LeftOut", "TrialPart", "key_of", "make_arms", "table_of"]

Row = dict[str, str]
_GIVE = "give the `treatment_id` of all that was given under `arms` in the mapping; where no term means that, it can't be entered"


@dataclass(frozen=True)
class LeftOut:
    """A figure, or a part of one, that isn't in the package: its row in the entry, the table it would be in, and why."""

    row: int
    table: str
    reason: str


@dataclass
class TrialPart:
    """A part of a trial: its figures, its arms, and the groups of its measures."""

    key: PartKey
    study_id: str
    readings: list[Reading] = field(default_factory=list)
    arms: dict[str, str] = field(default_factory=dict)  # the key of a group → arm_id
    beside: dict[str, ResultGroup] = field(default_factory=dict)  # the key of each group in its measures → the group
    shared: set[str] = field(default_factory=set)  # keys of titles that several groups of a measure have


def table_of(reading: Reading) -> str:
    """The table of a figure, also of one that isn't taken."""
    return "scores" if "MEAN" in reading.figure.measure.param else "outcomes"


def key_of(reading: Reading) -> str:
    """The key of a figure's group."""
    return group_key(reading.figure.group.title)


def make_arms(
    entry: RegistryEntry, part: TrialPart, options: TrialOptions, started: Mapping[str, tuple[int, ...]]
) -> tuple[list[Row], list[LeftOut]]:
    """The arms of a part, also those of which no figure is taken, and the figures left out of groups whose treatment isn't clear, which make none."""
    making = _Making(entry, part, options)
    made = {key: making.arm(key) for key in making.held if not making.refuse(key)}
    for key, row in made.items():
        if entry.allocation == "RANDOMIZED" and part.key == PartKey() and len(started.get(key, ())) == 1:
            row["n_randomised"] = row["n_randomised"] or str(started[key][0])
    making.include(made)
    part.arms = {key: row["arm_id"] for key, row in made.items()}
    return list(made.values()), making.out


class _Making:
    """What is known of the groups of a part, by their keys: how their measures have them, their titles and what they were given."""

    def __init__(self, entry: RegistryEntry, part: TrialPart, options: TrialOptions) -> None:
        self.entry, self.part, self.options = entry, part, options
        self.out: list[LeftOut] = []
        self.held = {key: [group] for key, group in part.beside.items()}
        for key, same in groupby(sorted(part.readings, key=key_of), key=key_of):
            self.held[key] = [r.figure.group for r in same]
        self.titles = {key: clean(groups[0].title) for key, groups in self.held.items()}
        self.given = {key: given_in(title) for key, title in self.titles.items()}
        self.stated = {
            key: options.arm(title, () if self.given[key].besides else self.given[key].treatments)
            for key, title in self.titles.items()
        }
        self.phases = {part_of_reading(reading).phase for reading in part.readings}
        sizes: dict[tuple[int, str, str], dict[str, int | None]] = {}
        for reading in part.readings:
            figure = reading.figure
            of = sizes.setdefault((figure.measure.number, figure.class_title, figure.category_title), {})
            for group in figure.measure.groups.values():
                of.setdefault(group_key(group.title), None)
            of[key_of(reading)] = figure.n
        self.sizes = list(sizes.values())

    def refuse(self, key: str) -> bool:
        """Whether a group makes no arm; its figures are left out then. Of one that is described otherwise in some of its measures, those of these are."""
        if treatment := self.stated[key].get("treatment_id"):
            self.given[key] = given_in(self.titles[key], treatment)
        if why := self._why_none(key):
            self._leave_out(key, why)
            return True
        described = {} if treatment else {group.description: group for group in self.held[key]}
        told = {description: self._told(group, key) for description, group in described.items()}
        for description, why in told.items():
            if why:
                said = f"which treatment `{self.titles[key]}` had isn't clear: {why}; {_GIVE}"
                self._leave_out(key, said, {description})
        return bool(told) and all(told.values())

    def _why_none(self, key: str) -> str:
        title, given, treatment = self.titles[key], self.given[key], self.stated[key].get("treatment_id")
        if not treatment and (len(given.treatments) != 1 or given.besides):
            named = ", ".join(given.treatments) or "none of the vocabulary's"
            named += (
                f", and besides `{given.besides}`, of which it isn't known whether that was given too" if given.besides else ""
            )
            return f"which treatment `{title}` had isn't clear (it names {named}); {_GIVE}"
        if key in self.part.shared:
            return f"several groups of one measure are called `{title}`, and which is which isn't said"
        if treatment:
            return ""
        named = named_by_another_phase(title, self.part.key.phase, self.phases, self.given.values())
        return named or same_people(key, self.given, self.titles, self.sizes)

    def _told(self, group: ResultGroup, key: str) -> str:
        phases = self.phases | ({"open-label"} if self.entry.masking in {"", "NONE"} else set())
        stage = self.part.key.phase or self.part.key.panel
        return told_otherwise(group, self.given[key].treatments[0], stage, self.options.ordinary, phases)

    def _leave_out(self, key: str, why: str, descriptions: Collection[str] | None = None) -> None:
        gone = [
            r
            for r in self.part.readings
            if key_of(r) == key and (descriptions is None or r.figure.group.description in descriptions)
        ]
        self.out += [LeftOut(r.figure.row, table_of(r), why) for r in gone]
        self.part.readings = [r for r in self.part.readings if r not in gone]

    def include(self, made: dict[str, Row]) -> None:
        """Name the arms that a group holds; it makes no arm where that isn't said."""
        pooled = {key for key in made if is_pooled(key, {k: self.given[k] for k in made}, self.titles, self.sizes)}
        for key in sorted(pooled):
            own = self.given[key]
            parts = [k for k in made if k not in pooled and self.given[k].treatments == own.treatments]
            listed = [k for k in parts if len(own.doses) < 2 or (self.given[k].doses and self.given[k].doses[0] in own.doses)]
            if len(listed) < 2:
                made.pop(key)
                self._leave_out(key, f"`{self.titles[key]}` may hold other groups of the trial, and which isn't said")
            else:
                made[key]["includes"] = ";".join(sorted(made[k]["arm_id"] for k in listed))

    def arm(self, key: str) -> Row:
        """The row of a group's arm."""
        part, title, given, stated = self.part, self.titles[key], self.given[key], self.stated[key]
        treatment = stated.get("treatment_id") or given.treatments[0]
        role = role_of(self.entry, title, treatment, given, self.given.values())
        dose = given.doses if treatment != "placebo" and given.unit else ()
        names = sorted({arm for k, arm in part.arms.items() if k != key})
        arm_id = slug(" ".join([treatment.replace(".", " "), *dose, given.unit if dose else ""]))
        arm_id = arm_id if arm_id not in names else slug(title)
        arm_id = next(name for n in range(1, len(names) + 2) if (name := arm_id if n == 1 else f"{arm_id}-{n}") not in names)
        part.arms[key] = arm_id
        sizes = {r.n for r in part.readings if r.people.term == "randomised" and key_of(r) == key}
        row = {
            "study_id": part.study_id,
            "arm_id": arm_id,
            "label": title,
            "treatment_id": treatment,
            "role": role,
            "route": given.route or "unstated",
            "dose": dose[0] if dose else "",
            "dose_max": dose[-1] if len(dose) > 1 else "",
            "dose_unit": given.unit if dose else "",
            "background_id": "unstated",
            "n_randomised": str(sizes.pop()) if len(sizes) == 1 else "",
            "source_id": self.entry.registration.lower(),
        }
        return row | dict(stated) | {"study_id": part.study_id, "source_id": self.entry.registration.lower()}
