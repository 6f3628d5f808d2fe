"""Stands for you: waits for Sidekey's login link, follows it, and signs in as alice."""

import html
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

cookies = {}  # by host; Keycloak marks them Secure, which a browser overlooks on localhost


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


browser = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))


def ask(url, form=None):
    host = urllib.parse.urlsplit(url).netloc
    jar = cookies.setdefault(host, {})
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, data)
    if jar:
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items()))
    try:
        page = browser.open(request, timeout=30)
    except urllib.error.HTTPError as answer:
        page = answer
    for cookie in page.headers.get_all("Set-Cookie") or []:
        name, value = cookie.split(";")[0].split("=", 1)
        jar[name] = value
    return page


def link():
    while True:
        logins = json.load(ask("http://127.0.0.1:7071/api/v1/logins"))
        if logins:
            return logins[0]["url"]
        time.sleep(0.5)


url, form = link(), None
print("signing in at", urllib.parse.urlsplit(url).netloc)
for _ in range(15):
    page = ask(url, form)
    form = None
    if page.status in (301, 302, 303, 307):
        url = urllib.parse.urljoin(url, page.headers["Location"])
        continue
    text = page.read().decode()
    action = re.search(r'<form[^>]*action="([^"]+)"', text)
    if not action or 'name="password"' not in text:
        break
    url = urllib.parse.urljoin(url, html.unescape(action.group(1)))
    form = {"username": "alice", "password": "alice", "credentialId": ""}
print("signed in" if page.status == 200 else f"no login: {page.status} at {url}")
