/// What gateways tell each other of the sessions of their clients.
@NullMarked
package dev.sluice.mcp.serve.news;

import org.jspecify.annotations.NullMarked;
