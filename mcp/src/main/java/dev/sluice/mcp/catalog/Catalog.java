package dev.sluice.mcp.catalog;

import dev.sluice.core.policy.ObjectName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The servers that the policy in force declares.
public interface Catalog {

  /// In the order of their names.
  List<Offered> servers();

  Optional<Offered> server(ObjectName name);

  /// Tells of changes until it is closed. Called on threads that must not be blocked.
  Watch watch(Consumer<Change> heard);

  /// Ends what was asked for.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /// What changed at a server.
  sealed interface Change {
    ObjectName server();

    record Tools(ObjectName server) implements Change {}

    record Prompts(ObjectName server) implements Change {}

    record Resources(ObjectName server) implements Change {}

    /// One resource.
    record Resource(ObjectName server, String uri) implements Change {}
  }
}
