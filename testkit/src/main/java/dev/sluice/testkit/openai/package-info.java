/// A simulated OpenAI: chat completions, responses, embeddings and models, on Azure's paths too,
/// and with the habits of services that call themselves compatible.
///
/// What it refuses, and in which words, was taken from these:
/// - the API reference: developers.openai.com/api/reference (chat, responses, streaming events)
/// - the guide on prompt caching: developers.openai.com/api/docs/guides/prompt-caching
/// - answers of the API as others recorded them: github.com/vercel/ai, `packages/openai`, folders
///   `__fixtures__` of `chat` and `responses` (the order of events, encrypted reasoning, errors in
///   mid-stream, Azure's first chunk, refusals of `max_tokens` and `temperature`)
/// - names of request members: github.com/openai/openai-python, `types/chat`, `types/responses`
/// - tool calls without answers, and answers without calls: github.com/sdcb/chats/pull/132 (chat),
///   github.com/bytedance/trae-agent/issues/245 and continuedev/continue/issues/10092 (responses)
/// - members it does not know: github.com/nashsu/llm_wiki/issues/336, songquanpeng/one-api/1319
/// - ids: langmanus/langmanus/issues/119 (40 characters), AnswerDotAI/fastllm/issues/45 (64),
///   Wei-Shaw/sub2api/issues/3785 (their first letters)
/// - names of functions: github.com/brekkylab/ailoy/pull/109
/// - `tool_choice` without tools: github.com/anomalyco/opencode/pull/48857
/// - encrypted reasoning that changed: github.com/openai/codex/issues/8145, and without it:
///   github.com/vercel/ai/issues/7543
/// - a context that is too long: github.com/ChatGPTNextWeb/NextChat/issues/625
/// - arguments that are no JSON are refused here, as some compatible services do; OpenAI takes them
@NullMarked
package dev.sluice.testkit.openai;

import org.jspecify.annotations.NullMarked;
