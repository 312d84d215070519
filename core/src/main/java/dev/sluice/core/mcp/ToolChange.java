package dev.sluice.core.mcp;

import dev.sluice.core.policy.ObjectName;
import org.jspecify.annotations.Nullable;

/// A tool that its pins hide, with what a person compares before approving it.
///
/// @param recorded what the digest on record is made of, as JSON; null where the tool is new
/// @param current what the present digest is made of, as JSON
/// @param digest of the present definition: what an approval names
public record ToolChange(
    ObjectName server, String tool, @Nullable String recorded, String current, String digest) {}
