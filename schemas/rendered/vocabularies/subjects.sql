CREATE TABLE vocabulary.subjects (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.subjects IS 'Vocabulary: Treatments and classes of treatments.';
COMMENT ON COLUMN vocabulary.subjects."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.subjects."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.subjects."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.subjects."source" IS 'The source of the meaning.';
