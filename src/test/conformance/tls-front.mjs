// Loaded into the suite's process before the suite (node --import): each of its http servers stands behind TLS, and calls itself
// https://localhost:PORT. All that the suite checks it derives from that URL (resource, issuer, audience, htu), so nothing has to be
// rewritten on the wire and no check is weakened. Certificate and key lie in $TLS_DIR.
import fs from 'node:fs'; import http from 'node:http'; import tls from 'node:tls'; import path from 'node:path';
import { registerHooks } from 'node:module';
const file = name => fs.readFileSync(path.join(process.env.TLS_DIR, name));
const secureContext = tls.createSecureContext({ cert: file('server.pem'), key: file('server.key') });
const listen = http.Server.prototype.listen;
http.Server.prototype.listen = function (...where) {
  const serve = this.listeners('connection');
  this.removeAllListeners('connection').on('connection', raw => {
    const secure = new tls.TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    secure.on('error', () => raw.destroy()).once('secure', () => serve.forEach(take => take.call(this, secure)));
  });
  return listen.apply(this, where);
};
const PLAIN = 'http://localhost:${';
registerHooks({ load(url, context, next) {
  const module = next(url, context);
  if (!url.endsWith('/@modelcontextprotocol/conformance/dist/index.js')) return module;
  const source = String(module.source);
  if (!source.includes(PLAIN)) throw new Error('the suite names its servers otherwise now');
  return { ...module, source: source.replaceAll(PLAIN, 'https://localhost:${') };
} });
