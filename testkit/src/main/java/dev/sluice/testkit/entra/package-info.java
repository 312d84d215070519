/// The simulated token endpoint of Microsoft Entra ID.
///
/// Facts are from Microsoft's pages on the client credentials flow and on the error codes of its
/// authentication (AADSTS).
@NullMarked
package dev.sluice.testkit.entra;

import org.jspecify.annotations.NullMarked;
