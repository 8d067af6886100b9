-- What went from whom to whom for which purpose, by day. Parameters: first and last day, such as '2026-11-01'.
SELECT day, purpose, owner, agency, outcome, count(*) AS decisions
FROM acts CROSS JOIN UNNEST(owners) AS o (owner)
WHERE day BETWEEN ? AND ? AND kind = 'decision'
GROUP BY day, purpose, owner, agency, outcome
ORDER BY day, purpose, owner, agency, outcome
