-- What members of a set have told of themselves lately.
-- Keys, for a set named SET under the prefix KEYS[1]:
--   SET         hash: what each member told, by its id
--   SET:until   sorted set: ids by the time after which it does not count, in milliseconds
-- ARGV: the set; nothing more to read, an id to take back what it told, or an id, what it tells and
--   for how many milliseconds.
-- Reply: what counts, as pairs of id and text.
local reports = KEYS[1] .. ARGV[1]
local untils = reports .. ':until'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function forget(id)
  redis.call('HDEL', reports, id)
  redis.call('ZREM', untils, id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', untils, '-inf', now)) do
  forget(id)
end
if ARGV[3] then
  redis.call('HSET', reports, ARGV[2], ARGV[3])
  redis.call('ZADD', untils, now + tonumber(ARGV[4]), ARGV[2])
  return {}
elseif ARGV[2] then
  forget(ARGV[2])
  return {}
end
return redis.call('HGETALL', reports)
