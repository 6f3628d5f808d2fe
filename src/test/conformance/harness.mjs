#!/usr/bin/env node
// Conformance harness for a TRANSPARENT OAuth PROXY.
//   conformance client --command "node /path/harness.mjs" --scenario auth/... --spec-version 2025-11-25
// The runner appends the test server's MCP URL as the last argument. This script
//   1. writes the files/config the scenario's context calls for, 2. starts the proxy with that URL as its upstream,
//   3. waits till the proxy is ready, 4. plays the user's browser for every authorization URL the proxy exposes,
//   5. runs an AUTH-LESS MCP client through the proxy, 6. stops the proxy (by pid) and exits 0/1.
// The proxy is never told the scenario's name: MCP_CONFORMANCE_* is removed from its environment.
// Settings (env): see README.md.
import { spawn } from 'node:child_process';
import fs from 'node:fs'; import os from 'node:os'; import path from 'node:path'; import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBrowser } from './lib/browser.mjs';
import { renderConfig } from './lib/config.mjs';
import { runClient } from './lib/clients.mjs';
import { fetchBy } from './lib/roads.mjs';

const env = process.env, upstream = process.argv.at(-1);
const scenario = env.MCP_CONFORMANCE_SCENARIO ?? 'tools_call';
const version = env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? '2025-11-25';
const context = JSON.parse(env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const runDir = fs.mkdtempSync(path.join(env.CONF_RUN_DIR ?? os.tmpdir(), 'proxyrun-'));
const report = { scenario, version, upstream, runDir, logins: [], client: {} };
const log = (...a) => console.error('[harness]', ...a);

// below the range from which the system takes ports for outgoing connections: those would take a port that was free a moment ago
const freePort = () => new Promise(r => {
  const port = 20000 + Math.floor(Math.random() * 12000), s = net.createServer();
  s.once('error', () => r(freePort())); s.listen(port, '127.0.0.1', () => s.close(() => r(port)));
});
const port = +(env.PROXY_PORT ?? await freePort()), adminPort = +(env.PROXY_ADMIN_PORT ?? await freePort());
const u = new URL(upstream);
const vars = { upstream, upstream_origin: u.origin, upstream_path: u.pathname, port, admin_port: adminPort, dir: runDir, route: env.PROXY_ROUTE ?? 'test' };
const subst = s => s.replace(/\{(\w+)\}/g, (m, k) => k in vars ? String(vars[k]) : m);
// {config} and whatever else the renderer adds (client_id, private_key_file, …) become placeholders as well
Object.assign(vars, await renderConfig({ vars, context, env, scenario: undefined }));

// on a forward road the agent keeps the URL that it has, and trusts the CA that lies in the state directory already
const forward = (env.ROAD ?? 'reverse') !== 'reverse', tlsDir = env.TLS_DIR;
if (tlsDir) fs.cpSync(path.join(tlsDir, 'state'), path.join(runDir, 'state'), { recursive: true });
const clientUrl = subst(env.PROXY_CLIENT_URL ?? (forward ? '{upstream}' : 'http://127.0.0.1:{port}{upstream_path}'));
const agentFetch = forward ? fetchBy(`http://127.0.0.1:${port}`, tlsDir && fs.readFileSync(path.join(runDir, 'state', 'ca.pem'))) : fetch;
const proxyEnv = Object.fromEntries(Object.entries(env).filter(([k]) => !k.startsWith('MCP_CONFORMANCE_')));
const urlFile = path.join(runDir, 'browser-urls');           // a fake $BROWSER / xdg-open appends here
const fakeBin = path.join(runDir, 'bin'); fs.mkdirSync(fakeBin);
for (const n of ['fake-browser', 'xdg-open', 'x-www-browser', 'sensible-browser', 'www-browser'])
  fs.writeFileSync(path.join(fakeBin, n), `#!/bin/sh\nfor a in "$@"; do u="$a"; done\necho "$u" >> '${urlFile}'\n`, { mode: 0o755 });
Object.assign(proxyEnv, { HOME: runDir, BROWSER: path.join(fakeBin, 'fake-browser'), PATH: `${fakeBin}:${env.PATH}` });

const cmd = subst(env.PROXY_CMD ?? `${env.SIDEKEY ?? path.resolve(import.meta.dirname, '../../sidekey')} serve --config {config} --listen 127.0.0.1:{port} --admin-listen 127.0.0.1:{admin_port} --state-dir {dir}/state --browser none`);
log('proxy:', cmd); log('client url:', clientUrl);
const proxy = spawn('/bin/sh', ['-c', 'exec ' + cmd], { env: proxyEnv, cwd: env.PROXY_CWD ?? process.cwd(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
let proxyLog = '', exited = null;
const onOut = d => { proxyLog += d; fs.appendFileSync(path.join(runDir, 'proxy.log'), d); browser?.feed(String(d)); };
let browser; proxy.stdout.on('data', onOut); proxy.stderr.on('data', onOut);
proxy.on('exit', (c, s) => { exited = s ?? c; });

// the runner's timeout only SIGTERMs this script: never leave the proxy behind
const killProxy = sig => { if (exited === null) try { process.kill(-proxy.pid, sig); } catch {} };
for (const sig of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(sig, () => { killProxy('SIGKILL'); process.exit(143); });
setTimeout(() => { log('watchdog'); killProxy('SIGKILL'); process.exit(124); }, +(env.HARNESS_MAX_MS ?? 120000)).unref();

let code = 1;
try {
  await ready();
  browser = startBrowser({ source: subst(env.BROWSER_URL_SOURCE ?? 'http://127.0.0.1:{admin_port}/api/v1/logins'), urlFile, delayMs: +(env.BROWSER_DELAY_MS ?? 0), report, log });
  if (browser) browser.feed(proxyLog);
  report.client = await runClient({ fetch: agentFetch, url: clientUrl, scenario, version, context, log, browser, sdk: env.MCP_CLIENT ?? 'v2', timeoutMs: +(env.CLIENT_TIMEOUT_MS ?? 25000), retries: +(env.CLIENT_RETRIES ?? 1) });
  code = report.client.ok ? 0 : 1;
  if (env.STRICT_TRANSPARENT === '1' && report.client.sawAuth) { log('STRICT: the client saw an auth challenge', report.client.sawAuth); code = 1; }
} catch (e) { log('ERROR', e?.stack ?? e); report.error = String(e?.message ?? e); }
finally {
  browser?.stop();
  fs.writeFileSync(path.join(env.CONF_RUN_DIR ?? runDir, 'harness.json'), JSON.stringify(report, null, 1));
  if (code || env.HARNESS_VERBOSE) log('proxy log tail:\n' + proxyLog.slice(-3000));
  if (exited === null) { killProxy('SIGTERM'); await Promise.race([new Promise(r => proxy.once('exit', r)), sleep(+(env.PROXY_STOP_MS ?? 3000))]); killProxy('SIGKILL'); }
}
if (!env.CONF_RUN_DIR && !env.HARNESS_KEEP && code === 0) fs.rmSync(runDir, { recursive: true, force: true });
process.exit(code);

// PROXY_READY: tcp (default) | http:URL (any answer below 500) | log:REGEX
async function ready() {
  const spec = subst(env.PROXY_READY ?? 'http://127.0.0.1:{admin_port}/readyz'), until = Date.now() + +(env.PROXY_READY_TIMEOUT_MS ?? 60000);
  while (Date.now() < until) {
    if (exited !== null) throw new Error(`proxy exited (${exited}) before it was ready:\n${proxyLog.slice(-2000)}`);
    if (spec.startsWith('log:') && new RegExp(spec.slice(4)).test(proxyLog)) return;
    if (spec.startsWith('http') && await fetch(spec).then(r => r.ok, () => false)) return;
    if (spec === 'tcp' && await new Promise(r => { const s = net.connect(port, '127.0.0.1', () => { s.end(); r(true); }); s.on('error', () => r(false)); })) return;
    await sleep(50);
  }
  throw new Error('proxy not ready in time (' + spec + ')');
}
