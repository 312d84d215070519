/// Access tokens for servers, by OAuth 2.1's client credentials.
@NullMarked
package dev.sluice.mcp.upstream.oauth;

import org.jspecify.annotations.NullMarked;
