/// Certificates: the installation's own authority, the listener's, and the server that demands one.
@NullMarked
package dev.sluice.xds.tls;

import org.jspecify.annotations.NullMarked;
