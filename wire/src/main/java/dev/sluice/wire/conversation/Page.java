package dev.sluice.wire.conversation;

import org.jspecify.annotations.Nullable;

/// A page of the web that a search found.
///
/// @param title empty where the provider tells none
/// @param sealed what of the page only its origin can read; null where it gave nothing
/// @param age when it was last changed, in the provider's words; null where it tells none
public record Page(String url, String title, @Nullable String sealed, @Nullable String age) {}
