-- All that one officer did. Parameters: first and last day, the office's client id, the officer.
SELECT time, id, kind, operation, purpose, programme, outcome, rule, event, about, officerby
FROM acts
WHERE day BETWEEN ? AND ? AND agency = ? AND officer = ?
ORDER BY leaf
