-- Switches the policy, unless a newer one is there.
-- Keys. KEYS[1] is the prefix of them all; its hash tag keeps them in one slot.
--   standing      hash: generation, version and writer of the policy in force
--   content:N     string: the policy of that generation; those of before expire
--   news          channel: the generation of each publication
--   SET, SET:until   hash and sorted set: see reports.lua
-- ARGV: generation that the writer knows as the last, new generation, version, writer, content,
--   milliseconds for which the old content stays.
-- Reply: switched, and why nobody was told, if so; or overtaken, generation and writer of what is
-- there.
local prefix = KEYS[1]
local standing = prefix .. 'standing'
local last = redis.call('HMGET', standing, 'generation', 'writer')
if last[1] and tonumber(last[1]) > tonumber(ARGV[1]) then
  return { 'overtaken', last[1], last[2] }
end
redis.call('SET', prefix .. 'content:' .. ARGV[2], ARGV[5])
redis.call('HSET', standing, 'generation', ARGV[2], 'version', ARGV[3], 'writer', ARGV[4])
if last[1] then
  -- Who has just read of it can still get it.
  redis.call('PEXPIRE', prefix .. 'content:' .. last[1], ARGV[6])
end
local told = redis.pcall('PUBLISH', prefix .. 'news', ARGV[2])
return { 'switched', type(told) == 'table' and told.err or '' }
