package dev.sluice.mcp.govern;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps the records of calls in memory.
final class KeptRecords implements UsageSink {

  private final List<ToolRecord> all = new CopyOnWriteArrayList<>();

  @Override
  public void write(UsageRecord usage) {
    throw new AssertionError("no call of a tool: " + usage);
  }

  @Override
  public void write(ToolRecord usage) {
    all.add(usage);
  }

  List<ToolRecord> all() {
    return List.copyOf(all);
  }

  ToolRecord last() {
    return all.getLast();
  }

  NanoUsd cost() {
    return all.stream().map(ToolRecord::cost).reduce(NanoUsd.ZERO, NanoUsd::plus);
  }

  long count(ToolRecord.Outcome outcome) {
    return all.stream().filter(one -> one.outcome() == outcome).count();
  }
}
