-- Decisions of a purpose that no review is about. Parameters: first and last day of the decisions, the purpose.
SELECT d.time, d.id, d.agency, d.officer, d.rule, d.outcome
FROM acts d LEFT JOIN acts r ON r.kind = 'review' AND r.about = d.id AND r.day >= d.day
WHERE d.day BETWEEN ? AND ? AND d.kind = 'decision' AND d.purpose = ? AND r.id IS NULL
ORDER BY d.leaf
