// A client made with the official SDKs for TypeScript, one for each era.
// Usage: node sdk-client.mjs ERA URL KEY, with SLUICE_MCP_SDK naming a folder that has node_modules.
// It prints what it sees, a line for each thing.
import { createRequire } from 'node:module';

const require = createRequire(process.env.SLUICE_MCP_SDK + '/here.js');
const [era, url, key] = process.argv.slice(2);
const options = { requestInit: { headers: { Authorization: 'Bearer ' + key } } };
const who = { name: 'sdk-client', version: '1' };
const capabilities = { elicitation: {} };
const ada = async () => ({ action: 'accept', content: { name: 'Ada' } });
const say = (...words) => console.log(words.join(' '));
const text = (result) => result.content[0].text;

function modern() {
  const { Client, StreamableHTTPClientTransport } = require('@modelcontextprotocol/client');
  const client = new Client(
    who, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  client.setRequestHandler('elicitation/create', ada);
  const changed = new Promise((done) =>
    client.setNotificationHandler('notifications/tools/list_changed', done));
  const listen = () => client.listen({ toolsListChanged: true });
  const call = (params, more) => client.callTool(params, more);
  return [client, new StreamableHTTPClientTransport(new URL(url), options), changed, listen, call];
}

function legacy() {
  const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
  const { StreamableHTTPClientTransport } =
    require('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const types = require('@modelcontextprotocol/sdk/types.js');
  const client = new Client(who, { capabilities });
  client.setRequestHandler(types.ElicitRequestSchema, ada);
  const changed = new Promise((done) =>
    client.setNotificationHandler(types.ToolListChangedNotificationSchema, done));
  const call = (params, more) => client.callTool(params, undefined, more);
  return [
    client, new StreamableHTTPClientTransport(new URL(url), options), changed, async () => {}, call];
}

const [client, transport, changed, listen, call] = era === 'modern' ? modern() : legacy();
await client.connect(transport);
say('server', client.getServerVersion().name);
const tools = [];
let cursor;
do {
  const page = await client.listTools(cursor ? { cursor } : undefined);
  tools.push(...page.tools.map((tool) => tool.name));
  cursor = page.nextCursor;
} while (cursor);
say('tools', tools.length);
say('prompts', (await client.listPrompts()).prompts.map((prompt) => prompt.name).join(' '));
const uri = (await client.listResources()).resources[0].uri;
say('resource', (await client.readResource({ uri })).contents[0].text);
for (const server of ['alpha', 'beta']) {
  say('echo', text(await call({ name: server + '__echo', arguments: { text: 'grüße' } })));
  const steps = [];
  const slow = { name: server + '__slow', arguments: { steps: 3, millis: 20 } };
  const done = await call(slow, { onprogress: ({ progress }) => steps.push(progress) });
  say('progress', steps.join(' '), text(done));
  say('ask', text(await call({ name: server + '__ask', arguments: {} })));
}
const failed = await call({ name: 'alpha__nothing', arguments: {} }).then(
  (result) => text(result), (error) => error.message);
say('unknown', failed);
await listen();
say('listening');
await changed;
say('changed');
await client.close();
