package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import java.util.List;
import java.util.function.Supplier;

/// The headers that a server knows us by; asked for anew for each request, so that they can change.
public interface Credentials {

  Credentials NONE = from(List::of);

  /// Those that the supplier has at the time.
  static Credentials from(Supplier<List<Header>> supplier) {
    return new Credentials() {
      @Override
      public List<Header> headers() {
        return supplier.get();
      }

      @Override
      public void refused() {}
    };
  }

  List<Header> headers() throws CallException;

  /// The server did not take the last ones: the next ones must not be the same, where there are
  /// others.
  void refused();
}
