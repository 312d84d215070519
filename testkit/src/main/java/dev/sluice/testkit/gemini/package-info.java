/// The simulated Gemini API: its content, tools, thought signatures and counts.
///
/// Facts are from the Gemini API reference (GenerateContent, Content, Caching, Tokens, Schema), its
/// guides on function calling, thinking, thought signatures, grounding with Google Search and URL
/// context, and, for the words of its refusals, from reports against clients:
/// `google-gemini/gemini-cli` 3814 and 13972, `zed-industries/zed` 44875 and 53919,
/// `router-for-me/CLIProxyAPI` 97, `nanbingxyz/5ire` 405, `RooCodeInc/Roo-Code` 3883,
/// `cloudwego/eino-ext` 761 and `BerriAI/litellm` 26882 (functions beside searches).
///
/// A search is charged by the query from the third generation on, empty and repeated ones not
/// (`BerriAI/litellm` 36377), and before by the prompt. What tools read is charged as input, as
/// reported of pages (`vercel/ai` 16400); of searches reports differ, and this is the dearer.
@NullMarked
package dev.sluice.testkit.gemini;

import org.jspecify.annotations.NullMarked;
