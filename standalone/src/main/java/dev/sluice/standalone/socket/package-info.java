/// Unix sockets: the gRPC server on one, and short questions over another.
@NullMarked
package dev.sluice.standalone.socket;

import org.jspecify.annotations.NullMarked;
