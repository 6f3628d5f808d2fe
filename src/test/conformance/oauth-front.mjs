// A protected MCP server with TLS and ALPN (h2 and http/1.1) before a plain one: --port N --host NAME --cert PEM --key PEM
// --target http://127.0.0.1:P/mcp. Resource server (401, resource metadata) and a tiny authorization server on one origin. Every
// token it gives out holds the word CANARY. Its own /seen says what was asked of it.
import http from 'node:http'; import http2 from 'node:http2'; import crypto from 'node:crypto'; import fs from 'node:fs';
const arg = k => process.argv[process.argv.indexOf('--' + k) + 1];
const target = new URL(arg('target')), O = `https://${arg('host')}:${arg('port')}`;
const codes = new Map(), tokens = new Set(), seen = { versions: {}, agents: [], logins: 0 };
const secret = kind => `CANARY-${kind}-${crypto.randomBytes(18).toString('base64url')}`;
const json = (s, c, o, h = {}) => { s.writeHead(c, { 'content-type': 'application/json', 'cache-control': 'no-store', ...h }); s.end(JSON.stringify(o)); };
const body = async q => { let b = ''; for await (const c of q) b += c; return b; };
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'authorization', 'host', 'http2-settings', 'upgrade']);
const end2end = h => Object.fromEntries(Object.entries(h).filter(([k]) => !HOP.has(k) && !k.startsWith(':')));
const matches = (verifier, params) => crypto.createHash('sha256').update(verifier ?? '').digest('base64url') === params.get('code_challenge');
async function answer(q, s) {
  const u = new URL(q.url, O), p = u.pathname;
  if (p === '/seen') return json(s, 200, seen);
  if (p.startsWith('/.well-known/oauth-protected-resource')) return json(s, 200, { resource: O + '/mcp', authorization_servers: [O], scopes_supported: ['mcp'] });
  if (p === '/.well-known/oauth-authorization-server') return json(s, 200, { issuer: O, authorization_endpoint: O + '/authorize', token_endpoint: O + '/token', registration_endpoint: O + '/register', response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], code_challenge_methods_supported: ['S256'], token_endpoint_auth_methods_supported: ['none'], authorization_response_iss_parameter_supported: true });
  if (p === '/register') return json(s, 201, { ...JSON.parse(await body(q)), client_id: crypto.randomUUID(), token_endpoint_auth_method: 'none' });
  if (p === '/authorize') {
    const code = secret('code'), back = new URL(u.searchParams.get('redirect_uri'));
    codes.set(code, u.searchParams); seen.logins++;
    back.searchParams.set('code', code); back.searchParams.set('iss', O); back.searchParams.set('state', u.searchParams.get('state'));
    s.writeHead(302, { location: String(back) }); return s.end();
  }
  if (p === '/token') {
    const b = new URLSearchParams(await body(q)), params = codes.get(b.get('code'));
    codes.delete(b.get('code'));
    if (!params || !matches(b.get('code_verifier'), params)) return json(s, 400, { error: 'invalid_grant' });
    const token = secret('access'); tokens.add(token);
    return json(s, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600, refresh_token: secret('refresh'), scope: 'mcp' });
  }
  const token = /^Bearer (.+)$/i.exec(q.headers.authorization ?? '')?.[1];
  if (!tokens.has(token)) { q.resume(); return json(s, 401, { error: 'invalid_token' }, { 'www-authenticate': `Bearer resource_metadata="${O}/.well-known/oauth-protected-resource/mcp"` }); }
  seen.versions[q.httpVersion] = (seen.versions[q.httpVersion] ?? 0) + 1; seen.agents.push(q.headers['user-agent'] ?? '');
  const r = http.request({ host: target.hostname, port: target.port, method: q.method, path: target.pathname + u.search, headers: { ...end2end(q.headers), host: target.host } }, a => { s.writeHead(a.statusCode, end2end(a.headers)); a.pipe(s); s.on('close', () => a.destroy()); });
  r.on('error', () => { if (!s.headersSent) s.statusCode = 502; s.end(); }); s.on('close', () => r.destroy()); q.pipe(r);
}
http2.createSecureServer({ allowHTTP1: true, cert: fs.readFileSync(arg('cert')), key: fs.readFileSync(arg('key')) }, answer).listen(+arg('port'), '127.0.0.1', () => console.log('front', arg('port')));
