-- What is published. Keys: see publish.lua.
-- ARGV: generation that the reader has seen, whose content it is not told; or `none`, or `any`.
-- Reply: nothing; or generation, version, writer; and the content, empty where it is gone.
local standing = redis.call('HMGET', KEYS[1] .. 'standing', 'generation', 'version', 'writer')
if not standing[1] then
  return {}
end
if ARGV[1] ~= 'any' and ARGV[1] ~= standing[1] then
  standing[4] = redis.call('GET', KEYS[1] .. 'content:' .. standing[1]) or ''
end
return standing
