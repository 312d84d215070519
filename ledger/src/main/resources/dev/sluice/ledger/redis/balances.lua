-- The current window of each budget.
-- ARGV: the window of each budget (see window_at).
-- Reply: balances, and posted, held, end of each; or clock and the server's time.
local time = now()
local reply = { 'balances' }
for i = 1, #ARGV, 3 do
  local window = window_at(i, time)
  if not window then
    return { 'clock', time }
  end
  tell(reply, window)
end
return reply
