-- The meter: keeps in dynamic metadata what an answer of a provider will cost, and turns a
-- provider's errors into answers that are safe to show. It sees only answers that a provider's
-- cluster has marked, and it never holds back a byte of a good answer.
--
-- A script whose stream is cancelled gets no call any more, so the metadata is brought up to date
-- after each chunk. The names are those of `DataPlane`. Follows `json.lua` in the same script.

local NAMESPACE = "sluice.meter"
local ANSWERED_BY = "x-sluice-int-answered-by"
local REQUEST_ID = "x-sluice-int-request-id"

-- A longer line (a search result, say) carries no usage; it is passed on, but not kept.
local LINE_BYTES_MAX = 262144
local USAGE_BYTES_MAX = 65536
local ERROR_BYTES_MAX = 4096
local ERROR_READ_BYTES_MAX = 65536

local LETTER_D, LETTER_E, SPACE, CR = 100, 101, 32, 13
local DIGIT_2, DIGIT_3 = 50, 51

local function keep(handle, field, value)
  handle:streamInfo():dynamicMetadata():set(NAMESPACE, field, value)
end

-- Metadata must be UTF-8, or the whole access log entry is unreadable.
local function ascii(text)
  if find(text, "[\128-\255]") then
    return (text:gsub("[\128-\255]", "?"))
  end
  return text
end

-- Streams ----------------------------------------------------------------------------------------

local DELTA = "event: content_block_delta\ndata: {"
local NEXT_IN_DELTA = {
  text_delta = '","text":"',
  thinking_delta = '","thinking":"',
  input_json_delta = '","partial_json":"',
  signature_delta = '","signature":"',
}
local KEY_IN_DELTA = {
  text_delta = "text",
  thinking_delta = "thinking",
  input_json_delta = "partial_json",
  signature_delta = "signature",
}

-- The kind of a delta and the bytes of its value; nil for one that is not counted.
local function delta_size(data)
  local _, quote = find(data, '"delta":{"type":"', 1, true)
  if quote then
    local stop = find(data, '"', quote + 1, true)
    if stop then
      local kind = sub(data, quote + 1, stop - 1)
      local next_key = NEXT_IN_DELTA[kind]
      if next_key and sub(data, stop, stop + #next_key - 1) == next_key then
        return kind, string_size(data, stop + #next_key)
      end
    end
  end
  local delta = member(data, "delta")
  local kind = delta and plain(member(delta, "type"))
  local value = kind and KEY_IN_DELTA[kind] and member(delta, KEY_IN_DELTA[kind])
  if value then
    return kind, string_size(value, 2)
  end
  return nil
end

-- `data` holds the data of one delta, and nothing else with quotes.
local function stream_delta(meter, data)
  local kind, size = delta_size(data)
  if kind and size > 0 then
    meter[kind] = meter[kind] + size
    meter.changed = true
    if size > meter.largest then
      meter.largest = size
    end
  end
end

local function stream_data(meter, handle, data)
  local event = meter.event or match(data, '"type"%s*:%s*"([%w_]+)"')
  if event == "content_block_delta" then
    stream_delta(meter, data)
  elseif event == "message_start" then
    keep(handle, "start", ascii(data))
  elseif event == "message_delta" then
    keep(handle, "delta", ascii(data))
  elseif event == "message_stop" then
    keep(handle, "stopped", true)
  elseif event == "error" then
    keep(handle, "error", ascii(sub(data, 1, ERROR_BYTES_MAX)))
  end
end

-- One line, without its end.
local function stream_line(meter, handle, s, from, to)
  local c = byte(s, from)
  if c == LETTER_D and sub(s, from, from + 4) == "data:" then
    from = from + 5
    if byte(s, from) == SPACE then
      from = from + 1
    end
    stream_data(meter, handle, sub(s, from, to))
  elseif c == LETTER_E and sub(s, from, from + 5) == "event:" then
    from = from + 6
    if byte(s, from) == SPACE then
      from = from + 1
    end
    meter.event = sub(s, from, to)
  end
end

-- The end of a line whose start came in earlier chunks.
local function stream_pending_end(meter, handle, rest)
  local pieces = meter.pieces
  local bytes = meter.bytes + #rest
  meter.pieces = nil
  if bytes > LINE_BYTES_MAX then
    if meter.event == "content_block_delta" then
      meter.text_delta = meter.text_delta + bytes
      meter.largest = math.max(meter.largest, bytes)
      meter.changed = true
    end
    return
  end
  pieces[#pieces + 1] = rest
  local line = concat(pieces)
  local to = #line
  if byte(line, to) == CR then
    to = to - 1
  end
  if to == 0 then
    meter.event = nil
  else
    stream_line(meter, handle, line, 1, to)
  end
end

local function stream_pending(meter, piece)
  if not meter.pieces then
    meter.pieces, meter.bytes = {}, 0
  end
  meter.bytes = meter.bytes + #piece
  if meter.bytes <= LINE_BYTES_MAX then
    meter.pieces[#meter.pieces + 1] = piece
  end
end

local function stream_feed(meter, handle, s)
  local from = 1
  if not meter.pieces and sub(s, 1, #DELTA) == DELTA and sub(s, -2) == "\n\n"
    and find(s, "\n", #DELTA, true) == #s - 1 then
    stream_delta(meter, s) -- almost every chunk: one whole delta
    meter.event = nil
    return
  end
  if meter.pieces then
    local stop = find(s, "\n", 1, true)
    if not stop then
      stream_pending(meter, s)
      return
    end
    stream_pending_end(meter, handle, sub(s, 1, stop - 1))
    from = stop + 1
  end
  while true do
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
      stream_line(meter, handle, s, from, to)
    end
    from = stop + 1
  end
  if from <= #s then
    stream_pending(meter, sub(s, from))
  end
end

local function meter_stream(handle)
  local meter = {
    text_delta = 0, thinking_delta = 0, input_json_delta = 0, signature_delta = 0, largest = 0,
  }
  for chunk in handle:bodyChunks() do
    local length = chunk:length()
    if length > 0 then
      stream_feed(meter, handle, chunk:getBytes(0, length))
      if meter.changed then
        meter.changed = false
        keep(handle, "visible", meter.text_delta .. "," .. meter.thinking_delta .. ","
          .. meter.input_json_delta .. "," .. meter.signature_delta .. "," .. meter.largest)
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

local function replace_answer(handle, request_id, status, kind, message)
  local headers = handle:headers()
  local body = '{"type":"error","error":{"type":"' .. kind .. '","message":"' .. message
    .. '"},"request_id":"' .. request_id .. '"}'
  headers:replace(":status", status)
  headers:replace("content-type", "application/json")
  headers:remove("content-encoding")
  headers:replace("content-length", tostring(handle:body(true):setBytes(body)))
end

local function answer_error(handle, request_id, status, provider)
  local body = handle:body(true)
  local text = body:getBytes(0, math.min(body:length(), ERROR_READ_BYTES_MAX))
  keep(handle, "error", ascii(sub(text, 1, ERROR_BYTES_MAX)))
  local name = match(provider, "[^/]*$")
  local kind, message = envelope_of(text)
  local said = kind and message:lower() or ""
  if REFUSED[status] or (status == "400" and find(said, "credit balance", 1, true)) then
    handle:headers():replace("x-should-retry", "false")
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

function envoy_on_response(handle)
  local headers = handle:headers()
  local provider = headers:get(ANSWERED_BY)
  if not provider then
    return -- an answer of the gateway or of Envoy itself
  end
  local request_id = headers:get(REQUEST_ID)
  headers:remove(ANSWERED_BY)
  headers:remove(REQUEST_ID)
  local upstream_request_id = headers:get("request-id")
  if upstream_request_id then
    keep(handle, "upstream_request_id", ascii(upstream_request_id))
  end
  local status = headers:get(":status")
  if byte(status) ~= DIGIT_2 then
    answer_error(handle, request_id, status, provider)
    return
  end
  local content_type = headers:get("content-type") or ""
  if find(content_type, "event-stream", 1, true) then
    meter_stream(handle)
  elseif find(content_type, "json", 1, true) then
    meter_whole(handle)
  end
end
