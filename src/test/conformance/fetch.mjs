// Node's own fetch: one MCP call to the URL given. Prints all that it received.
const call = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'fetch', version: '1' } } };
const answer = await fetch(process.argv[2], { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }, body: JSON.stringify(call) });
console.log(answer.status, JSON.stringify([...answer.headers]), await answer.text());
process.exit(answer.status === 200 ? 0 : 1);
