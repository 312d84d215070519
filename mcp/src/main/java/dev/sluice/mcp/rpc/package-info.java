/// The protocol of tools: JSON-RPC messages, the versions of MCP, and what each adds to a request.
///
/// What a message carries beyond the fields that are known here passes through as it came.
@NullMarked
package dev.sluice.mcp.rpc;

import org.jspecify.annotations.NullMarked;
