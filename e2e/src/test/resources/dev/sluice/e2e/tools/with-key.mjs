// Loaded ahead of a program that asks a gateway and has no option for a key: each of its requests
// gets that of SLUICE_TEST_KEY; with SLUICE_MCP_SDK naming a folder that has node_modules.
import { createRequire } from 'node:module';

const require = createRequire(process.env.SLUICE_MCP_SDK + '/here.js');
const { Agent, setGlobalDispatcher } = require('undici');
const authorization = 'Bearer ' + process.env.SLUICE_TEST_KEY;

// Of fetch too.
setGlobalDispatcher(new Agent().compose((dispatch) => (request, handler) =>
  dispatch({ ...request, headers: { ...request.headers, authorization } }, handler)));
