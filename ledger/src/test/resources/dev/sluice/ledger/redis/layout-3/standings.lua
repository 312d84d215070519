-- The current window of each limit.
-- ARGV: from when to when the ceilings hold; then the window of each limit (see read_windows).
-- Reply: standings, and posted, held, end of each; or clock and the server's time.
local time = now()
local read = read_windows(3, 3, time)
if not read or not within(1, time) then
  return { 'clock', time }
end
local reply = { 'standings' }
for place, window in ipairs(read) do
  reply[3 * place - 1] = window.posted
  reply[3 * place] = window.held
  reply[3 * place + 1] = window.stop
end
return reply
