"""The table ``studies``."""

from __future__ import annotations

from schemas import field, grammar
from schemas.model import Model

__all__ = ["Studies"]


class Studies(Model):
    """A trial: who was eligible, and how it was run."""

    study_id: str = field.identifier("Study", "The trial's name in this package.")
    label: str = field.text("Label", "How the trial is cited: a first author and a year, or an acronym.")
    registration_id: str = field.text("Registration", "Trial registration number, such as NCT02417064.")
    doi: str = field.text("DOI", "Digital object identifier of the main report, without a resolver's address.")
    pmid: str = field.text("PubMed identifier", "Of the main report; digits only.")
    year: int = field.count("Year", "Year of the main report.", "year", minimum=1900, maximum=2100)
    design: str = field.term("designs", "Design", "How participants were allocated to arms over time.")
    randomised: bool = field.flag("Randomised", "Whether allocation was random; empty means unstated.")
    masking: str = field.term("maskings", "Masking", "Who did not know the allocation.")
    phase: str = field.term("phases", "Phase", "What the treatment was for at this stage of the illness.", required=False)
    part_of: str = field.text(
        "Part of", "The study of this package of which this one is a part, by its `study_id`.", pattern=grammar.IDENTIFIER
    )
    part_relation: str = field.term(
        "part_relations", "Relation to the whole", "What kind of part it is; empty for a whole study.", required=False
    )
    population_id: str = field.term("populations", "Population", "Who was eligible for the trial.")
    prior_failures_min: int = field.count(
        "Prior failures, at least", "Fewest failed adequate treatments that entry required.", "treatments"
    )
    prior_failures_window: str = field.term(
        "failure_windows", "Window of prior failures", "The time over which failures counted.", required=False
    )
    entry_instrument_id: str = field.term(
        "instruments", "Entry instrument", "The scale that the entry score is on.", required=False
    )
    entry_score_min: float = field.number(
        "Entry score, at least", "Lowest score on the entry instrument that entry required.", "score"
    )
    age_min: int = field.count("Age, at least", "Lowest age that was eligible.", "years", maximum=120)
    age_max: int = field.count(
        "Age, at most", "Highest age that was eligible; empty if there was no limit.", "years", maximum=120
    )
    setting: str = field.term("settings", "Setting", "Where participants were treated.")
    n_randomised: int = field.count("Randomised", "Participants randomised, all arms together.", "participants")
    publication: str = field.term("publications", "Publication", "Whether the results were published.", required=False)
    rob_randomisation: str = field.term("rob_judgements", "Bias: randomisation", "Of the randomisation process.", required=False)
    rob_deviations: str = field.term(
        "rob_judgements", "Bias: deviations", "Of deviations from the intended interventions.", required=False
    )
    rob_missing: str = field.term("rob_judgements", "Bias: missing data", "Of missing outcome data.", required=False)
    rob_measurement: str = field.term("rob_judgements", "Bias: measurement", "Of measurement of the outcome.", required=False)
    rob_selection: str = field.term("rob_judgements", "Bias: selection", "Of selection of the reported result.", required=False)
    rob_overall: str = field.term("rob_judgements", "Bias: overall", "Overall, as the source judges it.", required=False)
    source_id: str = field.reference("sources", "Source", "The document that this row was taken from.", required=False)
