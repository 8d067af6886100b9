-- What was refused, by rule, office, purpose and day. Parameters: first and last day.
SELECT day, rule, agency, purpose, count(*) AS refused, count(DISTINCT officer) AS officers
FROM acts
WHERE day BETWEEN ? AND ? AND kind = 'decision' AND outcome = 'refused'
GROUP BY day, rule, agency, purpose
ORDER BY refused DESC, day, rule, agency, purpose
