"""An agent without any OAuth: calls a tool, shows what it was answered, and asks again as long as that is an error."""

import json
import os
import sys
import time
import urllib.request

CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "whoami", "arguments": {}},
}
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
}


def call():
    request = urllib.request.Request(os.environ["MCP_URL"], json.dumps(CALL).encode(), HEADERS)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


for _ in range(10):
    answer = call()
    result = answer.get("result", {})
    text = " ".join(part.get("text", "") for part in result.get("content", [])) or json.dumps(answer)
    if result and not result.get("isError"):
        print("tool result:", text)
        sys.exit(0)
    print("not yet:", text)
    time.sleep(2)
sys.exit(1)
