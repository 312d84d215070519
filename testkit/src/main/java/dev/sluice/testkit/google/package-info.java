/// What Google's services share on the wire: errors, and the tokens of its accounts.
///
/// Facts are from Google's API design guide (AIP-193, canonical error codes), the guide "Using
/// OAuth 2.0 for Server to Server Applications", and the Compute Engine pages on the metadata
/// server.
@NullMarked
package dev.sluice.testkit.google;

import org.jspecify.annotations.NullMarked;
