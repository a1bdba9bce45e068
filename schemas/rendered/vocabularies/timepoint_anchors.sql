CREATE TABLE vocabulary.timepoint_anchors (
  "term" VARCHAR,
  "label" VARCHAR,
  "counted_from" VARCHAR,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.timepoint_anchors IS 'Vocabulary: What days are counted from.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."label" IS 'The term in words.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."counted_from" IS 'The start of treatment, its end, or the end of the study.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."description" IS 'What it means.';
COMMENT ON COLUMN vocabulary.timepoint_anchors."source" IS 'Where the meaning was read.';
