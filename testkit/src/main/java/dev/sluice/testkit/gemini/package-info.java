/// The simulated Gemini API: its content, tools, thought signatures and counts.
///
/// Facts are from the Gemini API reference (GenerateContent, Content, Caching, Tokens, Schema), its
/// guides on function calling, thinking and thought signatures, and, for the words of its refusals,
/// from reports against clients: `google-gemini/gemini-cli` 3814 and 13972, `zed-industries/zed`
/// 44875 and 53919, `router-for-me/CLIProxyAPI` 97, `nanbingxyz/5ire` 405, `RooCodeInc/Roo-Code`
/// 3883.
@NullMarked
package dev.sluice.testkit.gemini;

import org.jspecify.annotations.NullMarked;
