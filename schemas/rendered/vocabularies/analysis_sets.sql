CREATE TABLE vocabulary.analysis_sets (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.analysis_sets IS 'Vocabulary: Who is in the denominator.';
COMMENT ON COLUMN vocabulary.analysis_sets."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.analysis_sets."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.analysis_sets."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.analysis_sets."source" IS 'The source of the meaning.';
