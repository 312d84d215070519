package dev.sluice.standalone.warm;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.extproc.envoy.WarmUpTraffic;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.socket.GrpcServer;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class WarmUpTest {

  @TempDir Path folder;

  /// A gateway that takes what it is asked, and says nothing.
  private static final class Silent extends ExternalProcessorGrpc.ExternalProcessorImplBase {
    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ProcessingRequest request) {}

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  @Test
  void a_warm_up_that_takes_too_long_is_given_up_with_a_line_of_the_log() throws Exception {
    var log = (Logger) LoggerFactory.getLogger(WarmUp.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    log.addAppender(lines);
    var socket = folder.resolve("silent.sock");
    try (var loops = EventLoops.start(1);
        var _ = GrpcServer.start(socket, loops, List.of(new Silent()));
        var connection = loops.connect(socket)) {
      var traffic = new WarmUpTraffic(connection.channel(), "a-key", Duration.ofSeconds(1));
      assertThat(WarmUp.warmed(traffic)).isEmpty();
      assertThat(lines.list)
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getFormattedMessage())
                    .isEqualTo("the warm-up is given up: the first requests take longer");
                assertThat(line.getKeyValuePairs().toString()).contains("no answer within PT1S");
              });
    } finally {
      log.detachAppender(lines);
    }
  }
}
