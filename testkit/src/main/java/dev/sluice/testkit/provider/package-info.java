/// What all simulated providers are: something that records, plays scripts, and keeps a bill.
@NullMarked
package dev.sluice.testkit.provider;

import org.jspecify.annotations.NullMarked;
