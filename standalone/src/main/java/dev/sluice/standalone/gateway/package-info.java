/// The command gateway: the process of a gateway's pod, whose policy and Envoy configuration come
/// from an operator.
@NullMarked
package dev.sluice.standalone.gateway;

import org.jspecify.annotations.NullMarked;
