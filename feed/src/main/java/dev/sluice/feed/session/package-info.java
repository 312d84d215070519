/// What gateways tell each other of the sessions of their clients, through Redis.
@NullMarked
package dev.sluice.feed.session;

import org.jspecify.annotations.NullMarked;
