/// Real parts for tests: simulated providers that bill, Redis, Claude Code, and recorded traffic.
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
