CREATE TABLE "sources" (
  "package" VARCHAR,
  "source_id" VARCHAR,
  "kind" VARCHAR,
  "title" VARCHAR,
  "doi" VARCHAR,
  "pmid" VARCHAR,
  "url" VARCHAR,
  "accessed" DATE,
  "sha256" VARCHAR,
  "licence" VARCHAR,
  "correction_status" VARCHAR,
  "checked_on" DATE,
  "accessed_at" VARCHAR
);
COMMENT ON TABLE "sources" IS 'A document or record that figures were taken from.';
COMMENT ON COLUMN "sources"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "sources"."source_id" IS 'Source. The source''s name in this package.';
COMMENT ON COLUMN "sources"."kind" IS 'Kind. What kind of document or record it is. Vocabulary: source_kinds.';
COMMENT ON COLUMN "sources"."title" IS 'Title. Its title.';
COMMENT ON COLUMN "sources"."doi" IS 'DOI. Digital object identifier, without a resolver''s address.';
COMMENT ON COLUMN "sources"."pmid" IS 'PubMed identifier. Digits only.';
COMMENT ON COLUMN "sources"."url" IS 'Address. Where it can be opened.';
COMMENT ON COLUMN "sources"."accessed" IS 'Accessed. The day on which it was read.';
COMMENT ON COLUMN "sources"."sha256" IS 'SHA-256. Digest of the file that was read, if it was a file.';
COMMENT ON COLUMN "sources"."licence" IS 'Licence. The licence that it was published under, or `unstated`.';
COMMENT ON COLUMN "sources"."correction_status" IS 'Correction status. Whether a correction or retraction is known. Vocabulary: correction_statuses.';
COMMENT ON COLUMN "sources"."checked_on" IS 'Checked on. The day on which its correction status was checked.';
COMMENT ON COLUMN "sources"."accessed_at" IS 'Accessed at. Where it was read, if that was a copy: a mirror or a server for tests. The address is the original''s.';

CREATE TABLE "studies" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "label" VARCHAR,
  "registration_id" VARCHAR,
  "doi" VARCHAR,
  "pmid" VARCHAR,
  "year" BIGINT,
  "design" VARCHAR,
  "randomised" BOOLEAN,
  "masking" VARCHAR,
  "phase" VARCHAR,
  "part_of" VARCHAR,
  "part_relation" VARCHAR,
  "population_id" VARCHAR,
  "prior_failures_min" BIGINT,
  "prior_failures_window" VARCHAR,
  "entry_instrument_id" VARCHAR,
  "entry_score_min" DOUBLE,
  "age_min" BIGINT,
  "age_max" BIGINT,
  "setting" VARCHAR,
  "n_randomised" BIGINT,
  "publication" VARCHAR,
  "rob_randomisation" VARCHAR,
  "rob_deviations" VARCHAR,
  "rob_missing" VARCHAR,
  "rob_measurement" VARCHAR,
  "rob_selection" VARCHAR,
  "rob_overall" VARCHAR,
  "source_id" VARCHAR
);
COMMENT ON TABLE "studies" IS 'A trial: who was eligible, and how it was run.';
COMMENT ON COLUMN "studies"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "studies"."study_id" IS 'Study. The trial''s name in this package.';
COMMENT ON COLUMN "studies"."label" IS 'Label. How the trial is cited: a first author and a year, or an acronym.';
COMMENT ON COLUMN "studies"."registration_id" IS 'Registration. Trial registration number, such as NCT02417064.';
COMMENT ON COLUMN "studies"."doi" IS 'DOI. Digital object identifier of the main report, without a resolver''s address.';
COMMENT ON COLUMN "studies"."pmid" IS 'PubMed identifier. Of the main report; digits only.';
COMMENT ON COLUMN "studies"."year" IS 'Year. Year of the main report. Unit: year.';
COMMENT ON COLUMN "studies"."design" IS 'Design. How participants were allocated to arms over time. Vocabulary: designs.';
COMMENT ON COLUMN "studies"."randomised" IS 'Randomised. Whether allocation was random; empty means unstated.';
COMMENT ON COLUMN "studies"."masking" IS 'Masking. Who did not know the allocation. Vocabulary: maskings.';
COMMENT ON COLUMN "studies"."phase" IS 'Phase. What the treatment was for at this stage of the illness. Vocabulary: phases.';
COMMENT ON COLUMN "studies"."part_of" IS 'Part of. The study of this package of which this one is a part, by its `study_id`.';
COMMENT ON COLUMN "studies"."part_relation" IS 'Relation to the whole. What kind of part it is; empty for a whole study. Vocabulary: part_relations.';
COMMENT ON COLUMN "studies"."population_id" IS 'Population. Who was eligible for the trial. Vocabulary: populations.';
COMMENT ON COLUMN "studies"."prior_failures_min" IS 'Prior failures, at least. Fewest failed adequate treatments that entry required. Unit: treatments.';
COMMENT ON COLUMN "studies"."prior_failures_window" IS 'Window of prior failures. The time over which failures counted. Vocabulary: failure_windows.';
COMMENT ON COLUMN "studies"."entry_instrument_id" IS 'Entry instrument. The scale that the entry score is on. Vocabulary: instruments.';
COMMENT ON COLUMN "studies"."entry_score_min" IS 'Entry score, at least. Lowest score on the entry instrument that entry required. Unit: score.';
COMMENT ON COLUMN "studies"."age_min" IS 'Age, at least. Lowest age that was eligible. Unit: years.';
COMMENT ON COLUMN "studies"."age_max" IS 'Age, at most. Highest age that was eligible; empty if there was no limit. Unit: years.';
COMMENT ON COLUMN "studies"."setting" IS 'Setting. Where participants were treated. Vocabulary: settings.';
COMMENT ON COLUMN "studies"."n_randomised" IS 'Randomised. Participants randomised, all arms together. Unit: participants.';
COMMENT ON COLUMN "studies"."publication" IS 'Publication. Whether the results were published. Vocabulary: publications.';
COMMENT ON COLUMN "studies"."rob_randomisation" IS 'Bias: randomisation. Of the randomisation process. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."rob_deviations" IS 'Bias: deviations. Of deviations from the intended interventions. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."rob_missing" IS 'Bias: missing data. Of missing outcome data. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."rob_measurement" IS 'Bias: measurement. Of measurement of the outcome. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."rob_selection" IS 'Bias: selection. Of selection of the reported result. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."rob_overall" IS 'Bias: overall. Overall, as the source judges it. Vocabulary: rob_judgements.';
COMMENT ON COLUMN "studies"."source_id" IS 'Source. The document that this row was taken from.';

CREATE TABLE "arms" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "label" VARCHAR,
  "treatment_id" VARCHAR,
  "role" VARCHAR,
  "route" VARCHAR,
  "dose" DOUBLE,
  "dose_max" DOUBLE,
  "dose_unit" VARCHAR,
  "schedule" VARCHAR,
  "sessions" BIGINT,
  "background_id" VARCHAR,
  "background" VARCHAR,
  "includes" VARCHAR,
  "n_randomised" BIGINT,
  "n_treated" BIGINT,
  "n_completed" BIGINT,
  "source_id" VARCHAR
);
COMMENT ON TABLE "arms" IS 'An arm of a trial: what its participants were given, and how many there were.';
COMMENT ON COLUMN "arms"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "arms"."study_id" IS 'Study. The trial that the arm belongs to.';
COMMENT ON COLUMN "arms"."arm_id" IS 'Arm. The arm''s name within its trial.';
COMMENT ON COLUMN "arms"."label" IS 'Label. What the source calls the arm.';
COMMENT ON COLUMN "arms"."treatment_id" IS 'Treatment. What was tested in this arm. Vocabulary: treatments.';
COMMENT ON COLUMN "arms"."role" IS 'Role. What the arm is for in the trial''s comparison. Vocabulary: arm_roles.';
COMMENT ON COLUMN "arms"."route" IS 'Route. How the treatment was given. Vocabulary: routes.';
COMMENT ON COLUMN "arms"."dose" IS 'Dose. Dose of one administration; the lowest if it was flexible. Unit: dose_unit.';
COMMENT ON COLUMN "arms"."dose_max" IS 'Dose, at most. Highest dose, if it was flexible. Unit: dose_unit.';
COMMENT ON COLUMN "arms"."dose_unit" IS 'Dose unit. Unit of the dose. Vocabulary: dose_units.';
COMMENT ON COLUMN "arms"."schedule" IS 'Schedule. How often the treatment was given.';
COMMENT ON COLUMN "arms"."sessions" IS 'Sessions. Number of administrations planned, if stated. Unit: sessions.';
COMMENT ON COLUMN "arms"."background_id" IS 'Background, as a term. What every participant of the arm was also given, as a term of the registry. Vocabulary: backgrounds.';
COMMENT ON COLUMN "arms"."background" IS 'Background. What every participant of the arm was also given, in the source''s words.';
COMMENT ON COLUMN "arms"."includes" IS 'Includes. Other arms of the study whose participants this group contains, by `arm_id`, separated by semicolons.';
COMMENT ON COLUMN "arms"."n_randomised" IS 'Randomised. Participants randomised to the arm. Unit: participants.';
COMMENT ON COLUMN "arms"."n_treated" IS 'Treated. Participants who received at least one dose. Unit: participants.';
COMMENT ON COLUMN "arms"."n_completed" IS 'Completed. Participants who completed the treatment period. Unit: participants.';
COMMENT ON COLUMN "arms"."source_id" IS 'Source. The document that this row was taken from.';

CREATE TABLE "outcomes" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "definition_id" VARCHAR,
  "timepoint_days" DOUBLE,
  "timepoint_anchor" VARCHAR,
  "analysis_set" VARCHAR,
  "missing_data" VARCHAR,
  "n_analysed" BIGINT,
  "events" BIGINT,
  "percent_reported" VARCHAR,
  "value_origin" VARCHAR,
  "source_id" VARCHAR,
  "source_locator" VARCHAR,
  "extractions" BIGINT
);
COMMENT ON TABLE "outcomes" IS 'A count of participants in one arm who met one definition at one time, out of one set of them.';
COMMENT ON COLUMN "outcomes"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "outcomes"."study_id" IS 'Study. The trial.';
COMMENT ON COLUMN "outcomes"."arm_id" IS 'Arm. The arm.';
COMMENT ON COLUMN "outcomes"."definition_id" IS 'Definition. What a participant had to meet. Vocabulary: definitions.';
COMMENT ON COLUMN "outcomes"."timepoint_days" IS 'Time point. Days from the anchor; empty means unstated. Unit: days.';
COMMENT ON COLUMN "outcomes"."timepoint_anchor" IS 'Anchor. What the days are counted from. Vocabulary: timepoint_anchors.';
COMMENT ON COLUMN "outcomes"."analysis_set" IS 'Analysis set. Who is in the denominator. Vocabulary: analysis_sets.';
COMMENT ON COLUMN "outcomes"."missing_data" IS 'Missing data. How participants not observed were counted. Vocabulary: missing_data.';
COMMENT ON COLUMN "outcomes"."n_analysed" IS 'Analysed. The denominator. Unit: participants.';
COMMENT ON COLUMN "outcomes"."events" IS 'Events. Participants who met the definition. Unit: participants.';
COMMENT ON COLUMN "outcomes"."percent_reported" IS 'Percentage as printed. Digit for digit, so that `60.0` stays `60.0`. Unit: %.';
COMMENT ON COLUMN "outcomes"."value_origin" IS 'Origin of the value. How the count was obtained. Vocabulary: value_origins.';
COMMENT ON COLUMN "outcomes"."source_id" IS 'Source. The document with the figure.';
COMMENT ON COLUMN "outcomes"."source_locator" IS 'Place in the source. Table, figure or page.';
COMMENT ON COLUMN "outcomes"."extractions" IS 'Extractions. How many people extracted the figure independently. Unit: people.';

CREATE TABLE "scores" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "instrument_id" VARCHAR,
  "timepoint_days" DOUBLE,
  "statistic" VARCHAR,
  "timepoint_anchor" VARCHAR,
  "analysis_set" VARCHAR,
  "missing_data" VARCHAR,
  "estimate" VARCHAR,
  "n" BIGINT,
  "mean" DOUBLE,
  "sd" DOUBLE,
  "mean_reported" VARCHAR,
  "sd_reported" VARCHAR,
  "value_origin" VARCHAR,
  "source_id" VARCHAR,
  "source_locator" VARCHAR,
  "extractions" BIGINT
);
COMMENT ON TABLE "scores" IS 'A mean on a scale in one arm at one time.';
COMMENT ON COLUMN "scores"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "scores"."study_id" IS 'Study. The trial.';
COMMENT ON COLUMN "scores"."arm_id" IS 'Arm. The arm.';
COMMENT ON COLUMN "scores"."instrument_id" IS 'Instrument. The scale, with its version. Vocabulary: instruments.';
COMMENT ON COLUMN "scores"."timepoint_days" IS 'Time point. Days from the anchor; empty means unstated. Unit: days.';
COMMENT ON COLUMN "scores"."statistic" IS 'Statistic. A mean before, after, or of the change. Vocabulary: statistics.';
COMMENT ON COLUMN "scores"."timepoint_anchor" IS 'Anchor. What the days are counted from. Vocabulary: timepoint_anchors.';
COMMENT ON COLUMN "scores"."analysis_set" IS 'Analysis set. Who the mean is of. Vocabulary: analysis_sets.';
COMMENT ON COLUMN "scores"."missing_data" IS 'Missing data. How participants not observed were counted. Vocabulary: missing_data.';
COMMENT ON COLUMN "scores"."estimate" IS 'Estimate. Whether the mean is of the scores or of a model. Vocabulary: estimates.';
COMMENT ON COLUMN "scores"."n" IS 'Participants. Participants whose scores the mean is of. Unit: participants.';
COMMENT ON COLUMN "scores"."mean" IS 'Mean. The mean; a change is after minus before. Unit: score.';
COMMENT ON COLUMN "scores"."sd" IS 'Standard deviation. Of the scores, not of the mean. Unit: score.';
COMMENT ON COLUMN "scores"."mean_reported" IS 'Mean as printed. Digit for digit. Unit: score.';
COMMENT ON COLUMN "scores"."sd_reported" IS 'Standard deviation as printed. Digit for digit. Unit: score.';
COMMENT ON COLUMN "scores"."value_origin" IS 'Origin of the value. How the mean was obtained. Vocabulary: value_origins.';
COMMENT ON COLUMN "scores"."source_id" IS 'Source. The document with the figure.';
COMMENT ON COLUMN "scores"."source_locator" IS 'Place in the source. Table, figure or page.';
COMMENT ON COLUMN "scores"."extractions" IS 'Extractions. How many people extracted the figure independently. Unit: people.';

CREATE TABLE "contrasts" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "other_arm_id" VARCHAR,
  "definition_id" VARCHAR,
  "instrument_id" VARCHAR,
  "timepoint_days" DOUBLE,
  "timepoint_anchor" VARCHAR,
  "analysis_set" VARCHAR,
  "missing_data" VARCHAR,
  "measure" VARCHAR,
  "adjusted" BOOLEAN,
  "value" DOUBLE,
  "se" DOUBLE,
  "low" DOUBLE,
  "high" DOUBLE,
  "level" DOUBLE,
  "p" DOUBLE,
  "value_reported" VARCHAR,
  "se_reported" VARCHAR,
  "low_reported" VARCHAR,
  "high_reported" VARCHAR,
  "p_reported" VARCHAR,
  "value_origin" VARCHAR,
  "source_id" VARCHAR,
  "source_locator" VARCHAR,
  "extractions" BIGINT
);
COMMENT ON TABLE "contrasts" IS 'An effect that a source prints in place of the arms'' own figures, or with them: one arm of a trial compared with another.';
COMMENT ON COLUMN "contrasts"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "contrasts"."study_id" IS 'Study. The trial.';
COMMENT ON COLUMN "contrasts"."arm_id" IS 'Arm. The arm that the effect is of.';
COMMENT ON COLUMN "contrasts"."other_arm_id" IS 'Other arm. The arm that it is compared with, of the same study.';
COMMENT ON COLUMN "contrasts"."definition_id" IS 'Definition. What was counted, if the effect is of counts. Vocabulary: definitions.';
COMMENT ON COLUMN "contrasts"."instrument_id" IS 'Instrument. The scale, if the effect is of means. Vocabulary: instruments.';
COMMENT ON COLUMN "contrasts"."timepoint_days" IS 'Time point. Days from the anchor; empty means unstated. Unit: days.';
COMMENT ON COLUMN "contrasts"."timepoint_anchor" IS 'Anchor. What the days are counted from. Vocabulary: timepoint_anchors.';
COMMENT ON COLUMN "contrasts"."analysis_set" IS 'Analysis set. Who was analysed. Vocabulary: analysis_sets.';
COMMENT ON COLUMN "contrasts"."missing_data" IS 'Missing data. How participants not observed were counted. Vocabulary: missing_data.';
COMMENT ON COLUMN "contrasts"."measure" IS 'Measure. What compares the two arms. Vocabulary: effect_measures.';
COMMENT ON COLUMN "contrasts"."adjusted" IS 'Adjusted. Whether the effect is from a model with covariates; empty means unstated.';
COMMENT ON COLUMN "contrasts"."value" IS 'Value. The effect: of the arm divided by the other one, or minus it. A risk difference is a share, from -1 to 1. Unit: effect.';
COMMENT ON COLUMN "contrasts"."se" IS 'Standard error. Of the value; of a ratio, of its logarithm. Unit: effect.';
COMMENT ON COLUMN "contrasts"."low" IS 'Lower limit. Of the interval. Unit: effect.';
COMMENT ON COLUMN "contrasts"."high" IS 'Upper limit. Of the interval. Unit: effect.';
COMMENT ON COLUMN "contrasts"."level" IS 'Level. The interval''s confidence level. Unit: %.';
COMMENT ON COLUMN "contrasts"."p" IS 'p value. Two-sided; if only a bound is printed, that bound. Unit: probability.';
COMMENT ON COLUMN "contrasts"."value_reported" IS 'Value as printed. Digit for digit; a risk difference may be in per cent. Unit: effect.';
COMMENT ON COLUMN "contrasts"."se_reported" IS 'Standard error as printed. Digit for digit. Unit: effect.';
COMMENT ON COLUMN "contrasts"."low_reported" IS 'Lower limit as printed. Digit for digit. Unit: effect.';
COMMENT ON COLUMN "contrasts"."high_reported" IS 'Upper limit as printed. Digit for digit. Unit: effect.';
COMMENT ON COLUMN "contrasts"."p_reported" IS 'p value as printed. Digit for digit, with its sign, such as `<0.001`.';
COMMENT ON COLUMN "contrasts"."value_origin" IS 'Origin of the value. How the figure was obtained. Vocabulary: value_origins.';
COMMENT ON COLUMN "contrasts"."source_id" IS 'Source. The document with the figure.';
COMMENT ON COLUMN "contrasts"."source_locator" IS 'Place in the source. Table, figure or page.';
COMMENT ON COLUMN "contrasts"."extractions" IS 'Extractions. How many people extracted the figure independently. Unit: people.';

CREATE TABLE "harms" (
  "package" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "term" VARCHAR,
  "serious" BOOLEAN,
  "n_at_risk" BIGINT,
  "events" BIGINT,
  "percent_reported" VARCHAR,
  "value_origin" VARCHAR,
  "source_id" VARCHAR,
  "source_locator" VARCHAR,
  "extractions" BIGINT
);
COMMENT ON TABLE "harms" IS 'A count of participants of one arm who had an adverse event.';
COMMENT ON COLUMN "harms"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "harms"."study_id" IS 'Study. The trial.';
COMMENT ON COLUMN "harms"."arm_id" IS 'Arm. The arm.';
COMMENT ON COLUMN "harms"."term" IS 'Term. The event, in the source''s term.';
COMMENT ON COLUMN "harms"."serious" IS 'Serious. Whether only serious events count. Where it is false, others do: with the serious ones, or without them, as in a trial registry''s list of other events. Empty means unstated.';
COMMENT ON COLUMN "harms"."n_at_risk" IS 'At risk. Participants in the safety population. Unit: participants.';
COMMENT ON COLUMN "harms"."events" IS 'Events. Participants with the event, each once. Unit: participants.';
COMMENT ON COLUMN "harms"."percent_reported" IS 'Percentage as printed. Digit for digit. Unit: %.';
COMMENT ON COLUMN "harms"."value_origin" IS 'Origin of the value. How the count was obtained. Vocabulary: value_origins.';
COMMENT ON COLUMN "harms"."source_id" IS 'Source. The document with the figure.';
COMMENT ON COLUMN "harms"."source_locator" IS 'Place in the source. Table, figure or page.';
COMMENT ON COLUMN "harms"."extractions" IS 'Extractions. How many people extracted the figure independently. Unit: people.';

CREATE TABLE "participants" (
  "package" VARCHAR,
  "participant_id" VARCHAR,
  "study_id" VARCHAR,
  "arm_id" VARCHAR,
  "age" BIGINT,
  "sex" VARCHAR,
  "baseline_instrument_id" VARCHAR,
  "baseline_total" DOUBLE,
  "source_id" VARCHAR
);
COMMENT ON TABLE "participants" IS 'A participant, under a pseudonym, where a licence allows it.';
COMMENT ON COLUMN "participants"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "participants"."participant_id" IS 'Participant. A pseudonym; never a name, number or date of the person.';
COMMENT ON COLUMN "participants"."study_id" IS 'Study. The trial.';
COMMENT ON COLUMN "participants"."arm_id" IS 'Arm. The arm the participant was randomised to.';
COMMENT ON COLUMN "participants"."age" IS 'Age. Age at entry; above 89 it identifies a person and is left empty. Unit: years.';
COMMENT ON COLUMN "participants"."sex" IS 'Sex. As recorded by the trial. Vocabulary: sexes.';
COMMENT ON COLUMN "participants"."baseline_instrument_id" IS 'Baseline instrument. The scale of the baseline score. Vocabulary: instruments.';
COMMENT ON COLUMN "participants"."baseline_total" IS 'Baseline score. Total before treatment. Unit: score.';
COMMENT ON COLUMN "participants"."source_id" IS 'Source. The document that the row was taken from.';

CREATE TABLE "visits" (
  "package" VARCHAR,
  "participant_id" VARCHAR,
  "visit_day" DOUBLE,
  "instrument_id" VARCHAR,
  "total" DOUBLE,
  "response_stated" BOOLEAN,
  "remission_stated" BOOLEAN,
  "remission_definition_id" VARCHAR
);
COMMENT ON TABLE "visits" IS 'A participant''s total on a scale at a visit.';
COMMENT ON COLUMN "visits"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "visits"."participant_id" IS 'Participant. The participant.';
COMMENT ON COLUMN "visits"."visit_day" IS 'Visit day. Days from the baseline visit, which is day 0. Unit: days.';
COMMENT ON COLUMN "visits"."instrument_id" IS 'Instrument. The scale, with its version. Vocabulary: instruments.';
COMMENT ON COLUMN "visits"."total" IS 'Total. The total; empty if it was not recorded. Unit: score.';
COMMENT ON COLUMN "visits"."response_stated" IS 'Response as stated. Whether the source calls the participant a responder here.';
COMMENT ON COLUMN "visits"."remission_stated" IS 'Remission as stated. Whether the source calls the participant a remitter here.';
COMMENT ON COLUMN "visits"."remission_definition_id" IS 'Definition of the stated remission. The definition of remission that the source uses. Vocabulary: definitions.';

CREATE TABLE "profiles" (
  "package" VARCHAR,
  "treatment_id" VARCHAR,
  "attribute" VARCHAR,
  "source_id" VARCHAR,
  "text" VARCHAR,
  "source_locator" VARCHAR,
  "value_low" DOUBLE,
  "value_high" DOUBLE,
  "value_bound" VARCHAR,
  "unit" VARCHAR
);
COMMENT ON TABLE "profiles" IS 'A sourced statement about a treatment or a class of treatments.';
COMMENT ON COLUMN "profiles"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "profiles"."treatment_id" IS 'Treatment or class. What the statement is about. Vocabulary: subjects.';
COMMENT ON COLUMN "profiles"."attribute" IS 'Attribute. The respect in which it describes the treatment. Vocabulary: profile_attributes.';
COMMENT ON COLUMN "profiles"."source_id" IS 'Source. The document with the statement.';
COMMENT ON COLUMN "profiles"."text" IS 'Statement. In our words.';
COMMENT ON COLUMN "profiles"."source_locator" IS 'Place in the source. Table, figure or page.';
COMMENT ON COLUMN "profiles"."value_low" IS 'Value, low. The figure in the statement, or the lower end of its range. Unit: unit.';
COMMENT ON COLUMN "profiles"."value_high" IS 'Value, high. The upper end of the range; empty for a single figure. Unit: unit.';
COMMENT ON COLUMN "profiles"."value_bound" IS 'Bound. Whether the figure is exact, approximate or a bound. Vocabulary: value_bounds.';
COMMENT ON COLUMN "profiles"."unit" IS 'Unit. Unit of the figure, in the words that a claim would use.';

CREATE TABLE "claims" (
  "package" VARCHAR,
  "claim_id" VARCHAR,
  "statement" VARCHAR,
  "source_id" VARCHAR,
  "locator" VARCHAR,
  "subject" VARCHAR,
  "attribute" VARCHAR,
  "value_low" DOUBLE,
  "value_high" DOUBLE,
  "value_bound" VARCHAR,
  "unit" VARCHAR,
  "population_id" VARCHAR,
  "definition_id" VARCHAR,
  "timepoint_days" DOUBLE,
  "timepoint_anchor" VARCHAR,
  "n_analysed" BIGINT,
  "comparator" VARCHAR,
  "comparator_population_id" VARCHAR,
  "relation" VARCHAR,
  "related_claim_id" VARCHAR
);
COMMENT ON TABLE "claims" IS 'A published claim, to be checked.';
COMMENT ON COLUMN "claims"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "claims"."claim_id" IS 'Claim. The claim''s name in this package.';
COMMENT ON COLUMN "claims"."statement" IS 'Statement. What is claimed, in our words.';
COMMENT ON COLUMN "claims"."source_id" IS 'Source. Where it was published.';
COMMENT ON COLUMN "claims"."locator" IS 'Place in the source. Section, table or page.';
COMMENT ON COLUMN "claims"."subject" IS 'Subject. The treatment or class that the claim is about. Vocabulary: subjects.';
COMMENT ON COLUMN "claims"."attribute" IS 'Attribute. What is claimed of the subject. Vocabulary: claim_attributes.';
COMMENT ON COLUMN "claims"."value_low" IS 'Value, low. The value, or the lower end of its range. Unit: unit.';
COMMENT ON COLUMN "claims"."value_high" IS 'Value, high. The upper end of the range; empty for a single value. Unit: unit.';
COMMENT ON COLUMN "claims"."value_bound" IS 'Bound. Whether the value is exact, approximate or a bound. Vocabulary: value_bounds.';
COMMENT ON COLUMN "claims"."unit" IS 'Unit. Unit of the value. Without a value, its order: `hours` for `within hours`.';
COMMENT ON COLUMN "claims"."population_id" IS 'Population. The people that the claim is about. Vocabulary: populations.';
COMMENT ON COLUMN "claims"."definition_id" IS 'Definition. What the claimed rate is a rate of; empty if the claim isn''t about a rate. Vocabulary: definitions.';
COMMENT ON COLUMN "claims"."timepoint_days" IS 'Time point. Days of treatment; empty means unstated. Unit: days.';
COMMENT ON COLUMN "claims"."timepoint_anchor" IS 'Anchor. What the time point is counted from. `study-exit` needs no days: each participant''s last visit. Vocabulary: timepoint_anchors.';
COMMENT ON COLUMN "claims"."n_analysed" IS 'Analysed. Participants behind the value, as the source states them. Unit: participants.';
COMMENT ON COLUMN "claims"."comparator" IS 'Comparator. What the subject is compared with. Vocabulary: subjects.';
COMMENT ON COLUMN "claims"."comparator_population_id" IS 'Comparator''s population. The people that the comparator''s value is about. Vocabulary: populations.';
COMMENT ON COLUMN "claims"."relation" IS 'Relation. How the claim is related to another one. Vocabulary: claim_relations.';
COMMENT ON COLUMN "claims"."related_claim_id" IS 'Related claim. That other claim, in the same package.';

CREATE TABLE "terms" (
  "package" VARCHAR,
  "vocabulary" VARCHAR,
  "id" VARCHAR,
  "label" VARCHAR,
  "outcome" VARCHAR,
  "instrument_id" VARCHAR,
  "comparator" VARCHAR,
  "threshold" DOUBLE,
  "threshold_upper" DOUBLE,
  "percent_comparator" VARCHAR,
  "percent_reduction" DOUBLE,
  "combine" VARCHAR,
  "ascertainment" VARCHAR,
  "visits" BIGINT,
  "days" DOUBLE,
  "items" BIGINT,
  "minimum" DOUBLE,
  "maximum" DOUBLE,
  "whole_numbers" BOOLEAN,
  "direction" VARCHAR,
  "rater" VARCHAR,
  "percentages" BOOLEAN,
  "class_id" VARCHAR,
  "routes" VARCHAR,
  "parent_id" VARCHAR,
  "prior_failures_min" BIGINT,
  "prior_failures_window" VARCHAR,
  "prior_failures_max" BIGINT,
  "failure_improvement_below" DOUBLE,
  "failure_prospective" BOOLEAN,
  "psychotic_allowed" BOOLEAN,
  "bipolar_allowed" BOOLEAN,
  "age_min" BIGINT,
  "age_max" BIGINT,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE "terms" IS 'A term that the package proposes to a vocabulary, and uses until it is adopted.';
COMMENT ON COLUMN "terms"."package" IS 'The data package of the row.';
COMMENT ON COLUMN "terms"."vocabulary" IS 'Vocabulary. The vocabulary: definitions, instruments, populations, treatments.';
COMMENT ON COLUMN "terms"."id" IS 'Proposed term. The term, as the package''s cells have it; it begins with `x.`.';
COMMENT ON COLUMN "terms"."label" IS 'Label. The term in words.';
COMMENT ON COLUMN "terms"."outcome" IS 'Outcome. Of a definition: the word for the outcome. Vocabulary: outcome_words.';
COMMENT ON COLUMN "terms"."instrument_id" IS 'Instrument. Of a definition: the scale. Vocabulary: instruments.';
COMMENT ON COLUMN "terms"."comparator" IS 'Comparator. Of a definition: the sign of the score rule, `<=`, `<`, `=`, `>=` or `>`.';
COMMENT ON COLUMN "terms"."threshold" IS 'Threshold. Of a definition: the score of the score rule. Unit: points.';
COMMENT ON COLUMN "terms"."threshold_upper" IS 'Threshold, at most. Of a definition: the highest score of the score rule, where the source leaves it between this and `threshold`. Unit: points.';
COMMENT ON COLUMN "terms"."percent_comparator" IS 'Percent comparator. Of a definition: the sign of the reduction rule, `>=` or `>`.';
COMMENT ON COLUMN "terms"."percent_reduction" IS 'Percent reduction. Of a definition: the percentage of the reduction rule. Unit: %.';
COMMENT ON COLUMN "terms"."combine" IS 'Combination. Of a definition with both rules: `and` or `or`.';
COMMENT ON COLUMN "terms"."ascertainment" IS 'Ascertainment. Of a definition: `point`, `any-visit`, `sustained` or `unstated`.';
COMMENT ON COLUMN "terms"."visits" IS 'Visits. Of a definition: visits over which it must hold. Unit: visits.';
COMMENT ON COLUMN "terms"."days" IS 'Days. Of a definition: days over which it must hold. Unit: days.';
COMMENT ON COLUMN "terms"."items" IS 'Items. Of an instrument: how many items are scored. Unit: items.';
COMMENT ON COLUMN "terms"."minimum" IS 'Minimum. Of an instrument: the lowest total. Unit: points.';
COMMENT ON COLUMN "terms"."maximum" IS 'Maximum. Of an instrument: the highest total; the widest where authorities differ. Unit: points.';
COMMENT ON COLUMN "terms"."whole_numbers" IS 'Whole numbers. Of an instrument: whether totals are whole numbers.';
COMMENT ON COLUMN "terms"."direction" IS 'Direction. Of an instrument: `higher-is-worse`, `higher-is-better` or `unstated`.';
COMMENT ON COLUMN "terms"."rater" IS 'Rater. Of an instrument: who rates, `clinician`, `self` or `unstated`.';
COMMENT ON COLUMN "terms"."percentages" IS 'Percentages. Of an instrument: whether a percentage of the baseline total means anything.';
COMMENT ON COLUMN "terms"."class_id" IS 'Class. Of a treatment: the class it belongs to. Vocabulary: treatment_classes.';
COMMENT ON COLUMN "terms"."routes" IS 'Routes. Of a treatment: the routes it has, separated by semicolons; empty means any.';
COMMENT ON COLUMN "terms"."parent_id" IS 'Wider population. Of a population: the wider one. Vocabulary: populations.';
COMMENT ON COLUMN "terms"."prior_failures_min" IS 'Failures, at least. Of a population: fewest failed treatments. Unit: treatments.';
COMMENT ON COLUMN "terms"."prior_failures_window" IS 'Failures counted over. Of a population: the time over which failures count. Vocabulary: failure_windows.';
COMMENT ON COLUMN "terms"."prior_failures_max" IS 'Failures, at most. Of a population: most failed treatments. Unit: treatments.';
COMMENT ON COLUMN "terms"."failure_improvement_below" IS 'Failure, improvement below. Of a population: improvement below which a treatment counts as failed. Unit: %.';
COMMENT ON COLUMN "terms"."failure_prospective" IS 'Failure observed. Of a population: whether the trial itself observed one failure.';
COMMENT ON COLUMN "terms"."psychotic_allowed" IS 'Psychosis. Of a population: whether people with psychotic features were eligible.';
COMMENT ON COLUMN "terms"."bipolar_allowed" IS 'Bipolar disorder. Of a population: whether people with bipolar disorder were eligible.';
COMMENT ON COLUMN "terms"."age_min" IS 'Age, at least. Of a population: the lowest age. Unit: years.';
COMMENT ON COLUMN "terms"."age_max" IS 'Age, at most. Of a population: the highest age. Unit: years.';
COMMENT ON COLUMN "terms"."description" IS 'Description. What the term means.';
COMMENT ON COLUMN "terms"."source" IS 'Source. Where the meaning was read: a DOI, a PMID, a registration or a page.';
