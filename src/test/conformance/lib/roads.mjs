// The agent's forward roads, as Node's own proxy support goes them: absolute-form for http, CONNECT and TLS for https.
// (Node's fetch itself tunnels http as well.)
import http from 'node:http'; import https from 'node:https'; import { Readable } from 'node:stream';
export function fetchBy(proxy, ca) {
  const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  const ways = { 'http:': [http, new http.Agent({ proxyEnv, keepAlive: true })], 'https:': [https, new https.Agent({ proxyEnv, keepAlive: true, ca })] };
  return async (input, init) => {
    const asked = new Request(input, init), body = asked.body && Buffer.from(await asked.arrayBuffer());
    const url = new URL(asked.url), [protocol, agent] = ways[url.protocol];
    const answer = await new Promise((done, failed) => {
      const request = protocol.request(url, { method: asked.method, agent, signal: init?.signal, headers: { ...Object.fromEntries(asked.headers), ...(body && { 'content-length': body.length }) } }, done);
      request.on('error', failed).end(body ?? undefined);
    });
    const headers = Object.entries(answer.headersDistinct).flatMap(([name, values]) => values.map(value => [name, value]));
    const bodiless = asked.method === 'HEAD' || [204, 205, 304].includes(answer.statusCode);
    if (bodiless) answer.resume();
    return new Response(bodiless ? null : Readable.toWeb(answer), { status: answer.statusCode, headers });
  };
}
