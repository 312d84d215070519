// A server or a client of 2026-07-28, made with the official SDKs for TypeScript.
// Usage: node sdk-peer.mjs server, which prints its URL on a line, or
// node sdk-peer.mjs client URL KEY SERVER, which prints what it sees of that server, a line for each
// thing; with SLUICE_MCP_SDK naming a folder that has node_modules.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(process.env.SLUICE_MCP_SDK + '/here.js');
const [mode, url, key, server] = process.argv.slice(2);

function made() {
  const { McpServer } = require('@modelcontextprotocol/server');
  const { z } = require('zod');
  const text = (value) => ({ content: [{ type: 'text', text: value }] });
  const made = new McpServer({ name: 'typescript', version: '1' }, { capabilities: { tools: {} } });
  made.registerTool('echo', { inputSchema: z.object({ text: z.string() }) },
    async ({ text: said }) => text(said));
  made.registerTool('progress', { inputSchema: z.object({}) }, async (_, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 3; progress++) {
      await ctx.mcpReq.notify(
        { method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    return text('done');
  });
  return made;
}

async function handle(handler, request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const answer = await handler.fetch(new Request('http://' + request.headers.host + request.url, {
    method: request.method,
    headers: request.headers,
    body: request.method === 'POST' ? Buffer.concat(parts) : undefined,
  }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) for await (const part of answer.body) response.write(part);
  response.end();
}

function serve() {
  const { createMcpHandler } = require('@modelcontextprotocol/server');
  const handler = createMcpHandler(made, { legacy: 'reject' });
  const http = createServer((request, response) => {
    handle(handler, request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  http.listen(0, '127.0.0.1', () =>
    console.log('http://127.0.0.1:' + http.address().port + '/mcp'));
}

async function call() {
  const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
  const client = new Client({ name: 'typescript', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const headers = { Authorization: 'Bearer ' + key };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name).filter((name) => name.startsWith(server + '__'));
  console.log(names.sort().join(' '));
  const echo = { name: server + '__echo', arguments: { text: 'grüße' } };
  console.log((await client.callTool(echo)).content[0].text);
  const steps = [];
  const done = await client.callTool({ name: server + '__progress', arguments: {} },
    { onprogress: ({ progress }) => steps.push(progress) });
  console.log([...steps, done.content[0].text].join(' '));
  await client.close();
}

if (mode === 'server') {
  serve();
} else {
  await call();
}
