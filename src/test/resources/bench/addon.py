"""What a user of mitmproxy writes to add a token, and to have streams passed on as they come."""


def request(flow):
    flow.request.headers["authorization"] = "Bearer {TOKEN}"


def responseheaders(flow):
    flow.response.stream = "text/event-stream" in flow.response.headers.get("content-type", "")
