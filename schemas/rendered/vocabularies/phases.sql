CREATE TABLE vocabulary.phases (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.phases IS 'Vocabulary: What a treatment is for at a stage of the illness.';
COMMENT ON COLUMN vocabulary.phases."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.phases."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.phases."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.phases."source" IS 'The source of the meaning.';
