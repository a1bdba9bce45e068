CREATE TABLE vocabulary.windows (
  "term" VARCHAR,
  "label" VARCHAR,
  "from_day" DOUBLE,
  "before_day" DOUBLE,
  "nominal_day" DOUBLE,
  "description" VARCHAR,
  "source" VARCHAR
);
COMMENT ON TABLE vocabulary.windows IS 'Vocabulary: Intervals of time that visits are grouped into.';
COMMENT ON COLUMN vocabulary.windows."term" IS 'The term.';
COMMENT ON COLUMN vocabulary.windows."label" IS 'The days that the window holds.';
COMMENT ON COLUMN vocabulary.windows."from_day" IS 'The first day, which is in the window; of the first window, 0 is not.';
COMMENT ON COLUMN vocabulary.windows."before_day" IS 'The day before which the window ends; null where it doesn''t.';
COMMENT ON COLUMN vocabulary.windows."nominal_day" IS 'Of several visits in the window the one nearest to this day is taken.';
COMMENT ON COLUMN vocabulary.windows."description" IS 'What it is for.';
COMMENT ON COLUMN vocabulary.windows."source" IS 'Where that was read.';
