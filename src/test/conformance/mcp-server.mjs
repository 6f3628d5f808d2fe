// A real MCP server (TypeScript SDK 1.x, Streamable HTTP) without auth: echo, slow (progress over SSE), ask (a request to the
// client in the middle of a call), cut (ends the stream in the middle of a call: the client resumes it). Prints its port.
import http from 'node:http'; import { randomUUID } from 'node:crypto'; import { setTimeout as pause } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
const sessions = new Map();
const events = []; let resumed;
const eventStore = {
  async storeEvent(streamId, message) { events.push({ streamId, message }); return `event-${events.length}`; },
  async replayEventsAfter(lastEventId, { send }) {
    const from = +lastEventId.slice(6), { streamId } = events[from - 1]; resumed = lastEventId;
    for (let i = from; i < events.length; i++) if (events[i].streamId === streamId) await send(`event-${i + 1}`, events[i].message);
    return streamId;
  },
};
function server() {
  const mcp = new McpServer({ name: 'real', version: '1' });
  mcp.registerTool('echo', { description: 'says it again' }, async () => ({ content: [{ type: 'text', text: 'echoed' }] }));
  mcp.registerTool('slow', { description: 'tells how far it is' }, async extra => {
    const progressToken = extra._meta?.progressToken;
    for (let i = 1; i <= 3; i++) { if (progressToken !== undefined) await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress: i, total: 3 } }); await pause(50); }
    return { content: [{ type: 'text', text: 'slowly done' }] };
  });
  mcp.registerTool('ask', { description: 'asks back' }, async () => {
    const answer = await mcp.server.elicitInput({ message: 'Your name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } });
    return { content: [{ type: 'text', text: `hello ${answer.content?.name}` }] };
  });
  mcp.registerTool('cut', { description: 'ends its own stream' }, async extra => {
    const progressToken = extra._meta?.progressToken;
    resumed = undefined;
    if (progressToken !== undefined) await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
    extra.closeSSEStream();
    for (let i = 0; i < 400 && !resumed; i++) await pause(25);
    return { content: [{ type: 'text', text: resumed ? 'resumed after an event' : 'never resumed' }] };
  });
  return mcp;
}
http.createServer(async (q, s) => {
  const known = sessions.get(q.headers['mcp-session-id']);
  if (known) return known.handleRequest(q, s);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID(), eventStore, retryInterval: 50, onsessioninitialized: id => sessions.set(id, transport) });
  await server().connect(transport);
  await transport.handleRequest(q, s);
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
