-- A secret that all gateways of an installation share, made by whoever comes first.
-- Keys, under the prefix KEYS[1]:
--   secret:NAME   its bytes
-- ARGV: its name, and what it is where there is none.
-- Reply: what it is now.
local secret = KEYS[1] .. 'secret:' .. ARGV[1]
redis.call('SET', secret, ARGV[2], 'NX')
return { redis.call('GET', secret) }
