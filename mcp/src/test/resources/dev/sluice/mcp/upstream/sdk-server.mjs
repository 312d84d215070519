// Servers made with the official SDKs for TypeScript, one for each era and transport.
// Usage: node sdk-server.mjs MODE, with SLUICE_MCP_SDK naming a folder that has node_modules.
// A server behind HTTP prints its URL on a line.
import { randomUUID } from 'node:crypto';
import { listen, require, serveSessions } from '../sdk-http.mjs';

const mode = process.argv[2];
const { z } = require('zod');
const text = (value) => ({ content: [{ type: 'text', text: value }] });

function modern() {
  const { McpServer, inputRequired, acceptedContent } = require('@modelcontextprotocol/server');
  const server = new McpServer(
    { name: 'sdk', version: '2.4.0' }, { capabilities: { tools: { listChanged: true } } });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) },
    async ({ text: said }) => text(said));
  server.registerTool('region',
    { inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }) },
    async ({ region }) => text(region));
  server.registerTool('progress', { inputSchema: z.object({}) }, async (_, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= 3; progress++) {
      await ctx.mcpReq.notify(
        { method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    return text('done');
  });
  server.registerTool('ask', { inputSchema: z.object({}) }, async (_, ctx) => {
    const schema = z.object({ name: z.string() });
    const answer = acceptedContent(ctx.mcpReq.inputResponses, 'who', schema);
    if (answer === undefined) {
      const who = inputRequired.elicit({ message: 'Who?', requestedSchema: schema });
      return inputRequired({ inputRequests: { who } });
    }
    return text('hello ' + answer.name);
  });
  return server;
}

function legacy() {
  const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
  const server = new McpServer({ name: 'sdk', version: '1' }, { capabilities: { logging: {} } });
  server.registerTool('echo', { inputSchema: { text: z.string() } },
    async ({ text: said }) => text(said));
  server.registerTool('progress', { inputSchema: {} }, async (_, extra) => {
    const progressToken = extra._meta?.progressToken;
    for (let progress = 1; progress <= 3; progress++) {
      await extra.sendNotification(
        { method: 'notifications/progress', params: { progressToken, progress, total: 3 } });
    }
    return text('done');
  });
  server.registerTool('cut', { inputSchema: {} }, async (_, extra) => {
    // The connection ends, and not the stream: the client takes it up again.
    extra.closeSSEStream?.();
    await new Promise((done) => setTimeout(done, 100));
    return text('resumed');
  });
  server.registerTool('ask', { inputSchema: {} }, async (_, extra) => {
    const answer = await extra.sendRequest({ method: 'elicitation/create', params: {
      message: 'Who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } } }, z.any());
    return text('hello ' + answer.content.name);
  });
  server.registerTool('grow', { inputSchema: {} }, async () => {
    server.registerTool('grown-' + randomUUID(), { inputSchema: {} }, async () => text(''));
    return text('grown');
  });
  return server;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function webRequest(request) {
  const content = request.method === 'POST' ? await body(request) : undefined;
  return new Request('http://' + request.headers.host + request.url,
    { method: request.method, headers: request.headers, body: content });
}

async function serveWeb(handler, request, response) {
  const aborted = new AbortController();
  response.on('close', () => aborted.abort());
  const answer = await handler.fetch(new Request(await webRequest(request),
    { signal: aborted.signal }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) for await (const part of answer.body) response.write(part);
  response.end();
}

const sessions = new Map();

async function serveOld(request, response) {
  const { SSEServerTransport } = require('@modelcontextprotocol/sdk/server/sse.js');
  const url = new URL(request.url, 'http://localhost');
  if (request.method === 'GET') {
    const transport = new SSEServerTransport('/messages', response);
    sessions.set(transport.sessionId, transport);
    await legacy().connect(transport);
  } else if (url.pathname === '/messages') {
    await sessions.get(url.searchParams.get('sessionId')).handlePostMessage(request, response);
  } else {
    response.writeHead(405).end();
  }
}

if (mode === 'stdio-modern') {
  require('@modelcontextprotocol/server/stdio').serveStdio(modern);
} else if (mode === 'stdio-legacy') {
  const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js');
  await legacy().connect(new StdioServerTransport());
} else if (mode === 'http-modern') {
  const { createMcpHandler } = require('@modelcontextprotocol/server');
  const handler = createMcpHandler(modern, { legacy: 'reject' });
  listen(async (request, response) => {
    if (request.url === '/changed') {
      handler.notify.toolsChanged();
      response.end();
    } else {
      await serveWeb(handler, request, response);
    }
  });
} else if (mode === 'http-legacy') {
  listen(serveSessions(legacy));
} else if (mode === 'http-old') {
  listen(serveOld);
}
