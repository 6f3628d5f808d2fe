"""One MCP call with the library named first to the URL named second. Prints all that it received."""
import importlib
import sys

library = importlib.import_module(sys.argv[1])
call = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "plain", "version": "1"}},
}
headers = {"Accept": "application/json, text/event-stream"}
answer = library.post(sys.argv[2], json=call, headers=headers, timeout=60)
print(answer.status_code, dict(answer.headers), answer.text)
sys.exit(0 if answer.status_code == 200 else 1)
