CREATE TABLE vocabulary.instruments (
  "instrument_id" VARCHAR,
  "label" VARCHAR,
  "items" BIGINT,
  "minimum" DOUBLE,
  "maximum" DOUBLE,
  "whole_numbers" BOOLEAN,
  "direction" VARCHAR,
  "rater" VARCHAR,
  "percent_reduction" BOOLEAN,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.instruments IS 'Vocabulary: Rating scales, with each version separate.';
COMMENT ON COLUMN vocabulary.instruments."instrument_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.instruments."label" IS 'The scale in words.';
COMMENT ON COLUMN vocabulary.instruments."items" IS 'How many items are scored.';
COMMENT ON COLUMN vocabulary.instruments."minimum" IS 'Lowest total.';
COMMENT ON COLUMN vocabulary.instruments."maximum" IS 'Highest total; the widest where authorities differ.';
COMMENT ON COLUMN vocabulary.instruments."whole_numbers" IS 'Whether totals are whole numbers.';
COMMENT ON COLUMN vocabulary.instruments."direction" IS 'What a higher total means.';
COMMENT ON COLUMN vocabulary.instruments."rater" IS 'Who rates.';
COMMENT ON COLUMN vocabulary.instruments."percent_reduction" IS 'Whether a percentage of the baseline total means anything.';
COMMENT ON COLUMN vocabulary.instruments."description" IS 'What the scale is.';
COMMENT ON COLUMN vocabulary.instruments."source" IS 'Its source.';
