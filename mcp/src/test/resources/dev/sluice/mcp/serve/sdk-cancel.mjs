// A client made with the official SDK for TypeScript that cancels a call whose answer has begun.
// Usage: node sdk-cancel.mjs legacy URL KEY, with SLUICE_MCP_SDK naming a folder that has node_modules.
// It prints what it sees, a line for each thing.
import { createRequire } from 'node:module';

const require = createRequire(process.env.SLUICE_MCP_SDK + '/here.js');
const [, url, key] = process.argv.slice(2);
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } =
  require('@modelcontextprotocol/sdk/client/streamableHttp.js');
const say = (...words) => console.log(words.join(' '));

let begun;
let left;
const streaming = new Promise((done) => (begun = done));
const stopped = new Promise((done) => (left = done));
setTimeout(() => left('never told to stop'), 60_000).unref();

// What the client asks for by itself: it comes back for the rest of a stream without a result.
async function seen(target, init) {
  const answer = await fetch(target, init);
  const resumes = new Headers(init.headers).has('last-event-id');
  if (resumes && answer.status === 405) {
    left('told to stop');
  }
  if (String(init.body).includes('alpha__stall')) {
    begun(answer.headers.get('content-type'));
  }
  return answer;
}

const client = new Client({ name: 'sdk-cancel', version: '1' }, { capabilities: {} });
const heard = [];
const options = { requestInit: { headers: { Authorization: 'Bearer ' + key } }, fetch: seen };
await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
const onmessage = client.transport.onmessage;
client.transport.onmessage = (message, extra) => {
  heard.push(message);
  onmessage(message, extra);
};
const abort = new AbortController();
const stall = { name: 'alpha__stall', arguments: {} };
const called = client.callTool(stall, undefined, { signal: abort.signal });
const failed = called.then(() => 'answered', () => 'cancelled');
say('answer', await streaming);
abort.abort('enough');
say(await failed);
say(await stopped);
say('heard', heard.length);
const echo = { name: 'alpha__echo', arguments: { text: 'next' } };
say((await client.callTool(echo)).content[0].text);
await client.close();
