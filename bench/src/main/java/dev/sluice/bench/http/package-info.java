/// HTTP/1.1 messages on blocking channels, for the load and the upstream.
@NullMarked
package dev.sluice.bench.http;

import org.jspecify.annotations.NullMarked;
