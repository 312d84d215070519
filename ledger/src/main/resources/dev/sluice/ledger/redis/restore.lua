-- A step of a rebuild, which only the one that has begun this epoch may take.
-- ARGV: the epoch, how long the lock holds on in milliseconds, what, and for
--   clear    nothing
--   windows  field, start, posted, held, unconfirmed and when it is forgotten, of each
--   hold     id, nano-dollars, tokens, created, extensions, note, lifetime, then limit, start and
--            measure of each window that it charges
--   ended    id, outcome, nano-dollars and tokens held and posted, until when it is remembered, then
--            as above
--   open     the sequence of the last event, what is to be told
-- Reply: restored; or taken, where another rebuild has begun.
local stored = redis.call('HGET', windows, '#')
if stored then
  epoch, sequence = unpacked('<dd', stored)
end
if epoch ~= tonumber(ARGV[1]) or not rebuilding(stored) then
  return { 'taken' }
end
local lock, what = prefix .. 'rebuilder', ARGV[3]
redis.call('PEXPIRE', lock, ARGV[2])

local function slots(from)
  local packed = {}
  for at = from, #ARGV, 3 do
    packed[#packed + 1] = pack('<sdB', ARGV[at], ARGV[at + 1], ARGV[at + 2])
  end
  return table.concat(packed)
end

if what == 'clear' then
  for _, id in ipairs(redis.call('ZRANGE', deadlines, 0, -1)) do
    redis.call('UNLINK', prefix .. 'hold:' .. id)
  end
  redis.call('UNLINK', windows, forget, deadlines)
  redis.call('HSET', windows, '#', stored)
elseif what == 'windows' then
  for at = 4, #ARGV, 6 do
    redis.call('HSET', windows, ARGV[at],
      pack('<dddd', ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]))
    redis.call('ZADD', forget, ARGV[at + 5], ARGV[at])
  end
elseif what == 'hold' then
  redis.call('SET', prefix .. 'hold:' .. ARGV[4],
    pack('<sdddds', 'open', ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]) .. slots(11))
  redis.call('ZADD', deadlines, now() + ARGV[10], ARGV[4])
elseif what == 'ended' then
  local memory = ARGV[10] - now()
  if memory > 0 then
    redis.call('SET', prefix .. 'hold:' .. ARGV[4],
      pack('<sdddd', ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]) .. slots(11), 'PX', memory)
  end
else
  redis.call('HSET', windows, '#', pack('<dd', epoch, ARGV[4]), '#base', pack('<d', ARGV[4]))
  redis.call('SET', prefix .. 'rebuilt', ARGV[5])
  redis.call('DEL', lock, prefix .. 'claims')
end
return { 'restored' }
