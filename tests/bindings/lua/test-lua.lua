-- SPDX-License-Identifier: LGPL-2.1-or-later

-- That a queue works in Lua as it is, with nothing made for Lua.

local lgi = require 'lgi'
local Aq, Gio, GLib = lgi.Aq, lgi.Gio, lgi.GLib

local tests = {}

local function test (name, func)
   table.insert (tests, { name, func })
end

local function wait_for (is_done)
   while not is_done () do
      GLib.MainContext.default ():iteration (true)
   end
end

test ('an item comes out as itself', function ()
   local queue = Aq.Queue.new (Gio.File, 0)
   local file = Gio.File.new_for_path ('/')

   assert (queue:try_put (file))
   assert (queue.length == 1)
   assert (queue:try_get () == file)
end)

test ('a get waits for a put, and a put for room', function ()
   local queue = Aq.Queue { max_size = 1 }
   local got, n_put = {}, 0

   for i = 1, 3 do
      queue:put_async (Gio.File.new_for_path ('/' .. i), nil, function (_, result)
         assert (queue:put_finish (result))
         n_put = n_put + 1
      end)
   end
   wait_for (function () return n_put == 1 end)
   assert (queue.waiting_putters == 2)

   for _ = 1, 3 do
      queue:get_async (nil, function (_, result)
         table.insert (got, queue:get_finish (result):get_path ())
      end)
   end
   wait_for (function () return #got == 3 and n_put == 3 end)
   assert (table.concat (got, ' ') == '/1 /2 /3')
end)

test ('a queue that is shut down says so', function ()
   local queue = Aq.Queue.new (Gio.File, 0)
   local error

   queue:shutdown (false)
   queue:get_async (nil, function (_, result)
      _, error = queue:get_finish (result)
   end)
   wait_for (function () return error ~= nil end)
   assert (error:matches (Gio.IOErrorEnum, 'CLOSED'))
end)

test ('signals tell of items', function ()
   local queue = Aq.Queue ()
   local n_added, is_drained = 0, false

   function queue.on_items_added (_, n) n_added = n_added + n end
   function queue.on_drained () is_drained = true end
   queue:try_put (Gio.File.new_for_path ('/'))
   wait_for (function () return n_added == 1 end)
   queue:try_get ()
   wait_for (function () return is_drained end)
end)

test ('a watch is called for each item, and at the end', function ()
   local queue = Aq.Queue ()
   local n_items, has_ended = 0, false

   queue:add_watch (GLib.PRIORITY_DEFAULT, function (_, item)
      if item then n_items = n_items + 1 else has_ended = true end
      return true
   end)
   for _ = 1, 3 do
      queue:try_put (Gio.File.new_for_path ('/'))
   end
   queue:shutdown (false)
   wait_for (function () return has_ended end)
   assert (n_items == 3)
end)

test ('a priority queue gives the most urgent item first', function ()
   local queue = Aq.PriorityQueue ()

   queue:try_put_with_priority (Gio.File.new_for_path ('/2'), 2)
   queue:try_put_with_priority (Gio.File.new_for_path ('/1'), -1)
   assert (queue:try_get ():get_path () == '/1')
end)

test ('overflow says what is dropped', function ()
   local queue = Aq.Queue { max_size = 1, overflow = 'DROP_OLDEST' }

   for i = 1, 3 do
      queue:try_put (Gio.File.new_for_path ('/' .. i))
   end
   assert (queue.overflow == 'DROP_OLDEST')
   assert (queue.length == 1)
   assert (queue:try_get ():get_path () == '/3')

   queue:set_overflow (Aq.Overflow.DROP_NEWEST)
   assert (queue:get_overflow () == 'DROP_NEWEST')
end)

test ('the bound goes by the sizes of the items', function ()
   local queue = Aq.Queue { max_size = 6 }

   queue:set_size_func (function (item) return #item:get_path () end)
   queue:try_put (Gio.File.new_for_path ('/four'))
   assert (queue.size == 5)
   assert (not queue:offer (Gio.File.new_for_path ('/a')))
end)

local n_failed = 0

print ('1..' .. #tests)
for i, case in ipairs (tests) do
   local name, func = case[1], case[2]
   local is_ok, message = xpcall (func, debug.traceback)

   if is_ok then
      print (('ok %d %s'):format (i, name))
   else
      n_failed = n_failed + 1
      print (('not ok %d %s\n# %s'):format (i, name, (tostring (message):gsub ('\n', '\n# '))))
   end
end
os.exit (n_failed == 0 and 0 or 1)
