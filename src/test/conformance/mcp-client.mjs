// An agent without OAuth: --url URL --sdk v1|v2 [--timeout MS] [--connects N]. Prints what it saw as JSON.
const arg = (k, d) => { const i = process.argv.indexOf('--' + k); return i < 0 ? d : process.argv[i + 1]; };
const url = new URL(arg('url')), v1 = arg('sdk') === 'v1', timeout = +arg('timeout', '60000'), connects = +arg('connects', '1');
const seen = { failures: [], statuses: [], headers: '' };
const watched = async (i, init) => { const r = await fetch(i, init); seen.statuses.push(r.status); seen.headers += JSON.stringify([...r.headers]); return r; };
async function connect() {
  if (v1) {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js'), { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
    const client = new Client({ name: 'agent', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { name: 'Ada' } }));
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: watched }), { timeout });
    return client;
  }
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const client = new Client({ name: 'agent', version: '1' }, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'legacy' } });
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { name: 'Ada' } }));
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: watched }), { timeout });
  return client;
}
let client;
for (let n = 0; n < connects && !client; n++) {
  try { client = await connect(); } catch (e) { seen.failures.push(String(e.message ?? e)); process.stdout.write(''); await new Promise(r => setTimeout(r, +arg('pause', '0'))); }
}
if (client) {
  const progress = [];
  const call = (name, options = {}) => v1 ? client.callTool({ name, arguments: {} }, undefined, { timeout: 30000, ...options }) : client.callTool({ name, arguments: {} }, { timeout: 30000, ...options });
  seen.tools = (await client.listTools()).tools.map(t => t.name);
  seen.echo = (await call('echo')).content[0].text;
  seen.slow = (await call('slow', { onprogress: p => progress.push(p.progress) })).content[0].text;
  seen.progress = progress;
  seen.ask = (await call('ask')).content[0].text;
  seen.cut = (await call('cut', { onprogress: () => {} })).content[0].text;
  await client.close();
}
console.log(JSON.stringify(seen)); process.exit(client ? 0 : 1);
