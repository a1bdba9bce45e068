CREATE TABLE vocabulary.sexes (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.sexes IS 'Vocabulary: Sex, as recorded by a trial.';
COMMENT ON COLUMN vocabulary.sexes."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.sexes."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.sexes."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.sexes."source" IS 'The source of the meaning.';
