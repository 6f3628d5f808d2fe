"""A protected MCP server with one tool: believes a token that its authorization server calls active, for it, with its scope."""

import base64
import json
import os
import ssl
import sys
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESOURCE = os.environ["RESOURCE"]
ISSUER = os.environ["ISSUER"]
ORIGIN = RESOURCE.removesuffix("/mcp")
SCOPE = "mcp:read"
METADATA = "/.well-known/oauth-protected-resource/mcp"


def introspect(token):
    """RFC 7662, as the client that the realm knows this server by."""
    form = urllib.parse.urlencode({"token": token}).encode()
    request = urllib.request.Request(f"{ISSUER}/protocol/openid-connect/token/introspect", form)
    request.add_header("Authorization", "Basic " + base64.b64encode(b"mcp-server:demo").decode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, document=None, headers=None):
        body = json.dumps(document).encode() if document is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == METADATA:
            self.answer(200, {"resource": RESOURCE, "authorization_servers": [ISSUER], "scopes_supported": [SCOPE]})
        else:
            self.answer(200 if self.path == "/health" else 404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        claims = introspect(token) if scheme.lower() == "bearer" else {}
        audience = claims.get("aud", [])
        mine = RESOURCE in ([audience] if isinstance(audience, str) else audience)
        if not (claims.get("active") and mine and SCOPE in claims.get("scope", "").split()):
            print("refused:", claims or "no token", flush=True)
            challenge = f'Bearer resource_metadata="{ORIGIN}{METADATA}", scope="{SCOPE}"'
            self.answer(401, {"error": "invalid_token"}, {"WWW-Authenticate": challenge})
            return
        request = json.loads(body)
        if "id" not in request:
            self.answer(202)
            return
        text = f"you are {claims.get('username', claims['sub'])}, with the scope {claims['scope']}"
        result = {"content": [{"type": "text", "text": text}]}
        self.answer(200, {"jsonrpc": "2.0", "id": request["id"], "result": result})

    def log_message(self, *_):
        pass


def check():
    """What the health check runs."""
    context = ssl.create_default_context(cafile="/tls/cert.pem")
    context.check_hostname = False
    url = RESOURCE.split("://")[0] + "://127.0.0.1:8000/health"
    urllib.request.urlopen(url, timeout=3, context=context if url.startswith("https") else None)


if "--check" in sys.argv:
    check()
else:
    server = ThreadingHTTPServer(("", 8000), Server)
    if "TLS" in os.environ:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("/tls/cert.pem", os.environ["TLS"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
