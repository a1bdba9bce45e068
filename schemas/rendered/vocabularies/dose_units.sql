CREATE TABLE vocabulary.dose_units (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.dose_units IS 'Vocabulary: Units of dose.';
COMMENT ON COLUMN vocabulary.dose_units."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.dose_units."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.dose_units."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.dose_units."source" IS 'The source of the meaning.';
