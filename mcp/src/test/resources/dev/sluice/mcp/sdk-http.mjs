// How the servers of the tests that are made with the official SDK for TypeScript speak HTTP.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';

// Of the folder that SLUICE_MCP_SDK names, which has node_modules.
export const require = createRequire(process.env.SLUICE_MCP_SDK + '/here.js');

function eventStore() {
  const events = [];
  return {
    async storeEvent(stream, message) {
      events.push({ id: stream + '_' + events.length, stream, message });
      return events.at(-1).id;
    },
    async replayEventsAfter(last, { send }) {
      const at = events.findIndex((e) => e.id === last);
      const { stream } = events[at];
      for (const e of events.slice(at + 1)) {
        if (e.stream === stream && Object.keys(e.message).length) await send(e.id, e.message);
      }
      return stream;
    },
  };
}

// Serves each session of the legacy era with a server of its own.
export function serveSessions(makeServer) {
  const { StreamableHTTPServerTransport } =
    require('@modelcontextprotocol/sdk/server/streamableHttp.js');
  const sessions = new Map();
  return async (request, response) => {
    const id = request.headers['mcp-session-id'];
    let transport = sessions.get(id);
    if (!transport && id) {
      response.writeHead(404).end();
      return;
    }
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        eventStore: eventStore(),
        retryInterval: 50,
        onsessioninitialized: (made) => sessions.set(made, transport),
      });
      await makeServer().connect(transport);
    }
    await transport.handleRequest(request, response);
  };
}

// Prints the URL on a line.
export function listen(handle) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1', () =>
    console.log('http://127.0.0.1:' + server.address().port + '/mcp'));
}
