package dev.sluice.standalone.admin;

import org.jspecify.annotations.Nullable;

/// What a page of the admin server is asked.
///
/// @param rest of the path, below the page's own
/// @param query as it came; null for none
public record Asked(String rest, @Nullable String query) {}
