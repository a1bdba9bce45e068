"""CLM: published claims. A claim is not a figure of the registry; most of these rules say how to interpret it."""

from __future__ import annotations

from schemas.claimed_units import RATIO
from schemas.outcome_words import CLAIMED
from validation.lazily import pl
from validation.rule import Severity, rule

_RATES = tuple(CLAIMED)
_COMPARING = (*_RATES, "superiority")


@rule(
    "CLM001",
    table="remission_claims_beside_responses",
    severity=Severity.WARNING,
    fix="Look for what distinguishes the two (people, scale, day, a highest figure next to a typical one) and enter it. If the source "
    "says nothing, leave both: the audit reports a contradiction where both are points that can't both be true.",
    source="Rush 2006, 10.1038/sj.npp.1301131: remission is a state within response; registry convention: response is a fall by half",
    columns=("value_high", "value_low"),
    message="`{claim_id}` has as much as {remission_claimed}% in remission and `{response_claim}` {response_claimed}% in response, of the same "
    "subject in the same source, and neither people, scale nor day distinguishes the two",
    breaks=[{"remission_claimed": 70.0, "response_claimed": 55.0}],
    keeps=[{"remission_claimed": 35.0, "response_claimed": 45.0}],
)
def remission_claimed_above_response() -> pl.Expr:
    """A source must not claim more remission than response in the same people.

    A person in remission has improved by half, unless there was little to improve. Two such percentages can't both be true of one
    population on one day if one definition contains the other.
    """
    return pl.col("remission_claimed") <= pl.col("response_claimed")


@rule(
    "CLM002",
    table="claims_in_context",
    severity=Severity.WARNING,
    fix="Look in the source again. What it doesn't say stays unstated (the population `unstated`, the definition `response.unstated` or "
    "`remission.unstated`, the time point empty), and the claim unverifiable.",
    source="CONSORT 2010 items 4a, 6a and 17a",
    columns=("claim_id",),
    message="a rate is claimed without its {words_missing}",
    breaks=[{"attribute": "response-rate", "words_missing": "population, time point"}],
    keeps=[
        {"attribute": "response-rate", "words_missing": ""},
    ],
)
def rate_claimed_without_its_words() -> pl.Expr:
    """A claimed rate must state its population, its definition and its time point.

    The percentage who got better is about some people, by some definition, on some day. Without these there is nothing to compare it
    with.
    """
    return pl.when(pl.col("attribute").is_in(_RATES)).then(pl.col("words_missing") == "")


@rule(
    "CLM003",
    table="claims",
    severity=Severity.WARNING,
    fix="Enter both populations as in the source. If they really differ, the claim compares across populations, and the audit says so.",
    source="Cochrane Handbook, section 11 (transitivity); registry convention: rates are compared within a population",
    columns=("comparator_population_id", "population_id"),
    message="`{subject}` in `{population_id}` is compared with `{comparator}` in `{comparator_population_id}`",
    breaks=[
        {
            "attribute": "superiority",
            "subject": "ketamine",
            "population_id": "trd",
            "comparator": "ssri",
            "comparator_population_id": "mdd",
        },
        {"attribute": "response-rate", "population_id": "trd", "comparator": "ssri"},
        {
            "attribute": "response-rate",
            "population_id": "unstated",
            "comparator": "ssri",
            "comparator_population_id": "unstated",
        },
    ],
    keeps=[
        {"attribute": "superiority", "population_id": "trd", "comparator": "ssri", "comparator_population_id": "trd"},
    ],
)
def claim_compares_across_populations() -> pl.Expr:
    """A claim that compares two treatments must be about one population, and name it.

    Trials in different people differ in more than the treatment, and that may explain the whole difference.
    """
    other = pl.col("comparator_population_id").fill_null("unstated")
    compares = pl.col("comparator").is_not_null() & pl.col("attribute").is_in(_COMPARING)
    return pl.when(compares).then((pl.col("population_id") == other) & (other != "unstated"))


@rule(
    "CLM004",
    table="claims",
    severity=Severity.ERROR,
    fix="Give the definition; if the source has none, use `response.unstated` or `remission.unstated`.",
    source="registry convention: every rate has a definition, even if it is `unstated`",
    columns=("definition_id",),
    breaks=[{"attribute": "remission-rate"}],
    keeps=[{"attribute": "remission-rate", "definition_id": "remission.unstated"}],
)
def rate_claimed_without_definition() -> pl.Expr:
    """A claimed rate must have a definition.

    An empty cell means that no rate is claimed. If the source doesn't state the definition, there is a term for that.
    """
    return pl.when(pl.col("attribute").is_in(_RATES)).then(pl.col("definition_id").is_not_null())


@rule(
    "CLM005",
    table="claims_in_context",
    severity=Severity.ERROR,
    fix="Give a definition of the outcome that is claimed, or correct the attribute.",
    source="registry vocabularies `claim_attributes` and `definitions`",
    columns=("definition_id",),
    message="the claim is about {claimed_outcome}, but `{definition_id}` is a definition of {definition_outcome}",
    breaks=[{"attribute": "response-rate", "claimed_outcome": "response", "definition_outcome": "remission"}],
    keeps=[
        {"attribute": "response-rate", "claimed_outcome": "response", "definition_outcome": "response"},
    ],
)
def definition_of_another_outcome() -> pl.Expr:
    """A claimed rate must use a definition of its own outcome.

    Otherwise a claim about response would be compared with remission rates.
    """
    return pl.when(pl.col("attribute").is_in(_RATES)).then(pl.col("claimed_outcome") == pl.col("definition_outcome"))


@rule(
    "CLM006",
    table="claims_in_context",
    severity=Severity.ERROR,
    fix="Give the `claim_id` of a claim in the same package.",
    source="CiTO, the Citation Typing Ontology",
    columns=("related_claim_id",),
    message="`{claim_id}` is related to `{related_claim_id}`, which isn't in the package",
    breaks=[{"related_claim_id": "rush-2006", "related_is_there": False}],
    keeps=[{"related_claim_id": "rush-2006", "related_is_there": True}],
)
def related_claim_missing() -> pl.Expr:
    """A related claim must be in the package.

    A dispute needs both sides.
    """
    return pl.when(pl.col("related_claim_id").is_not_null()).then(pl.col("related_is_there"))


@rule(
    "CLM007",
    table="claims",
    severity=Severity.ERROR,
    fix="Name the other claim.",
    source="CiTO, the Citation Typing Ontology",
    columns=("related_claim_id",),
    breaks=[{"claim_id": "rush-2006", "related_claim_id": "rush-2006"}],
    keeps=[{"claim_id": "pigott-2023", "related_claim_id": "rush-2006"}],
)
def claim_related_to_itself() -> pl.Expr:
    """A claim must not be related to itself.

    A dispute is between two claims.
    """
    return pl.col("claim_id") != pl.col("related_claim_id")


@rule(
    "CLM008",
    table="claims",
    severity=Severity.ERROR,
    fix="Fill both `relation` and `related_claim_id`, or neither.",
    source="CiTO, the Citation Typing Ontology",
    columns=("relation", "related_claim_id"),
    breaks=[{"relation": "disputes"}, {"related_claim_id": "rush-2006"}],
    keeps=[{"relation": "disputes", "related_claim_id": "rush-2006"}],
)
def relation_by_half() -> pl.Expr:
    """A relation must name the other claim, and another claim must have a relation.

    One without the other means nothing.
    """
    relation, other = pl.col("relation").is_not_null(), pl.col("related_claim_id").is_not_null()
    return pl.when(relation | other).then(relation & other)


@rule(
    "CLM009",
    table="claims",
    severity=Severity.ERROR,
    fix="Swap the two, or empty `value_high` if it is a single value.",
    source="registry convention: a range goes from its lower to its upper end",
    columns=("value_low", "value_high"),
    breaks=[{"value_low": 12.0, "value_high": 6.0}],
    keeps=[{"value_low": 6.0, "value_high": 12.0}],
)
def range_upside_down() -> pl.Expr:
    """The lower end of a claimed range must not be above its upper end.

    No rate can be inside such a range.
    """
    return pl.col("value_low") <= pl.col("value_high")


@rule(
    "CLM010",
    table="claims",
    severity=Severity.ERROR,
    fix="Check the figure, and whether it is a percentage at all.",
    source="arithmetic",
    columns=("value_low", "value_high"),
    at=lambda row: next(end for end in ("value_low", "value_high") if row[end] is not None and not 0 <= row[end] <= 100),
    breaks=[
        {"attribute": "response-rate", "unit": "%", "value_low": 145.0},
        {"attribute": "response-rate", "unit": "%", "value_high": -1.0},
    ],
    keeps=[
        {"attribute": "response-rate", "unit": "%", "value_low": 45.0},
    ],
)
def share_outside_0_to_100() -> pl.Expr:
    """A claimed rate in per cent must be between 0 and 100.

    It is a percentage of people. “200% better than another treatment” isn't one, and needs another attribute.
    """
    within = pl.min_horizontal("value_low", "value_high") >= 0, pl.max_horizontal("value_low", "value_high") <= 100
    return pl.when((pl.col("unit") == "%") & pl.col("attribute").is_in(_RATES)).then(within[0] & within[1])


@rule(
    "CLM011",
    table="claims",
    severity=Severity.ERROR,
    fix="Give the unit: `%`, `weeks`, `sessions`.",
    source="registry convention: a figure has a unit",
    columns=("unit",),
    breaks=[{"value_low": 45.0}, {"value_high": 70.0}],
    keeps=[{"value_low": 45.0, "unit": "%"}],
)
def figure_without_unit() -> pl.Expr:
    """A claimed figure must have a unit.

    14 may be sessions or days, and 45 a percentage or a score.
    """
    figure = pl.col("value_low").is_not_null() | pl.col("value_high").is_not_null()
    return pl.when(figure).then(pl.col("unit").is_not_null())


@rule(
    "CLM012",
    table="claims",
    severity=Severity.WARNING,
    fix="Write the rate in per cent, such as 35, with the unit `%`. How many times or points a rate differs is a claim of `superiority`.",
    source="registry convention: a share of people is in per cent",
    columns=("value_low", "value_high", "unit"),
    message="a rate of {figure} {unit} is claimed; a third of the participants is 33, with the unit `%`",
    details=lambda row: {"figure": " to ".join(f"{row[end]:g}" for end in ("value_low", "value_high") if row[end] is not None)},
    breaks=[
        {"attribute": "response-rate", "unit": "percent", "value_low": 45.0},
        {"attribute": "remission-rate", "unit": "proportion", "value_low": 0.35},
        {"attribute": "remission-rate", "unit": "%", "value_low": 0.35},
        {"attribute": "remission-rate", "unit": "%", "value_low": 0.35, "value_high": 0.45},
    ],
    keeps=[
        {"attribute": "response-rate", "unit": "%", "value_low": 45.0},
        {"attribute": "remission-rate", "unit": "%", "value_low": 0.0, "value_high": 35.0},
        {"attribute": "remission-rate", "unit": "%", "value_high": 1.0},
    ],
)
def rate_not_in_per_cent() -> pl.Expr:
    """A claimed rate must be in per cent.

    A third of the participants is 33%: as 0.33% it would be below all rates, and as a proportion or in points it isn't compared with any.
    """
    largest = pl.max_horizontal("value_low", "value_high")
    return pl.when(pl.col("attribute").is_in(_RATES) & largest.is_not_null()).then(
        (pl.col("unit") == "%") & ((largest <= 0) | (largest >= 1))
    )


@rule(
    "CLM013",
    table="claims",
    severity=Severity.ERROR,
    fix="Give the ratio as the source prints it, such as 0.8, or the unit of the difference that it is, such as `points`.",
    source="arithmetic",
    columns=("value_low", "value_high", "unit"),
    at=lambda row: next(end for end in ("value_low", "value_high") if row[end] is not None),
    breaks=[
        {"attribute": "superiority", "unit": "times", "value_low": -1.5},
        {"attribute": "superiority", "unit": "times", "value_low": -1.0, "value_high": 2.0},
        {"attribute": "superiority", "unit": "odds ratio", "value_low": 0.0},
        {"attribute": "superiority", "unit": "Hazard ratio", "value_high": 0.0},
    ],
    keeps=[
        {"attribute": "superiority", "unit": "times", "value_low": 0.8},
        {"attribute": "superiority", "unit": "times", "value_low": 0.0, "value_high": 1.0},
    ],
)
def ratio_not_above_0() -> pl.Expr:
    """A claimed ratio must be above 0.

    Rates, odds and hazards are never negative, and nor is what one of them is of another. A minus sign is that of a difference or of a logarithm.
    """
    least, most = pl.min_horizontal("value_low", "value_high"), pl.max_horizontal("value_low", "value_high")
    ratio = pl.col("unit").str.to_lowercase().str.contains(rf"^\s*(?:{RATIO})\s*$")
    return pl.when((pl.col("attribute") == "superiority") & ratio).then((least >= 0) & (most > 0))


@rule(
    "CLM014",
    table="claims",
    severity=Severity.ERROR,
    fix="Empty `value_low` if the source says “up to” the higher of the two, or `value_bound` if it gives a range.",
    source="registry vocabulary `value_bounds`: up to so much begins nowhere",
    columns=("value_bound", "value_low", "value_high"),
    breaks=[{"value_bound": "up-to", "value_low": 1.0, "value_high": 2.0}],
    keeps=[
        {"value_bound": "up-to", "value_high": 2.0},
        {"value_bound": "up-to", "value_low": 2.0},
    ],
)
def up_to_two_values() -> pl.Expr:
    """A claim of up to so much must give one value.

    “Up to 1 to 2” may be a range, or anything up to 2: it isn't the same claim.
    """
    return pl.when(pl.col("value_bound") == "up-to").then((pl.col("value_low") >= pl.col("value_high")).fill_null(value=True))
