-- What the comparison with KMS's own record must still look at: rows of the trail and of the log that no plain pair explains.
-- Trino's SQL, which DuckDB runs as well with three macros. Words in double braces are replaced by names of the stack and codes of the pack.
-- Parameters, in order: first and last millisecond + 1 of what is read; tolerance in milliseconds; roles that may unwrap, each
-- between spaces; first and last day of the trail's files; first and last hour of claims.
WITH span AS (
  SELECT CAST(? AS bigint) AS lo, CAST(? AS bigint) AS hi, CAST(? AS bigint) AS tolerance, CAST(? AS varchar) AS roles
),
-- The classes that purposes and programmes may open.
opens (word, code, class) AS (VALUES {{opens}}),
calls AS (
  SELECT
    coalesce(sharedeventid, eventid) AS id,
    eventid,
    CAST(to_unixtime(TRY(from_iso8601_timestamp(eventtime))) * 1000 AS bigint) AS ms,
    coalesce(regexp_replace(useridentity.arn, '^.*:(assumed-role|user|role)/', ''), 'unknown') AS principal,
    json_extract_scalar(requestparameters, '$.encryptionContext.keyId') AS key_id,
    json_extract_scalar(requestparameters, '$.encryptionContext.subject') AS subject,
    json_extract_scalar(requestparameters, '$.encryptionContext.class') AS class
  FROM {{trail}}
  WHERE day BETWEEN ? AND ?
    AND eventname = 'Decrypt' AND eventsource = 'kms.amazonaws.com' AND errorcode IS NULL
),
-- CloudTrail may deliver a record more than once. Only sessions of a release have an @.
unwraps AS (
  SELECT DISTINCT id, ms, principal, key_id, subject, class,
    CASE WHEN strpos(principal, '@') > 0 THEN substr(principal, strpos(principal, '/') + 1) ELSE '' END AS part
  FROM calls CROSS JOIN span
  WHERE ms >= lo AND ms < hi AND length(eventid) BETWEEN 1 AND 256 AND length(key_id) BETWEEN 1 AND 256
    AND length(subject) BETWEEN 1 AND 256 AND length(class) BETWEEN 1 AND 256
),
logged AS (
  SELECT DISTINCT entry, kind, ms, keys, agency, purpose, programme, code, subject, logid, unopened, completes,
    coalesce(erased, false) AS erased,
    regexp_replace(entry, '-[^-]*$', '') AS item,
    CASE WHEN purpose IS NOT NULL AND programme IS NULL AND coalesce(code, '') <> 'STORY_TEXT'
      THEN substr(purpose || '@' || coalesce(agency, 'undefined'), 1, 64) ELSE '' END AS part
  FROM {{claims}} CROSS JOIN span
  WHERE hour BETWEEN ? AND ? AND ms >= lo AND ms < hi
),
unopened AS (
  SELECT DISTINCT regexp_replace(unopened, '-[^-]*$', '') AS item FROM logged WHERE unopened IS NOT NULL
),
-- An entry that also names keys that were made, or that KMS refused to open, lacks no unwrap.
held AS (
  SELECT l.*, k.key_id,
    CASE WHEN kind IN ('maintenance', 'merge', 'erasure') OR u.item IS NOT NULL THEN 1 ELSE 0 END AS made
  FROM logged l CROSS JOIN UNNEST(keys) AS k (key_id) LEFT JOIN unopened u ON u.item = l.item
),
events AS (
  SELECT 'trail' AS side, id, ms, key_id, part, 0 AS made,
    CASE WHEN strpos(roles, ' ' || split_part(principal, '/', 1) || ' ') = 0
      OR count(*) OVER (PARTITION BY id) > 1 THEN 1 ELSE 0 END AS odd,
    principal, subject, class, CAST(NULL AS varchar) AS kind, CAST(NULL AS varchar) AS agency,
    CAST(NULL AS varchar) AS purpose, CAST(NULL AS varchar) AS programme, CAST(NULL AS varchar) AS code,
    CAST(NULL AS varchar) AS logid, false AS erased, CAST(NULL AS varchar) AS unopened,
    CAST(NULL AS varchar) AS completes
  FROM unwraps CROSS JOIN span
  UNION ALL
  SELECT 'log', entry, ms, key_id, part, made, 0, NULL, subject, NULL, kind, agency, purpose, programme, code, logid,
    erased, unopened, completes
  FROM held
),
-- Between two islands of a key lies more than the tolerance, so no row of one can explain a row of the other.
starts AS (
  SELECT *, CASE WHEN ms - lag(ms) OVER (PARTITION BY key_id ORDER BY ms) > (SELECT tolerance FROM span)
    THEN 1 ELSE 0 END AS begins
  FROM events
),
islands AS (SELECT *, sum(begins) OVER (PARTITION BY key_id ORDER BY ms) AS island FROM starts),
ranked AS (
  SELECT *,
    row_number() OVER (PARTITION BY key_id, island, part, side ORDER BY made, ms, id) AS nth,
    min(CASE WHEN side = 'trail' THEN class END) OVER (PARTITION BY key_id, island) AS least_class,
    max(CASE WHEN side = 'trail' THEN class END) OVER (PARTITION BY key_id, island) AS most_class,
    min(CASE WHEN side = 'trail' THEN subject END) OVER (PARTITION BY key_id, island) AS least_subject,
    max(CASE WHEN side = 'trail' THEN subject END) OVER (PARTITION BY key_id, island) AS most_subject
  FROM islands
),
paired AS (
  SELECT *,
    count(*) OVER (PARTITION BY key_id, island, part, nth) AS sides,
    max(ms) OVER (PARTITION BY key_id, island, part, nth) - min(ms) OVER (PARTITION BY key_id, island, part, nth) AS apart
  FROM ranked
),
-- One by one, in order, each unwrap fits an entry of its session; else the whole island is kept.
judged AS (
  SELECT p.*, max(CASE
    WHEN odd = 1 THEN 1
    WHEN sides = 1 AND (side = 'trail' OR made = 0) THEN 1
    WHEN apart > (SELECT tolerance FROM span) THEN 1
    WHEN least_class <> most_class OR least_subject <> most_subject THEN 1
    WHEN side = 'log' AND most_class IS NOT NULL AND purpose IS NOT NULL AND o.class IS NULL
      AND NOT (kind = 'attempt' AND coalesce(p.code, '') = 'STORY_TEXT') THEN 1
    ELSE 0 END) OVER (PARTITION BY key_id, island) AS kept
  FROM paired p
  LEFT JOIN opens o ON o.word = CASE WHEN programme IS NULL THEN 'purpose' ELSE 'programme' END
    AND o.code = coalesce(programme, purpose) AND o.class = most_class
),
rest AS (SELECT * FROM judged WHERE kept = 1),
-- Entries without a key of their own that may still explain an unwrap.
near AS (SELECT DISTINCT ms, part, subject FROM rest WHERE side = 'trail'),
around AS (
  SELECT l.entry FROM logged l JOIN near n ON n.part = l.part CROSS JOIN span
  WHERE l.erased AND abs(n.ms - l.ms) <= tolerance
  UNION
  SELECT l.entry FROM logged l JOIN near n ON n.subject = l.subject CROSS JOIN span
  WHERE l.kind = 'attempt' AND abs(n.ms - l.ms) <= tolerance
  UNION
  -- What completes an attempt is all that it explains.
  SELECT c.entry FROM logged c JOIN logged l ON l.entry = c.completes JOIN near n ON n.subject = l.subject
  CROSS JOIN span
  WHERE l.kind = 'attempt' AND abs(n.ms - l.ms) <= tolerance
  UNION
  SELECT entry FROM logged WHERE unopened IS NOT NULL
)
SELECT side, id, ms, key_id, principal, subject, class, kind, agency, purpose, programme, code, logid,
  CASE WHEN erased THEN 'true' END AS erased, unopened, completes
FROM rest
UNION ALL
SELECT 'log', entry, ms, NULL, NULL, subject, NULL, kind, agency, purpose, programme, code, logid,
  CASE WHEN erased THEN 'true' END, unopened, completes
FROM logged WHERE entry IN (SELECT entry FROM around)
UNION ALL
-- The unwraps that are explained, but for those at the edges, which are of the spans before and after.
SELECT 'matched', NULL, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM judged CROSS JOIN span
WHERE kept = 0 AND side = 'trail' AND ms >= lo + tolerance AND ms < hi - tolerance
