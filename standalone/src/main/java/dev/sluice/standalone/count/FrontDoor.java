package dev.sluice.standalone.count;

import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.TokenCounter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Asks for counts where clients ask too, at the gateway's own Envoy: it knows the providers, their
/// credentials and their timeouts.
public final class FrontDoor implements TokenCounter, AutoCloseable {

  private static final String PATH = "/v1/messages/count_tokens?beta=true";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .sslContext(OwnListener.context())
          .build();
  private volatile @Nullable URI address;

  /// Envoy listens.
  ///
  /// @param envoy its address, as `http://127.0.0.1:8080` or `https://`
  public void open(URI envoy) {
    address = envoy.resolve(PATH);
  }

  @Override
  public CompletableFuture<Answered> ask(Question question) {
    var uri = address;
    if (uri == null) {
      return CompletableFuture.failedFuture(new ConnectException("Envoy does not listen yet"));
    }
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(question.waitMax())
            .header("content-type", "application/json")
            .header("x-sluice-key", question.ticket());
    var dialect = question.dialect();
    set(request, "anthropic-version", dialect.version());
    set(request, "anthropic-beta", dialect.betas());
    return http.sendAsync(
            request.POST(BodyPublishers.ofByteArray(question.body())).build(),
            BodyHandlers.ofByteArray())
        .thenApply(FrontDoor::answered);
  }

  private static Answered answered(HttpResponse<byte[]> answer) {
    boolean estimated = answer.headers().firstValue(CountEstimate.HEADER).isPresent();
    return new Answered(answer.statusCode(), estimated, answer.body());
  }

  private static void set(HttpRequest.Builder request, String name, @Nullable String value) {
    if (value != null) {
      request.header(name, value);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
