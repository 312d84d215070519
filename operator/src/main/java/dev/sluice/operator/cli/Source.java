package dev.sluice.operator.cli;

import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Sketch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whom is asked: a cluster, or a running `up`.
public interface Source extends AutoCloseable {

  /// For people.
  String name();

  /// Where names without a namespace are looked for; null for everywhere.
  @Nullable String namespace();

  /// In the order of their names.
  ///
  /// @param namespace null for all
  List<Row> rows(Listed listed, @Nullable String namespace) throws CliException;

  /// Tools that wait for approval, in the order of their servers and names.
  ///
  /// @param namespace null for all
  List<HiddenTool> hidden(@Nullable String namespace) throws CliException;

  /// @param key one that is there
  Explanation explain(ObjectName key, String model, Sketch sketch) throws CliException;

  @Override
  void close();
}
