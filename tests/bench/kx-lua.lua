-- kx-lua.lua
-- What one would write who dissects Kx without a C plugin: the peer that the benchmark compares with, in good faith. It
-- has the main fields, reassembly and links of requests with responses, and takes the usual care about speed: one copy
-- of the payload, patterns for what is frequent, names looked up once. It validates less, and links less, than kx.so.
--
-- usage: tshark -X lua_script:kx-lua.lua
--
-- SPDX-License-Identifier: GPL-2.0-or-later

local byte, find, match, sub = string.byte, string.find, string.match, string.sub

local HEADER_LENGTH = 10

local KEY_RELAY, KEY_RELAY_COMPLETION, KEY_SUPPLY, KEY_SUPPLY_RESPONSE = 0x1101, 0x1102, 0x1103, 0x1104

local commands = {
    [KEY_RELAY] = "Key relay",
    [KEY_RELAY_COMPLETION] = "Key relay completion notification",
    [KEY_SUPPLY] = "Key supply notification",
    [KEY_SUPPLY_RESPONSE] = "Response to key supply notification",
}

local success_words = { success = true, succeeded = true, ok = true }

local kx = Proto("kxlua", "QKDN Kx interface, in Lua")

local f = {
    version = ProtoField.uint16("kxlua.version", "Version"),
    message_id = ProtoField.uint32("kxlua.message_id", "MessageID"),
    command_code = ProtoField.uint16("kxlua.command_code", "CommandCode", base.HEX, commands),
    length = ProtoField.uint16("kxlua.length", "Length"),
    source_kma_id = ProtoField.string("kxlua.source_kma_id", "Source KMA ID"),
    destination_kma_id = ProtoField.string("kxlua.destination_kma_id", "Destination KMA ID"),
    transit_kma_id = ProtoField.string("kxlua.transit_kma_id", "Transit KMA ID"),
    keys = ProtoField.none("kxlua.keys", "Keys"),
    keys_count = ProtoField.uint32("kxlua.keys.count", "Number of entries"),
    key = ProtoField.none("kxlua.key", "Key file"),
    key_id = ProtoField.string("kxlua.key.id", "Key ID"),
    key_data = ProtoField.string("kxlua.key.data", "Key"),
    key_size = ProtoField.uint32("kxlua.key.size", "Key size"),
    request_id = ProtoField.string("kxlua.key_relay_request_id", "Key relay request ID"),
    session_id = ProtoField.string("kxlua.session_id", "Session ID"),
    number_of_keys = ProtoField.int64("kxlua.number_of_keys", "Number of keys"),
    size_of_key = ProtoField.int64("kxlua.size_of_key", "Size of key"),
    response = ProtoField.string("kxlua.response", "Response"),
    success = ProtoField.bool("kxlua.response.success", "Success"),
    name = ProtoField.string("kxlua.parameter.name", "Parameter"),
    value = ProtoField.string("kxlua.parameter.value", "Value"),
    response_in = ProtoField.framenum("kxlua.response_in", "Response in", base.NONE, frametype.RESPONSE),
    response_to = ProtoField.framenum("kxlua.response_to", "Response to", base.NONE, frametype.REQUEST),
    response_time = ProtoField.relative_time("kxlua.response_time", "Response time"),
}
for _, field in pairs(f) do
    table.insert(kx.fields, field)
end

local invalid = ProtoExpert.new("kxlua.payload.invalid", "Invalid JSON", expert.group.MALFORMED, expert.severity.ERROR)
local cleartext = ProtoExpert.new("kxlua.key.cleartext", "Key material outside TLS", expert.group.SECURITY,
    expert.severity.WARN)
local failure = ProtoExpert.new("kxlua.response.failure", "The Response is a failure", expert.group.RESPONSE_CODE,
    expert.severity.WARN)
kx.experts = { invalid, cleartext, failure }

kx.prefs.json_subtree = Pref.bool("Show the payload as a JSON tree too", false, "Hand it to the JSON dissector")

local json = Dissector.get("json")

---- JSON: the functions take the position of a value and return that behind it, or nil after an error ----

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function utf8_of(code)
    if code < 0x80 then
        return string.char(code)
    elseif code < 0x800 then
        return string.char(0xc0 + math.floor(code / 0x40), 0x80 + code % 0x40)
    end
    return string.char(0xe0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local function unescape(text)
    text = text:gsub("\\u(%x%x%x%x)", function(digits) return utf8_of(tonumber(digits, 16)) end)
    return (text:gsub("\\(.)", function(letter) return escapes[letter] or letter end))
end

-- Returns the position behind the string, and its characters.
local function read_string(text, at)
    local _, last = find(text, '^"[^"\\]*"', at)
    if last then
        return last + 1, sub(text, at + 1, last - 1)
    end
    local from = at + 1
    while true do
        local quote = find(text, '["\\]', from)
        if not quote then
            return nil
        elseif byte(text, quote) == 0x22 then
            return quote + 1, unescape(sub(text, at + 1, quote - 1))
        end
        from = quote + 2
    end
end

-- Calls show(name, position) for each member; that returns the position behind its value.
local function each_member(text, at, show)
    at = match(text, "^{[ \t\r\n]*()", at)
    if not at or byte(text, at) == 0x7d then
        return at and at + 1
    end
    while true do
        local behind, name = read_string(text, at)
        at = behind and match(text, "^[ \t\r\n]*:[ \t\r\n]*()", behind)
        at = at and show(name, at)
        if not at then
            return nil
        end
        local separator, next_at = match(text, "^[ \t\r\n]*([,}])()", at)
        if separator ~= "," then
            return next_at
        end
        at = match(text, "^[ \t\r\n]*()", next_at)
    end
end

local function each_element(text, at, show)
    at = match(text, "^%[[ \t\r\n]*()", at)
    if not at or byte(text, at) == 0x5d then
        return at and at + 1
    end
    while true do
        at = show(at)
        if not at then
            return nil
        end
        local separator, next_at = match(text, "^[ \t\r\n]*([],])()", at)
        if separator ~= "," then
            return next_at
        end
        at = match(text, "^[ \t\r\n]*()", next_at)
    end
end

local function skip_value(text, at)
    local first = byte(text, at)
    if first == 0x22 then
        return (read_string(text, at))
    elseif first == 0x7b then
        return each_member(text, at, function(_, value) return skip_value(text, value) end)
    elseif first == 0x5b then
        return each_element(text, at, function(value) return skip_value(text, value) end)
    end
    return match(text, "^[%w+.-]+()", at)
end

---- parameters ----

-- Parameter names without case, spaces, "_" and "-"; each spelling is looked at once.
local plain_names = setmetatable({}, {
    __index = function(cache, name)
        local plain = name:gsub("[ _-]", ""):lower()
        cache[name] = plain
        return plain
    end,
})

-- Bits of the key material in base64 or hexadecimal; nil if it is neither.
local function size_of(key)
    if #key % 2 == 0 and find(key, "^%x+$") then
        return #key * 4
    end
    local digits = match(key, "^([%w+/_-]+)=*$")
    return digits and math.floor(#digits * 6 / 8) * 8
end

-- Adds a string, or any other value as its text. Returns the position behind it, its characters and its item.
local function add_text(m, tree, field, at)
    if byte(m.text, at) ~= 0x22 then
        local behind = skip_value(m.text, at)
        if not behind then
            return nil
        end
        return behind, sub(m.text, at, behind - 1),
            tree:add(field, m.tvb(HEADER_LENGTH + at - 1, behind - at), sub(m.text, at, behind - 1))
    end
    local behind, value = read_string(m.text, at)
    if not behind then
        return nil
    end
    return behind, value, tree:add(field, m.tvb(HEADER_LENGTH + at, behind - at - 2), value)
end

-- A parameter whose value is one string that the message keeps.
local function kept(field, member)
    return function(m, tree, at)
        local behind, value = add_text(m, tree, field, at)
        m[member] = m[member] or value
        return behind
    end
end

local function integer(field)
    return function(m, tree, at)
        local behind = skip_value(m.text, at)
        local number = behind and match(m.text, '^"?(-?%d+)', at)
        if number then
            tree:add(field, m.tvb(HEADER_LENGTH + at - 1, behind - at), Int64.new(tonumber(number)))
        end
        return behind
    end
end

local function show_extension(m, tree, at)
    local function show(name, value)
        local item = tree:add(f.name, m.tvb(HEADER_LENGTH + value - 1, 0), name)
        return (add_text(m, item, f.value, value))
    end
    local function element(value)
        return each_member(m.text, value, show)
    end
    return byte(m.text, at) == 0x5b and each_element(m.text, at, element) or element(at)
end

local function show_transit(m, tree, at)
    if byte(m.text, at) == 0x5b then
        return each_element(m.text, at, function(value) return (add_text(m, tree, f.transit_kma_id, value)) end)
    end
    return (add_text(m, tree, f.transit_kma_id, at))
end

local function show_response(m, tree, at)
    local behind, value, item = add_text(m, tree, f.response, at)
    if behind and not m.response then
        m.response = value
        m.success = success_words[value:lower()] or false
        tree:add(f.success, m.success):set_generated()
        if not m.success then
            item:add_proto_expert_info(failure)
        end
    end
    return behind
end

local function show_key_ids(m, tree, at)
    m.key_count = m.key_count or 0
    local function show(value)
        m.key_count = m.key_count + 1
        return (add_text(m, tree, f.key_id, value))
    end
    at = byte(m.text, at) == 0x5b and each_element(m.text, at, show) or show(at)
    tree:add(f.keys_count, m.key_count):set_generated()
    return at
end

local function show_key_file(m, tree, at)
    local subtree = tree:add(f.key, m.tvb(HEADER_LENGTH + at - 1, 1))
    local behind = each_member(m.text, at, function(name, value)
        local plain, text, end_of_value, item = plain_names[name], nil, nil, nil
        if plain == "keyid" then
            end_of_value, text = add_text(m, subtree, f.key_id, value)
            if text then
                subtree:append_text(": " .. text)
            end
        elseif plain == "key" then
            end_of_value, text, item = add_text(m, subtree, f.key_data, value)
            local size = text and size_of(text)
            if size then
                subtree:add(f.key_size, size):set_generated()
            end
            if text and text ~= "" and not m.cleartext then
                m.cleartext = true
                item:add_proto_expert_info(cleartext)
            end
        elseif plain == "keyextension" then
            end_of_value = show_extension(m, subtree, value)
        else
            end_of_value = skip_value(m.text, value)
        end
        return end_of_value
    end)
    if behind then
        subtree:set_len(behind - at)
    end
    return behind
end

local function show_keys(m, tree, at)
    local item, count = tree:add(f.keys, m.tvb(HEADER_LENGTH + at - 1, 1)), 0
    local function show(value)
        count = count + 1
        return show_key_file(m, item, value)
    end
    local behind = byte(m.text, at) == 0x5b and each_element(m.text, at, show) or show(at)
    if behind then
        item:set_len(behind - at)
        m.key_count = count
        item:add(f.keys_count, count):set_generated()
    end
    return behind
end

local parameters = {
    sourcekmaid = kept(f.source_kma_id, "source"),
    destinationkmaid = kept(f.destination_kma_id, "destination"),
    transitkmaids = show_transit,
    keys = show_keys,
    keyrelayrequestid = kept(f.request_id, "request_id"),
    sessionid = kept(f.session_id, "session_id"),
    numberofkeys = integer(f.number_of_keys),
    sizeofkey = integer(f.size_of_key),
    keyid = show_key_ids,
    response = show_response,
    extension = show_extension,
}

local function show_payload(m, tree)
    return each_member(m.text, match(m.text, "^[ \t\r\n]*()"), function(name, at)
        local show = parameters[plain_names[name]]
        if show then
            return show(m, tree, at)
        end
        tree:add(f.name, m.tvb(HEADER_LENGTH + at - 1, 0), name)
        return (add_text(m, tree, f.value, at))
    end)
end

---- links ----

local requests -- ID -> the newest request with it; each request knows the frame of its response
local requests_of, request_of -- first pass: frame and MessageID of a message -> its own request, or that it answers

function kx.init()
    requests, requests_of, request_of = {}, {}, {}
end

local function link(m, tree, pinfo)
    local id = m.session_id or m.request_id
    local place = pinfo.number .. "/" .. m.message_id
    if not id then
        return
    elseif m.command_code == KEY_RELAY or m.command_code == KEY_SUPPLY then
        if not pinfo.visited and not (requests[id] and not requests[id].answer) then
            requests[id] = { frame = pinfo.number, time = pinfo.abs_ts }
        end
        requests_of[place] = requests_of[place] or requests[id]
        if requests_of[place].answer then
            tree:add(f.response_in, requests_of[place].answer):set_generated()
        end
        return
    end
    if not pinfo.visited then
        request_of[place] = requests[id]
        if requests[id] then
            requests[id].answer = requests[id].answer or pinfo.number
        end
    end
    local request = request_of[place]
    if request then
        tree:add(f.response_to, request.frame):set_generated()
        local time = pinfo.abs_ts - request.time
        tree:add(f.response_time, NSTime.new(math.floor(time), math.floor(time % 1 * 1e9 + 0.5))):set_generated()
    end
end

---- messages ----

local function info_of(m)
    local info = commands[m.command_code] or string.format("Unknown command 0x%04x", m.command_code)
    if m.source or m.destination then
        info = info .. " " .. (m.source or "?") .. " → " .. (m.destination or "?")
    end
    if m.session_id then
        info = info .. ", session " .. m.session_id
    end
    if m.key_count then
        info = info .. ", " .. m.key_count .. (m.key_count == 1 and " key" or " keys")
    end
    if m.request_id then
        info = info .. ", request " .. m.request_id
    end
    return m.response and info .. ", " .. m.response or info
end

local first_of_frame -- whether no message of the frame was dissected yet

local function dissect_message(tvb, pinfo, root)
    local tree = root:add(kx, tvb())
    local m = {
        tvb = tvb,
        message_id = tvb(2, 4):uint(),
        command_code = tvb(6, 2):uint(),
        text = tvb:raw(HEADER_LENGTH),
    }
    tree:add(f.version, tvb(0, 2))
    tree:add(f.message_id, tvb(2, 4))
    tree:add(f.command_code, tvb(6, 2))
    tree:add(f.length, tvb(8, 2))
    if not show_payload(m, tree) then
        tree:add_proto_expert_info(invalid)
    end
    link(m, tree, pinfo)
    tree:append_text(", " .. (commands[m.command_code] or "Unknown command"))
    if kx.prefs.json_subtree then
        json:call(tvb(HEADER_LENGTH):tvb(), pinfo, root)
    end
    pinfo.cols.protocol = "Kx"
    if first_of_frame then
        pinfo.cols.info = info_of(m)
    else
        pinfo.cols.info:append("; " .. info_of(m))
    end
    first_of_frame = false
    return tvb:len()
end

local function message_length(tvb, _, offset)
    return HEADER_LENGTH + tvb(offset + 8, 2):uint()
end

local function dissect(tvb, _, tree)
    first_of_frame = true
    dissect_tcp_pdus(tvb, tree, HEADER_LENGTH, message_length, dissect_message)
    return tvb:len()
end

kx.dissector = dissect

kx:register_heuristic("tcp", function(tvb, pinfo, tree)
    if tvb:len() <= HEADER_LENGTH or not commands[tvb(6, 2):uint()] or tvb(HEADER_LENGTH, 1):uint() ~= 0x7b then
        return false
    end
    pinfo.conversation = kx
    dissect(tvb, pinfo, tree) -- kx.dissector() would be one more level, on which nothing is reassembled
    return true
end)

DissectorTable.get("tcp.port"):add_for_decode_as(kx)
