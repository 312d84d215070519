-- The ledger's time in tests: a key that the test sets; 1 before.
local function now()
  return tonumber(redis.call('GET', KEYS[1] .. 'clock') or 1)
end
