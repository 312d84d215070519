/// What an operator tells probes and Prometheus.
@NullMarked
package dev.sluice.operator.admin;

import org.jspecify.annotations.NullMarked;
