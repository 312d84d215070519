-- What the first list of a server of tools had, kept for good.
-- Keys, under the prefix KEYS[1]:
--   pins:SERVER:SOURCE   hash: a digest, a line break and a definition, by the names of tools
-- ARGV: the server and its source in one word; then, to record unless something is, names and texts
--   in turn. None are recorded where there are none.
-- Reply: what is recorded now, as pairs of name and text.
local pins = KEYS[1] .. 'pins:' .. ARGV[1]
if ARGV[2] and redis.call('EXISTS', pins) == 0 then
  for at = 2, #ARGV, 2 do
    redis.call('HSET', pins, ARGV[at], ARGV[at + 1])
  end
end
return redis.call('HGETALL', pins)
