/// An HTTP/1.1 server with control over every byte: chunking, cuts, stalls and resets.
@NullMarked
package dev.sluice.testkit.http;

import org.jspecify.annotations.NullMarked;
