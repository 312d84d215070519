-- The ledger's time in tests: a key that the test sets.
local function now()
  return tonumber(redis.call('GET', KEYS[1] .. 'clock'))
end
