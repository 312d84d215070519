package dev.sluice.operator;

import dev.sluice.xds.log.LibraryLog;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// `sluice operator`: runs until SIGTERM.
public final class Main {

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Before the first logger. The name is ours alone: the tests have other programs beside us.
    System.setProperty("logback.configurationFile", "logback-operator.xml");
    LibraryLog.install();
    var words = List.of(arguments);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(OperatorOptions.USAGE);
      return;
    }
    try {
      run(OperatorOptions.parse(words, System.getenv()));
    } catch (IllegalArgumentException e) {
      ended(MISUSED, e);
    } catch (IOException | KubernetesClientException e) {
      ended(FAILED, e);
    }
  }

  private static void run(OperatorOptions options) throws IOException, InterruptedException {
    try (var client = new KubernetesClientBuilder().build();
        var operator = Operator.start(options, client)) {
      System.out.println("ready " + operator.port());
      System.out.flush();
      var asked = new CountDownLatch(1);
      var main = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    asked.countDown();
                    join(main);
                  }));
      asked.await();
    }
  }

  /// The JVM goes on until its hooks are through.
  private static void join(Thread main) {
    try {
      main.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ended(int code, Exception e) {
    System.err.println("sluice: " + e.getMessage());
    System.exit(code);
  }
}
