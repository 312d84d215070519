package dev.sluice.testkit.answer;

import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;

/// Plans the answer of one call in its provider's form.
public interface Composer {

  /// @param input the input part of the usage
  Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery);
}
