/// The simulated Vertex AI: Claude by its own body, Gemini by Google's, and the tokens for both.
///
/// Facts are from Google's guide to Claude on Vertex AI, the Vertex AI reference (rawPredict,
/// generateContent, countTokens), Anthropic's page on its counting there, and reports against
/// clients: `vercel/ai` 11309 (`vertex_event`), `api7/aisix` 443 and 447 (what stands in path and
/// body), `GewoonJaap/gemini-cli-openai` 156.
@NullMarked
package dev.sluice.testkit.vertex;

import org.jspecify.annotations.NullMarked;
