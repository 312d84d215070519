/// Requests and answers over HTTP.
@NullMarked
package dev.sluice.mcp.serve.http;

import org.jspecify.annotations.NullMarked;
