package dev.sluice.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.operator.cli.cluster.ClusterSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Chooses whom to ask.
final class Sources {

  private static final Path USUAL_STATE = Path.of(".sluice");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Sources() {}

  static Source open(CliOptions options) throws CliException {
    var admin = options.admin();
    if (admin != null) {
      return new MachineSource(admin, "the up at " + admin);
    }
    if (options.context() != null) {
      return ClusterSource.open(options.context(), options.namespace());
    }
    var state = options.state() == null ? USUAL_STATE : options.state();
    var running = running(state);
    if (running.isPresent()) {
      var name = "the up of " + state + " at " + running.get();
      return new MachineSource(running.get(), name);
    }
    if (options.state() != null) {
      throw new CliException("--state " + state + ": no up runs there");
    }
    return ClusterSource.open(null, options.namespace());
  }

  /// The admin address of the gateway that runs there.
  private static Optional<URI> running(Path state) throws CliException {
    var file = state.resolve("endpoints.json");
    try {
      var json = JSON.readTree(Files.readString(file));
      // The file stays where a gateway is killed.
      var process = ProcessHandle.of(json.path("pids").path("gateway").asLong());
      return process
          .filter(ProcessHandle::isAlive)
          .map(_ -> URI.create(json.path("admin").asText()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CliException(file + ": not what a gateway writes");
    } catch (IOException e) {
      throw new CliException(file + " cannot be read: " + e.getMessage());
    }
  }
}
