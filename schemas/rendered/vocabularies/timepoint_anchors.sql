CREATE TABLE vocabulary.timepoint_anchors (
  "term" VARCHAR,
  "label" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.timepoint_anchors IS 'Vocabulary: What days are counted from.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."source" IS 'The source of the meaning.';
