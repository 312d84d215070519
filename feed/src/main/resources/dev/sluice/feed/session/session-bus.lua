-- What gateways tell each other of the sessions of their clients, and keep of them.
-- Keys and channels, under the prefix KEYS[1]:
--   session:ID     hash: what is kept of a session, by name; it goes with the session's greatest age
--   sessions       sorted set: sessions of which something is kept, by when that last changed
--   all            channel: news for all gateways, after the name of the one that tells
--   to:GATEWAY     channel: news for one
-- ARGV: what is done, and then
--   tell     the channel, the news
--   keep     the session, a name, its value, how many names there may be, milliseconds it is kept,
--            how many sessions there may be (more of them, and the oldest are forgotten), how many
--            bytes all names and values of a session may have. Its end is `ended`, and takes the
--            place of all else
--   drop     the session, a name
--   read     the session
-- Reply of read: all names, each with its value; of keep: full, where there is too much.
local what = ARGV[1]
if what == 'tell' then
  redis.call('PUBLISH', KEYS[1] .. ARGV[2], ARGV[3])
  return {}
end
local kept = KEYS[1] .. 'session:' .. ARGV[2]
if what == 'keep' then
  if ARGV[3] == 'ended' then
    redis.call('DEL', kept)
  elseif redis.call('HEXISTS', kept, 'ended') == 1 then
    return {}
  else
    local names, bytes = 1, #ARGV[3] + #ARGV[4]
    local there = redis.call('HGETALL', kept)
    for i = 1, #there, 2 do
      if there[i] ~= ARGV[3] then
        names = names + 1
        bytes = bytes + #there[i] + #there[i + 1]
      end
    end
    if names > tonumber(ARGV[5]) or bytes > tonumber(ARGV[8]) then
      return { 'full' }
    end
  end
  redis.call('HSET', kept, ARGV[3], ARGV[4])
  redis.call('PEXPIRE', kept, ARGV[6])
  local sessions = KEYS[1] .. 'sessions'
  redis.call('ZADD', sessions, redis.call('TIME')[1], ARGV[2])
  redis.call('PEXPIRE', sessions, ARGV[6])
  local over = redis.call('ZCARD', sessions) - tonumber(ARGV[7])
  if over > 0 then
    local oldest = redis.call('ZPOPMIN', sessions, over)
    for i = 1, #oldest, 2 do
      redis.call('DEL', KEYS[1] .. 'session:' .. oldest[i])
    end
  end
  return {}
end
if what == 'drop' then
  redis.call('HDEL', kept, ARGV[3])
  return {}
end
return redis.call('HGETALL', kept)
