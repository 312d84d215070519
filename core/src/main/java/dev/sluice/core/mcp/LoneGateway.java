package dev.sluice.core.mcp;

import java.util.Map;
import java.util.Optional;

/// The bus of a gateway that has no others beside it: it reaches nobody.
public record LoneGateway() implements SessionBus {

  private static final String SELF = "0";

  @Override
  public String self() {
    return SELF;
  }

  @Override
  public void tell(String news) {
    // There is nobody.
  }

  @Override
  public Told tell(String gateway, String news) {
    return Told.NOBODY;
  }

  @Override
  public void hear(Ear ear) {
    // There is nothing to hear.
  }

  /// Whatever it knows of a session it knows already.
  @Override
  public Optional<Map<String, String>> kept(String session) {
    return Optional.empty();
  }

  @Override
  public void keep(String session, String name, String value) {
    // Nobody would ask for it.
  }

  @Override
  public void drop(String session, String name) {
    // Nothing is kept.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
