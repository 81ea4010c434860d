SELECT node_id FROM system.runtime.nodes WHERE NOT coordinator AND state = 'active';
CREATE TABLE memory.default.numbers AS SELECT nonce, number FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) AS t (nonce, number);
SELECT nonce, count(*), sum(number), avg(number), max(number) FROM memory.default.numbers WHERE nonce = 'a' GROUP BY nonce ORDER BY 2;
SELECT a.nonce, b.number FROM memory.default.numbers a JOIN memory.default.numbers b ON a.nonce = b.nonce WHERE b.number > 1 LIMIT 2;
SHOW SCHEMAS FROM memory LIKE 'd%';
DROP TABLE memory.default.numbers;
