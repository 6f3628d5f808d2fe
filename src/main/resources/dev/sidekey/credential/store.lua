-- Every change of the store, each in one step. KEYS: the entries of a kind, the leases, the last
-- version given. ARGV: operation, channel, kind, id, now in milliseconds (empty: the engine's
-- clock), and what the operation needs. A record is "1 VERSION END\n" and the value; END in
-- milliseconds, empty for never.
local operation, channel, kind, id, given = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local entries, leases, sequence = KEYS[1], KEYS[2], KEYS[3]

local function micros()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local now = given == '' and math.floor(micros() / 1000) or tonumber(given)

local function read(hash, field)
  local record = redis.call('HGET', hash, field)
  if not record then return nil, '0', '' end
  local version, ends = string.match(record, '^1 (%d+) (%d*)\n')
  if not version then return nil, 'damaged', '' end
  return record, version, ends
end

local function over(ends)
  return ends ~= '' and tonumber(ends) <= now
end

-- Versions grow with the engine's time, so that after a failover that lost the last writes, or a
-- restart that lost all, none is given a second time.
local function tell()
  local last = redis.call('GET', sequence) or '0'
  local version = string.format('%.0f', math.max(tonumber(last) + 1, micros()))
  redis.call('SET', sequence, version)
  redis.call('PUBLISH', channel, last .. ' ' .. version .. ' ' .. kind .. ' ' .. id)
  return version
end

local function holds(name, fence)
  local _, version = read(leases, name)
  return version == fence
end

local record, version, ends = read(entries, id)
if version == 'damaged' then return redis.error_reply('DAMAGED record') end
local living = record and not over(ends)

if operation == 'write' or operation == 'remove' then
  local expected, name, fence = ARGV[6], ARGV[7], ARGV[8]
  if (living and version or '0') ~= expected then return nil end
  if fence ~= '' and not holds(name, fence) then return nil end
  if operation == 'remove' then
    if not living then return nil end
    redis.call('HDEL', entries, id)
    return tell()
  end
  local written = tell()
  redis.call('HSET', entries, id, '1 ' .. written .. ' ' .. ARGV[9] .. '\n' .. ARGV[10])
  return written
elseif operation == 'reseal' then
  if (living and version or '0') ~= ARGV[6] then return nil end
  redis.call('HSET', entries, id, '1 ' .. version .. ' ' .. ends .. '\n' .. ARGV[7])
  return version
elseif operation == 'take' then
  if not living then return nil end
  redis.call('HDEL', entries, id)
  tell()
  return record
elseif operation == 'acquire' then
  if living then return nil end
  local fence = tell()
  local last = string.format('%.0f', now + tonumber(ARGV[6]))
  redis.call('HSET', entries, id, '1 ' .. fence .. ' ' .. last .. '\n' .. ARGV[7])
  return fence
elseif operation == 'renew' then
  if version ~= ARGV[6] then return nil end
  local last = string.format('%.0f', now + tonumber(ARGV[7]))
  redis.call('HSET', entries, id, '1 ' .. version .. ' ' .. last .. '\n' .. ARGV[8])
  return version
elseif operation == 'release' then
  if version ~= ARGV[6] then return nil end
  redis.call('HDEL', entries, id)
  return tell()
elseif operation == 'sweep' then
  if ends == '' or tonumber(ends) > tonumber(ARGV[6]) then return nil end
  redis.call('HDEL', entries, id)
  return version
end
return redis.error_reply('UNKNOWN operation')
