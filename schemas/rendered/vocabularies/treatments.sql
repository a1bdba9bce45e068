CREATE TABLE vocabulary.treatments (
  "treatment_id" VARCHAR,
  "label" VARCHAR,
  "class_id" VARCHAR,
  "routes" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.treatments IS 'Vocabulary: What was given.';
COMMENT ON COLUMN vocabulary.treatments."treatment_id" IS 'The term.';
COMMENT ON COLUMN vocabulary.treatments."label" IS 'The treatment in words.';
COMMENT ON COLUMN vocabulary.treatments."class_id" IS 'The class it belongs to.';
COMMENT ON COLUMN vocabulary.treatments."routes" IS 'The routes it has, separated by semicolons; null means any.';
COMMENT ON COLUMN vocabulary.treatments."description" IS 'What it is.';
COMMENT ON COLUMN vocabulary.treatments."source" IS 'Its source.';
