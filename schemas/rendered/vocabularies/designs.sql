CREATE TABLE vocabulary.designs (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.designs IS 'Vocabulary: Designs of trials.';
COMMENT ON COLUMN vocabulary.designs."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.designs."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.designs."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.designs."source" IS 'The source of the meaning.';
