/// The simulated Amazon Bedrock runtime: Claude by its own body, and every model by Converse.
///
/// Facts are from the Bedrock API reference (InvokeModel, InvokeModelWithResponseStream, Converse,
/// ConverseStream, CountTokens, ContentBlock), its user guide (inference profiles, prompt caching,
/// troubleshooting of API error codes, Anthropic Claude parameters) and, for the words of its
/// refusals, from reports against clients: `anthropics/claude-code` 56595, `langchain-aws` 192,
/// `agentgateway` 2192, `strands-agents/harness-sdk` 1435, `BerriAI/litellm` 41203.
@NullMarked
package dev.sluice.testkit.bedrock;

import org.jspecify.annotations.NullMarked;
