-- The meter: keeps in dynamic metadata what an answer of a provider will cost, and turns a
-- provider's errors into answers that are safe to show. It sees only answers that a provider's
-- cluster has marked, and it never holds back a byte of a good answer.
--
-- A script whose stream is cancelled gets no call any more, so the metadata is kept up to date
-- while the answer passes. An update costs more than all else, so sizes are published when they
-- have grown by a sixteenth or a block begins, with the bytes that had passed by then: the access
-- log tells how many more passed since. The names are those of `DataPlane`. Follows the other parts
-- of the script.

local NAMESPACE = "sluice.meter"
local REPLY = "sluice.reply"
local ANSWERED_BY = "x-sluice-int-answered-by"
local REQUEST_ID = "x-sluice-int-request-id"
local INPUT_TOKENS = "x-sluice-int-input-tokens"
local AGAIN = "x-sluice-int-again"
local ENCODED = "x-sluice-int-encoded"

-- A longer line (a search result, say) carries no usage; it is passed on, but not kept.
local LINE_BYTES_MAX = 262144
local USAGE_BYTES_MAX = 65536
local ERROR_BYTES_MAX = 4096
local ERROR_READ_BYTES_MAX = 65536

local LETTER_C, LETTER_D, LETTER_E, CR, LF = 99, 100, 101, 13, 10
local DIGIT_2, DIGIT_3 = 50, 51

local function keep(handle, field, value)
  handle:streamInfo():dynamicMetadata():set(NAMESPACE, field, value)
end

-- Metadata must be UTF-8, or the whole access log entry is unreadable.
local function ascii(text)
  for i = 1, #text do
    if byte(text, i) > 127 then
      return (text:gsub("[\128-\255]", "?"))
    end
  end
  return text
end

-- Streams ----------------------------------------------------------------------------------------

local DELTA = "event: content_block_delta\ndata: {"

-- Keeps what is to be published at the end of the chunk.
local function tell(meter, field, value)
  meter.news = meter.news or {}
  meter.news[field] = value
end

local function publish(meter, handle)
  local metadata = handle:streamInfo():dynamicMetadata()
  for field, value in pairs(meter.news) do
    metadata:set(NAMESPACE, field, value)
  end
  meter.news = nil
end

-- The data of one event is `s` from `from` to `to`.
local function stream_data(meter, s, from, to)
  local event = meter.event
  if event == "content_block_delta" then
    visible_delta(meter.visible, s, from, to)
    return
  end
  local data = sub(s, from, to)
  event = event or match(data, '"type"%s*:%s*"([%w_]+)"')
  if event == "content_block_delta" then
    visible_delta(meter.visible, data, 1, #data)
  elseif event == "content_block_start" then
    visible_block_start(meter.visible, data)
  elseif event == "content_block_stop" then
    visible_block_stop(meter.visible)
  elseif event == "message_start" then
    tell(meter, "start", ascii(data))
  elseif event == "message_delta" then
    tell(meter, "delta", ascii(data))
  elseif event == "message_stop" then
    tell(meter, "visible", visible_publish(meter.visible, meter.line_end))
    tell(meter, "stopped", true)
  elseif event == "error" then
    tell(meter, "visible", visible_publish(meter.visible, meter.line_end))
    tell(meter, "error", ascii(sub(data, 1, ERROR_BYTES_MAX)))
  end
end

-- One line, without its end.
local function stream_line(meter, s, from, to)
  local c = byte(s, from)
  if c == LETTER_D and sub(s, from, from + 4) == "data:" then
    from = from + 5
    if byte(s, from) == SPACE then
      from = from + 1
    end
    stream_data(meter, s, from, to)
  elseif c == LETTER_E and sub(s, from, from + 5) == "event:" then
    from = from + 6
    if byte(s, from) == SPACE then
      from = from + 1
    end
    meter.event = sub(s, from, to)
  end
end

-- The end of a line whose start came in earlier chunks.
local function stream_pending_end(meter, rest)
  local parts = meter.parts
  local bytes = meter.part_bytes + #rest
  meter.parts = nil
  if bytes > LINE_BYTES_MAX then
    if meter.event == "content_block_delta" then
      add_text(meter.visible, bytes) -- no piece is smaller than a byte
    end
    return
  end
  parts[#parts + 1] = rest
  local line = concat(parts)
  local to = #line
  if byte(line, to) == CR then
    to = to - 1
  end
  if to == 0 then
    meter.event = nil
  else
    stream_line(meter, line, 1, to)
  end
end

local function stream_pending(meter, part)
  if not meter.parts then
    meter.parts, meter.part_bytes = {}, 0
  end
  meter.part_bytes = meter.part_bytes + #part
  if meter.part_bytes <= LINE_BYTES_MAX then
    meter.parts[#meter.parts + 1] = part
  end
end

-- Reads whole deltas in the form that providers write, almost all that there is; returns the place
-- of the first line that is something else.
local function stream_deltas(meter, s, from)
  while byte(s, from + 7) == LETTER_C and find(s, DELTA, from, true) == from do
    local stop = find(s, "\n", from + #DELTA, true)
    if not stop or byte(s, stop + 1) ~= LF then
      break
    end
    visible_delta(meter.visible, s, from + #DELTA, stop)
    from = stop + 2
  end
  return from
end

local function stream_feed(meter, s)
  local from = 1
  if meter.parts then
    local stop = find(s, "\n", 1, true)
    if not stop then
      stream_pending(meter, s)
      return
    end
    meter.line_end = meter.bytes + stop
    stream_pending_end(meter, sub(s, 1, stop - 1))
    from = stop + 1
  end
  while true do
    if not meter.event then
      from = stream_deltas(meter, s, from)
    end
    local stop = find(s, "\n", from, true)
    if not stop then
      break
    end
    local to = stop - 1
    if byte(s, to) == CR and to >= from then
      to = to - 1
    end
    if to < from then
      meter.event = nil
    else
      meter.line_end = meter.bytes + stop
      stream_line(meter, s, from, to)
    end
    from = stop + 1
  end
  if from <= #s then
    stream_pending(meter, sub(s, from))
  end
end

local function meter_stream(handle)
  local visible = visible_new()
  local meter = { visible = visible, bytes = 0, line_end = 0 }
  for chunk in handle:bodyChunks() do
    local length = chunk:length()
    if length > 0 then
      stream_feed(meter, chunk:getBytes(0, length))
      meter.bytes = meter.bytes + length
      if visible_is_due(visible) then
        tell(meter, "visible", visible_publish(visible, meter.bytes))
      end
      if meter.news then
        publish(meter, handle)
      end
    end
  end
end

-- Whole answers ----------------------------------------------------------------------------------

local function meter_whole(handle)
  local scan = member_scan("usage", USAGE_BYTES_MAX)
  for chunk in handle:bodyChunks() do
    local length = chunk:length()
    if length > 0 then
      member_feed(scan, chunk:getBytes(0, length))
      if scan.value then
        keep(handle, "usage", ascii(scan.value))
        scan.value = nil
      end
    end
  end
end

-- Errors -----------------------------------------------------------------------------------------

local REFUSED = { ["401"] = true, ["402"] = true, ["403"] = true }
-- The client recovers by their wording, or they say nothing about our account.
local PASSED = { ["400"] = true, ["413"] = true, ["429"] = true, ["529"] = true }
local TYPES = {
  ["400"] = "invalid_request_error",
  ["404"] = "not_found_error",
  ["413"] = "request_too_large",
  ["429"] = "rate_limit_error",
  ["529"] = "overloaded_error",
}

-- The type and the message, raw JSON, of an error in Anthropic's envelope, or nil.
local function envelope_of(text)
  if plain(member(text, "type")) ~= "error" then
    return nil
  end
  local error = member(text, "error")
  local kind = error and plain(member(error, "type"))
  local message = error and member(error, "message")
  if kind and message and byte(message) == QUOTE then
    return kind, message
  end
  return nil
end

local function envelope(request_id, kind, message)
  return '{"type":"error","error":{"type":"' .. kind .. '","message":"' .. message
    .. '"},"request_id":"' .. request_id .. '"}'
end

local function replace_head(handle, status)
  local headers = handle:headers()
  headers:replace(":status", status)
  headers:replace("content-type", "application/json")
  headers:remove("content-encoding")
end

local function replace_answer(handle, request_id, status, kind, message)
  replace_head(handle, status)
  local body = handle:body(true)
  handle:headers():replace("content-length",
    tostring(body:setBytes(envelope(request_id, kind, message))))
end

-- Whoever holds back a body that a decompressor has read never learns of its end (decision 12): so
-- such an error is not read, and something else is put in its place while it passes.
local function answer_unread_error(handle, request_id, status, provider, again)
  local name = match(provider, "[^/]*$")
  local kind, message = TYPES[status] or "api_error", name .. " answered " .. status
  if REFUSED[status] then
    status, kind = "502", "api_error"
    message = "the gateway's credential for " .. name .. " was refused"
    handle:headers():replace("x-should-retry", again and "true" or "false")
    handle:headers():remove("retry-after")
  elseif byte(status) == DIGIT_3 then
    status = "502"
    handle:headers():remove("location")
  end
  replace_head(handle, status)
  handle:headers():remove("content-length")
  local body = envelope(request_id, kind, message)
  for chunk in handle:bodyChunks() do
    chunk:setBytes(body)
    body = ""
  end
end

-- With `again` another has failed before, for now: the client may ask once more.
local function answer_error(handle, request_id, status, provider, again)
  local body = handle:body(true)
  local text = body:getBytes(0, math.min(body:length(), ERROR_READ_BYTES_MAX))
  keep(handle, "error", ascii(sub(text, 1, ERROR_BYTES_MAX)))
  local name = match(provider, "[^/]*$")
  local kind, message = envelope_of(text)
  local said = kind and message:lower() or ""
  if REFUSED[status] or (status == "400" and find(said, "credit balance", 1, true)) then
    handle:headers():replace("x-should-retry", again and "true" or "false")
    handle:headers():remove("retry-after")
    replace_answer(handle, request_id, "502", "api_error",
      "the gateway's credential for " .. name .. " was refused")
  elseif not (PASSED[status] and kind) then
    local answered = status
    if byte(status) == DIGIT_3 then
      status = "502" -- a redirect would send the client, and its key, elsewhere
      handle:headers():remove("location")
    end
    replace_answer(handle, request_id, status, kind or TYPES[status] or "api_error",
      name .. " answered " .. answered)
  end
end

-- The headers that the request phase has for a good answer.
local function add_reply_headers(handle, headers)
  local reply = handle:streamInfo():dynamicMetadata():get(REPLY)
  if reply then
    for name, value in pairs(reply) do
      headers:replace(name, value)
    end
  end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local provider = headers:get(ANSWERED_BY)
  if not provider then
    return -- an answer of the gateway or of Envoy itself
  end
  local request_id = headers:get(REQUEST_ID)
  headers:remove(ANSWERED_BY)
  headers:remove(REQUEST_ID)
  headers:remove(INPUT_TOKENS)
  local again = headers:get(AGAIN)
  headers:remove(AGAIN)
  local encoded = headers:get(ENCODED)
  if encoded then
    headers:remove(ENCODED)
  end
  local upstream_request_id = headers:get("request-id")
  if upstream_request_id then
    keep(handle, "upstream_request_id", ascii(upstream_request_id))
  end
  local status = headers:get(":status")
  if byte(status) ~= DIGIT_2 then
    -- Before its body: it may break off, and nobody bills it.
    keep(handle, "status", status)
    if encoded then
      answer_unread_error(handle, request_id, status, provider, again)
      return
    end
    answer_error(handle, request_id, status, provider, again)
    return
  end
  add_reply_headers(handle, headers)
  local content_type = headers:get("content-type") or ""
  if find(content_type, "event-stream", 1, true) then
    meter_stream(handle)
  elseif find(content_type, "json", 1, true) then
    meter_whole(handle)
  end
end
