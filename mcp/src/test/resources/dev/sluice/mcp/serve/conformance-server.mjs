// The server that the conformance suite of MCP asks for: its tools, prompts and resources, made with
// the official SDK for TypeScript of the legacy era.
// Usage: node conformance-server.mjs, with SLUICE_MCP_SDK naming a folder that has node_modules; it
// prints its URL on a line.
import { listen, require, serveSessions } from '../sdk-http.mjs';

const { Server } = require('@modelcontextprotocol/sdk/server/index.js');
const types = require('@modelcontextprotocol/sdk/types.js');
const { z } = require('zod');

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';
const SOUND = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==';
const NOTHING = { type: 'object', properties: {} };

const text = (value) => ({ type: 'text', text: value });
const image = () => ({ type: 'image', data: PIXEL, mimeType: 'image/png' });
const resource = (uri, mimeType, value) =>
  ({ type: 'resource', resource: { uri, mimeType, text: value } });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const content = (...blocks) => ({ content: blocks });

async function logging(_, extra) {
  for (const data of ['started', 'processing', 'completed']) {
    await extra.sendNotification(
      { method: 'notifications/message', params: { level: 'info', data: 'Tool ' + data } });
    await wait(50);
  }
  return content(text('logged'));
}

async function progress(_, extra) {
  const progressToken = extra._meta?.progressToken ?? 0;
  for (const done of [0, 50, 100]) {
    await extra.sendNotification({
      method: 'notifications/progress', params: { progressToken, progress: done, total: 100 } });
    await wait(50);
  }
  return content(text(String(progressToken)));
}

async function sampling(args, extra) {
  const answer = await extra.sendRequest({ method: 'sampling/createMessage', params: {
    messages: [{ role: 'user', content: text(args.prompt) }], maxTokens: 100 } }, z.any());
  return content(text('LLM response: ' + (answer.content?.text ?? '')));
}

const elicitation = (requestedSchema) => async (args, extra) => {
  const answer = await extra.sendRequest({ method: 'elicitation/create', params: {
    message: args?.message ?? 'Please tell', requestedSchema } }, z.any());
  return content(text('User response: ' + JSON.stringify(answer)));
};

async function reconnection(_, extra) {
  extra.closeSSEStream?.();
  await wait(100);
  return content(text('Reconnection test completed successfully'));
}

const DEFAULTS = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
  required: [],
};
const titled = ['One', 'Two', 'Three'].map((title, i) => ({ const: 'value' + (i + 1), title }));
const ENUMS = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: {
      type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: {
      type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled } },
  },
  required: [],
};
const SCHEMA_2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
  },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};
const asks = (name) => ({
  type: 'object', properties: { [name]: { type: 'string' } }, required: [name] });

const TOOLS = {
  test_simple_text: [NOTHING, async () =>
    content(text('This is a simple text response for testing.'))],
  test_image_content: [NOTHING, async () => content(image())],
  test_audio_content: [NOTHING, async () =>
    content({ type: 'audio', data: SOUND, mimeType: 'audio/wav' })],
  test_embedded_resource: [NOTHING, async () => content(resource(
    'test://embedded-resource', 'text/plain', 'This is an embedded resource content.'))],
  test_multiple_content_types: [NOTHING, async () => content(
    text('Multiple content types test:'), image(),
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'))],
  test_tool_with_logging: [NOTHING, logging],
  test_tool_with_progress: [NOTHING, progress],
  test_error_handling: [NOTHING, async () => ({
    isError: true, content: [text('This tool intentionally returns an error for testing')] })],
  test_sampling: [asks('prompt'), sampling],
  test_elicitation: [asks('message'), elicitation({
    type: 'object',
    properties: {
      username: { type: 'string', description: 'User name' },
      email: { type: 'string', description: 'Address of mail' },
    },
    required: ['username', 'email'],
  })],
  test_elicitation_sep1034_defaults: [NOTHING, elicitation(DEFAULTS)],
  test_elicitation_sep1330_enums: [NOTHING, elicitation(ENUMS)],
  json_schema_2020_12_tool: [SCHEMA_2020, async () => content(text('ok'))],
  test_reconnection: [NOTHING, reconnection],
};

const PROMPTS = {
  test_simple_prompt: [[], () => [text('This is a simple prompt for testing.')]],
  test_prompt_with_arguments: [['arg1', 'arg2'], ({ arg1, arg2 }) =>
    [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]],
  test_prompt_with_embedded_resource: [['resourceUri'], ({ resourceUri }) => [
    resource(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
    text('Please process the embedded resource above.')]],
  test_prompt_with_image: [[], () => [image(), text('Please analyze the image above.')]],
};

const RESOURCES = {
  'test://static-text': {
    mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: PIXEL },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched resource content' },
};

function read(uri) {
  const template = /^test:\/\/template\/([^/]+)\/data$/.exec(uri);
  const found = template ? {
    mimeType: 'application/json',
    text: JSON.stringify(
      { id: template[1], templateTest: true, data: 'Data for ID: ' + template[1] }),
  } : RESOURCES[uri];
  if (!found) throw new types.McpError(-32002, 'Resource not found: ' + uri);
  return { contents: [{ uri, ...found }] };
}

function server() {
  const made = new Server({ name: 'conformance', version: '1' }, { capabilities: {
    tools: { listChanged: true }, prompts: { listChanged: true },
    resources: { subscribe: true, listChanged: true }, logging: {}, completions: {} } });
  const on = (schema, handle) => made.setRequestHandler(schema, handle);
  on(types.ListToolsRequestSchema, async () => ({ tools: Object.entries(TOOLS).map(
    ([name, [inputSchema]]) => ({ name, description: 'For the suite: ' + name, inputSchema })) }));
  on(types.CallToolRequestSchema, async ({ params }, extra) => {
    const tool = TOOLS[params.name];
    if (!tool) throw new types.McpError(-32602, 'Unknown tool: ' + params.name);
    return tool[1](params.arguments, extra);
  });
  on(types.ListPromptsRequestSchema, async () => ({ prompts: Object.entries(PROMPTS).map(
    ([name, [args]]) => ({ name, description: 'For the suite: ' + name,
      arguments: args.map((arg) => ({ name: arg, description: arg, required: true })) })) }));
  on(types.GetPromptRequestSchema, async ({ params }) => ({
    messages: PROMPTS[params.name][1](params.arguments ?? {})
      .map((block) => ({ role: 'user', content: block })) }));
  on(types.ListResourcesRequestSchema, async () => ({ resources: Object.entries(RESOURCES).map(
    ([uri, { mimeType }]) => ({ uri, name: uri, description: 'For the suite', mimeType })) }));
  on(types.ListResourceTemplatesRequestSchema, async () => ({ resourceTemplates: [{
    uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }] }));
  on(types.ReadResourceRequestSchema, async ({ params }) => read(params.uri));
  on(types.SubscribeRequestSchema, async () => ({}));
  on(types.UnsubscribeRequestSchema, async () => ({}));
  on(types.SetLevelRequestSchema, async () => ({}));
  on(types.CompleteRequestSchema, async () => ({ completion: {
    values: ['paris', 'park', 'party'], total: 150, hasMore: false } }));
  return made;
}

listen(serveSessions(server));
