wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local file = assert(io.open(os.getenv("SEARCH_BODY")))
wrk.body = file:read("*a")
file:close()
