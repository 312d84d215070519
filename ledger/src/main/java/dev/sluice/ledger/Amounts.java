package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;

/// What is held or posted: money, and tokens.
public record Amounts(NanoUsd usd, long tokens) {}
